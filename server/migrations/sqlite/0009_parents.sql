-- Which token made which; and a permission of its own for changing other people's tokens.

alter table token add column parent_id blob references token (id);

create index token_by_parent on token (parent_id) where parent_id is not null;

-- Tokens that could change everybody's tokens until now, and are to go on doing so. The server gives each of them the
-- new permission at its start, with a line of the audit log, and takes it off this list.
create table write_all_due (
    token_id blob not null primary key references token (id)
) strict, without rowid;

insert into write_all_due (token_id)
select t.id
  from token_permission p
  join token t on t.id = p.token_id
  join person o on o.id = t.owner_id
 where p.permission = 'tokenry.tokens:write' and o.role = 'admin' and t.deleted_at is null;
