-- What long lists of tokens are searched, filtered and sorted by without reading all of them.

-- What searches look into, as the domain writes it.
alter table token add column search_text text not null default '';
-- Where the token stands in the index of that text: in the order of creation.
alter table token add column search_id integer;
-- How many permissions it holds.
alter table token add column permission_count integer not null default 0;

update token set
    search_text = '  ' || replace(replace(lower(trim(name || ' ' || description)), char(10), ' '), ' ', '  '),
    search_id = rowid,
    permission_count = (select count(*) from token_permission p where p.token_id = token.id);

create unique index token_search_id on token (search_id);
create index token_by_permissions on token (permission_count, id) where deleted_at is null;
create index token_disabled on token (disabled_at) where disabled_at is not null and deleted_at is null;
-- Since when nobody has used it.
create index token_by_rest on token (coalesce(last_used_at, created_at)) where deleted_at is null;
create index secret_last_chars on secret (last_chars) where is_current;
create index secret_retiring on secret (ends_at) where not is_current and revoked_at is null;

-- Every three characters in a row, and the tokens that have them. Which ones those are is checked in the text itself.
create virtual table token_text using fts5 (
    search_text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram'
);

insert into token_text (rowid, search_text) select search_id, search_text from token where deleted_at is null;

create trigger token_text_comes after insert on token
begin
    update token set search_id = (select coalesce(max(search_id), 0) + 1 from token) where id = new.id;
    insert into token_text (rowid, search_text) select search_id, search_text from token where id = new.id;
end;

create trigger token_text_changes after update of search_text on token
when new.search_text <> old.search_text and new.deleted_at is null
begin
    update token_text set search_text = new.search_text where rowid = new.search_id;
end;

create trigger token_text_goes after update of deleted_at on token
when new.deleted_at is not null and old.deleted_at is null
begin
    delete from token_text where rowid = new.search_id;
end;

create trigger token_text_returns after update of deleted_at on token
when new.deleted_at is null and old.deleted_at is not null
begin
    insert into token_text (rowid, search_text) values (new.search_id, new.search_text);
end;
