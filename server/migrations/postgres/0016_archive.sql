-- The audit log can be cut: lines that were written to an archive are taken out of the data, the oldest first.

-- One row: after which line the audit log begins here. Its link is what the next line is tied to.
create table audit_head (
    id           bigint not null primary key check (id = 1),
    -- tells the archives of two installations apart
    installation uuid   not null,
    -- zero is in front of the first line ever
    line         bigint not null,
    link         bytea  not null,
    -- when lines were last cut off
    at           bigint
);

insert into audit_head (id, installation, line, link) values (1, gen_random_uuid(), 0, '');

-- The only way to take lines out: the head moves to one of them, and never back.
create function move_the_audit_head() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.line > old.line and new.installation = old.installation
        and new.link = (select link from event where id = new.line) then
        return new;
    end if;
    if tg_op = 'DELETE' and old.line = 0 then
        return old;
    end if;
    raise exception 'the audit log is cut after one of its lines';
end $$;

create trigger audit_head_moves_forward before update or delete on audit_head
    for each row execute function move_the_audit_head();
create trigger audit_head_is_not_emptied before truncate on audit_head
    for each statement execute function refuse_to_change_the_audit_log();

create function refuse_to_shorten_the_audit_log() returns trigger language plpgsql as $$
begin
    if old.id > (select line from audit_head) then
        raise exception 'the audit log is append-only';
    end if;
    return old;
end $$;

drop trigger event_is_not_changed on event;
create trigger event_is_not_changed before update on event
    for each row execute function refuse_to_change_the_audit_log();
create trigger event_is_not_removed before delete on event
    for each row execute function refuse_to_shorten_the_audit_log();

-- Programs from before this migration take a log that was cut for a broken one.
create function need_a_program_that_knows_of_cuts() returns trigger language plpgsql as $$
begin
    update compatibility set oldest = greatest(oldest, 16) where new.line > 0;
    return null;
end $$;

create trigger audit_was_cut after insert or update on audit_head
    for each row execute function need_a_program_that_knows_of_cuts();

-- Lines that were cut off, as far as the console still tells what they say.
create table kept_line (
    id        bigint not null primary key,
    at        bigint not null,
    kind      text   collate "C" not null,
    actor_id  uuid   references person (id),
    token_id  uuid   references token (id),
    person_id uuid   references person (id),
    address   text   collate "C" not null
);

create index kept_line_of_token on kept_line (token_id, id);
create index kept_line_of_person on kept_line (person_id, id);

create view told as
select id, at, kind, actor_id, token_id, person_id, address from event
 union all
select id, at, kind, actor_id, token_id, person_id, address from kept_line;
