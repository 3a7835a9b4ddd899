-- Metadata of tokens, and secrets that were found where anybody could read them.

create table token_metadata (
    token_id blob not null references token (id),
    key      text not null,
    value    text not null,
    primary key (token_id, key)
) strict, without rowid;

create index token_metadata_value on token_metadata (key, value, token_id);

-- A token that has no secret yet is in nobody's memory.
create trigger metadata_has_come after insert on token_metadata
when exists (select 1 from secret where token_id = new.token_id)
begin
    insert into change (token_id) values (new.token_id);
end;

create trigger metadata_has_changed after update on token_metadata
begin
    insert into change (token_id) values (old.token_id), (new.token_id);
end;

create trigger metadata_is_gone after delete on token_metadata
begin
    insert into change (token_id) values (old.token_id);
end;

-- When somebody reported a secret, where it was found, and who said so. It never works again. While it is the current
-- secret of its token, no secret of that token works.
alter table secret add column exposed_at integer;
alter table secret add column exposed_url text not null default '';
alter table secret add column exposed_by text not null default '';

create index secret_exposed on secret (token_id) where is_current and exposed_at is not null;
