-- What keeps the data usable: whether it can be written, how far time has come, where days begin in the audit log, and
-- changes by whatever statement.

-- One row that is written now and then, outside of the audit log: by that it is known that writing works.
create table heartbeat (
    id        integer not null primary key check (id = 1),
    -- the latest time that any server has seen
    latest_at integer not null
) strict;

-- The audit log by address.
create index event_of_address on event (address, id);

-- Between which lines those of a day are. Lines are numbered in the order in which they were written, which is that of
-- their times only as long as no clock was set back: so both ends are kept, and nothing is assumed.
create table event_day (
    -- since 1970
    day      integer not null primary key,
    first_id integer not null,
    last_id  integer not null
) strict;

insert into event_day (day, first_id, last_id)
select at / 86400000, min(id), max(id) from event group by at / 86400000;

create trigger event_has_a_day after insert on event
begin
    insert into event_day (day, first_id, last_id) values (new.at / 86400000, new.id, new.id)
    on conflict (day) do update set last_id = excluded.last_id;
end;

-- The digest of a secret that is gone, or is another one: nothing else leads to it any more.
alter table change add column digest blob;

drop trigger token_has_changed;
create trigger token_has_changed after update of
    id, name, owner_id, created_at, version, deleted_at, expires_at, disabled_at, allowed_addresses, rate_requests,
    rate_seconds on token
begin
    insert into change (token_id) values (new.id);
end;

create trigger secret_is_another after update of id, token_id, digest on secret
begin
    insert into change (token_id, digest) values (new.token_id, old.digest);
end;

create trigger secret_is_gone after delete on secret
begin
    insert into change (token_id, digest) values (old.token_id, old.digest);
end;

-- A token that has no secret yet is in nobody's memory.
create trigger permission_has_come after insert on token_permission
when exists (select 1 from secret where token_id = new.token_id)
begin
    insert into change (token_id) values (new.token_id);
end;

create trigger permission_has_changed after update on token_permission
begin
    insert into change (token_id) values (old.token_id), (new.token_id);
end;

create trigger permission_is_gone after delete on token_permission
begin
    insert into change (token_id) values (old.token_id);
end;

create trigger person_is_gone after delete on person
begin
    insert into change (person_id) values (old.id);
end;
