-- What verification needs: limits of tokens, the end of retiring secrets, what changed since, and uses.

alter table token add column expires_at integer;
alter table token add column disabled_at integer;
-- ranges, separated by spaces; the empty text is everywhere
alter table token add column allowed_addresses text not null default '';
-- both or neither
alter table token add column rate_requests integer;
alter table token add column rate_seconds integer;
alter table token add column last_used_at integer;
alter table token add column last_used_address text not null default '';

create index token_by_name on token (name_key, id) where deleted_at is null;
create index token_by_last_use on token (last_used_at, id) where deleted_at is null;
create index token_by_expiry on token (expires_at, id) where deleted_at is null;

-- When a secret that retires stops working.
alter table secret add column ends_at integer;
-- Made elsewhere and imported by its digest: it may have any shape.
alter table secret add column is_foreign integer not null default 0;
alter table secret add column last_used_at integer;
alter table secret add column last_used_address text not null default '';
alter table secret add column last_used_client text not null default '';

create index secret_foreign on secret (is_foreign) where is_foreign;

-- What a node that has secrets in memory must read anew. Written by triggers, so that no statement can forget to.
create table change (
    revision  integer not null primary key autoincrement,
    token_id  blob,
    person_id blob,
    at        integer not null default (unixepoch() * 1000)
) strict;

create trigger token_has_changed after update of version on token
begin
    insert into change (token_id) values (new.id);
end;

create trigger secret_has_come after insert on secret
begin
    insert into change (token_id) values (new.token_id);
end;

create trigger secret_has_changed after update of revoked_at, ends_at, is_current on secret
begin
    insert into change (token_id) values (new.token_id);
end;

create trigger person_has_changed after update of name, role, disabled_at on person
begin
    insert into change (person_id) values (new.id);
end;

-- Uses: how many verifications in an hour, told apart by what was asked and by whom. Secrets that are not known
-- share one id of zeros.
create table use_count (
    secret_id  blob    not null,
    -- when the hour began
    hour       integer not null,
    verdict    text    not null,
    permission text    not null,
    address    text    not null,
    client     text    not null,
    count      integer not null,
    primary key (secret_id, hour, verdict, permission, address, client)
) strict, without rowid;

create index use_of_hour on use_count (hour);

-- A creation that was asked for with a key of the caller's, so that asking again creates nothing more.
create table idempotency (
    -- the token that asked
    caller_id blob    not null,
    -- SHA-256 of the key
    key       blob    not null,
    -- SHA-256 of what was asked
    request   blob    not null,
    token_id  blob    not null references token (id),
    at        integer not null,
    primary key (caller_id, key)
) strict, without rowid;

create index idempotency_age on idempotency (at);
