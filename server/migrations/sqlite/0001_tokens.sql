-- Tokens, their secrets and permissions, the catalogue, and the audit log.
-- Times are milliseconds since 1970 in UTC; ids are 16-byte UUIDs. The same tables stand in every engine's
-- folder under the same number, so that one text of SQL serves them all.

create table token (
    id          blob    not null primary key,
    name        text    not null,
    -- what two names share that look alike
    name_key    text    not null,
    description text    not null,
    created_at  integer not null,
    updated_at  integer not null,
    version     integer not null,
    -- set on a tombstone: the token is gone for people and callers, and stays for the audit
    deleted_at  integer
) strict;

-- The table's order, newest first, for pages by cursor.
create index token_newest on token (created_at desc, id desc) where deleted_at is null;
create unique index token_name_key on token (name_key) where deleted_at is null;

-- Secrets live under the token: one is current, and during a rotation another one retires.
create table secret (
    id         blob    not null primary key,
    token_id   blob    not null references token (id),
    -- SHA-256 of the whole secret; the secret itself is nowhere
    digest     blob    not null unique,
    prefix     text    not null,
    last_chars text    not null,
    is_current integer not null,
    created_at integer not null,
    revoked_at integer
) strict;

create unique index secret_current on secret (token_id) where is_current;
create index secret_of_token on secret (token_id);

create table token_permission (
    token_id   blob not null references token (id),
    permission text not null,
    primary key (token_id, permission)
) strict, without rowid;

create index token_permission_holder on token_permission (permission, token_id);

create table resource (
    name        text    not null primary key,
    label       text    not null,
    description text    not null,
    position    integer not null
) strict;

create table action (
    resource text    not null references resource (name) on delete cascade,
    name     text    not null,
    label    text    not null,
    position integer not null,
    primary key (resource, name)
) strict, without rowid;

-- The audit log: append-only. The order of the ids is the order of events.
create table event (
    id       integer not null primary key autoincrement,
    at       integer not null,
    kind     text    not null,
    token_id blob references token (id),
    details  text    not null
) strict;

create index event_of_token on event (token_id, id);

create trigger event_is_not_changed before update on event
begin
    select raise(abort, 'the audit log is append-only');
end;

create trigger event_is_not_removed before delete on event
begin
    select raise(abort, 'the audit log is append-only');
end;
