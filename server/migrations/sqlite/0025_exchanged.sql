-- The trust rule by which somebody exchanged a token of their CI's or cluster's for this one, which is deleted once it is
-- over.
alter table token add column exchanged text;

create index token_exchanged on token (expires_at) where exchanged is not null and deleted_at is null;
