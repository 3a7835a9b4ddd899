-- People, their sessions and links; owners of tokens; an audit log that says who, whence, and that is chained.

create table person (
    id            blob    not null primary key,
    name          text    not null,
    email         text    not null,
    -- what two spellings of one address share
    email_key     text    not null unique,
    role          text    not null,
    theme         text    not null default 'system',
    -- Argon2id as a PHC string; nothing until an invitation has been accepted
    password_hash text,
    created_at    integer not null,
    disabled_at   integer
) strict;

create index person_newest on person (created_at desc, id desc);

create table session (
    id           blob    not null primary key,
    -- SHA-256 of what the cookie holds
    digest       blob    not null unique,
    person_id    blob    not null references person (id),
    created_at   integer not null,
    last_seen_at integer not null,
    client       text    not null,
    address      text    not null
) strict;

create index session_of_person on session (person_id, last_seen_at);

-- Browsers in which somebody has signed in: they have a budget of attempts of their own.
create table browser (
    person_id    blob    not null references person (id),
    digest       blob    not null,
    last_used_at integer not null,
    primary key (person_id, digest)
) strict, without rowid;

-- One-time links. Without a person it is the one that sets the installation up.
create table link (
    digest    blob    not null primary key,
    person_id blob references person (id),
    ends_at   integer not null
) strict, without rowid;

create index link_of_person on link (person_id);

-- Tokens made before there were people belong to the first admin as soon as there is one.
alter table token add column owner_id blob references person (id);

-- Names that look alike are refused where they would be confused: among the tokens of one person.
drop index token_name_key;
create unique index token_name_key on token (owner_id, name_key) where deleted_at is null;
create index token_newest_of_owner on token (owner_id, created_at desc, id desc) where deleted_at is null;

alter table event add column actor_id blob references person (id);
alter table event add column person_id blob references person (id);
alter table event add column address text not null default '';
alter table event add column request_id text not null default '';
-- SHA-256 over the link of the line before and every field of this one; lines that are older than this migration
-- get theirs when it has run
alter table event add column link blob;

create index event_of_actor on event (actor_id, id);
create index event_of_person on event (person_id, id);
create index event_of_kind on event (kind, id);

drop trigger event_is_not_changed;
create trigger event_is_not_changed before update on event when old.link is not null
begin
    select raise(abort, 'the audit log is append-only');
end;
