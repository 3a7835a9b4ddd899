-- The audit log can be cut: lines that were written to an archive are taken out of the data, the oldest first.

-- One row: after which line the audit log begins here. Its link is what the next line is tied to.
create table audit_head (
    id           integer not null primary key check (id = 1),
    -- tells the archives of two installations apart
    installation blob    not null,
    -- zero is in front of the first line ever
    line         integer not null,
    link         blob    not null,
    -- when lines were last cut off
    at           integer
) strict;

insert into audit_head (id, installation, line, link) values (1, randomblob(16), 0, x'');

-- The only way to take lines out: the head moves to one of them, and never back.
create trigger audit_head_moves_forward before update on audit_head
when new.line <= old.line or new.installation <> old.installation
    or new.link is not (select link from event where id = new.line)
begin
    select raise(abort, 'the audit log is cut after one of its lines');
end;

create trigger audit_head_is_not_removed before delete on audit_head when old.line > 0
begin
    select raise(abort, 'the audit log is cut after one of its lines');
end;

drop trigger event_is_not_removed;
create trigger event_is_not_removed before delete on event when old.id > (select line from audit_head)
begin
    select raise(abort, 'the audit log is append-only');
end;

-- Programs from before this migration take a log that was cut for a broken one.
create trigger audit_was_cut after update of line on audit_head
begin
    update compatibility set oldest = max(oldest, 16);
end;

create trigger audit_was_cut_elsewhere after insert on audit_head when new.line > 0
begin
    update compatibility set oldest = max(oldest, 16);
end;

-- Lines that were cut off, as far as the console still tells what they say.
create table kept_line (
    id        integer not null primary key,
    at        integer not null,
    kind      text    not null,
    actor_id  blob    references person (id),
    token_id  blob    references token (id),
    person_id blob    references person (id),
    address   text    not null
) strict;

create index kept_line_of_token on kept_line (token_id, id);
create index kept_line_of_person on kept_line (person_id, id);

create view told as
select id, at, kind, actor_id, token_id, person_id, address from event
 union all
select id, at, kind, actor_id, token_id, person_id, address from kept_line;
