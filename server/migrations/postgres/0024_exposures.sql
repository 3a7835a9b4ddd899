-- Metadata of tokens, and secrets that were found where anybody could read them.

create table token_metadata (
    token_id uuid not null references token (id),
    key      text collate "C" not null,
    value    text collate "C" not null,
    primary key (token_id, key)
);
create index token_metadata_value on token_metadata (key, value, token_id);

create trigger metadata_has_changed after insert or update or delete on token_metadata
    for each row execute function note_permission();

-- When somebody reported a secret, where it was found, and who said so. It never works again. While it is the current
-- secret of its token, no secret of that token works.
alter table secret add column exposed_at bigint;
alter table secret add column exposed_url text collate "C" not null default '';
alter table secret add column exposed_by text collate "C" not null default '';

create index secret_exposed on secret (token_id) where is_current and exposed_at is not null;
