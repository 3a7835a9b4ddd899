-- Everything that Tokenry keeps. Times are milliseconds since 1970 in UTC. Texts are compared byte by byte, whatever the
-- collation of the database. The first of these files has the number of the schema that it makes: the same number means
-- the same tables on every engine.

create extension if not exists pg_trgm;

-- One row: who writes anything on which a verdict or the audit log depends locks it first, and keeps it until the
-- transaction is visible. So whoever sees a revision sees all that came before it. A sequence could not promise that:
-- its numbers are drawn in one order and become visible in another.
create table head (
    id       boolean not null primary key default true check (id),
    revision bigint  not null
);

insert into head (revision) values (0);

create table person (
    id            uuid   not null primary key,
    name          text   collate "C" not null,
    -- what two names share that look alike
    name_key      text   collate "C" not null default '',
    -- what lists are sorted by, byte by byte
    sort_key      bytea  not null default '',
    email         text   collate "C" not null,
    -- what two spellings of one address share
    email_key     text   collate "C" not null unique,
    role          text   collate "C" not null,
    theme         text   collate "C" not null default 'system',
    -- Argon2id as a PHC string; nothing until an invitation has been accepted
    password_hash text   collate "C",
    created_at    bigint not null,
    disabled_at   bigint
);

create index person_newest on person (created_at desc, id desc);
create index person_name_key on person (name_key);

create table session (
    id           uuid   not null primary key,
    -- SHA-256 of what the cookie holds
    digest       bytea  not null unique,
    person_id    uuid   not null references person (id),
    created_at   bigint not null,
    last_seen_at bigint not null,
    client       text   collate "C" not null,
    address      text   collate "C" not null,
    -- the mark of the browser that the session is in, to be forgotten when the session is ended from elsewhere
    browser      bytea
);

create index session_of_person on session (person_id, last_seen_at);

-- Browsers in which somebody has signed in: they have a budget of attempts of their own.
create table browser (
    person_id    uuid   not null references person (id),
    digest       bytea  not null,
    last_used_at bigint not null,
    primary key (person_id, digest)
);

-- One-time links. Without a person it is the one that sets the installation up.
create table link (
    digest    bytea  not null primary key,
    person_id uuid   references person (id),
    ends_at   bigint not null
);

create index link_of_person on link (person_id);

create table token (
    id                uuid    not null primary key,
    -- nobody until there is a first admin
    owner_id          uuid    references person (id),
    -- the token that made it
    parent_id         uuid    references token (id),
    name              text    collate "C" not null,
    -- what two names share that look alike
    name_key          text    collate "C" not null,
    sort_key          bytea   not null default '',
    description       text    collate "C" not null,
    -- what searches look into, as the domain writes it, and the place of the token in the order of creation
    search_text       text    collate "C" not null default '',
    search_id         bigint  not null unique generated always as identity,
    created_at        bigint  not null,
    updated_at        bigint  not null,
    version           bigint  not null,
    -- set on a tombstone: the token is gone for people and callers, and stays for the audit
    deleted_at        bigint,
    deleted_by        uuid    references person (id),
    -- was it somebody who manages everybody's tokens, and the token not their own?
    deleted_by_admin  boolean not null default false,
    disabled_at       bigint,
    disabled_by       uuid    references person (id),
    disabled_by_admin boolean not null default false,
    expires_at        bigint,
    -- ranges, separated by spaces; the empty text is everywhere
    allowed_addresses text    collate "C" not null default '',
    -- both or neither
    rate_requests     bigint,
    rate_seconds      bigint,
    permission_count  bigint  not null default 0,
    last_used_at      bigint,
    last_used_address text    collate "C" not null default ''
) with (fillfactor = 80);

-- Names that look alike are refused where they would be confused: among the tokens of one person.
create unique index token_name_key on token (owner_id, name_key) where deleted_at is null;
create index token_newest on token (created_at desc, id desc) where deleted_at is null;
create index token_newest_of_owner on token (owner_id, created_at desc, id desc) where deleted_at is null;
create index token_by_name on token (sort_key, id) where deleted_at is null;
create index token_by_last_use on token (last_used_at, id) where deleted_at is null;
create index token_by_expiry on token (expires_at, id) where deleted_at is null;
create index token_by_permissions on token (permission_count, id) where deleted_at is null;
create index token_by_rest on token (coalesce(last_used_at, created_at)) where deleted_at is null;
create index token_by_parent on token (parent_id) where parent_id is not null;
create index token_disabled on token (disabled_at) where disabled_at is not null and deleted_at is null;
create index token_deleted on token (deleted_at desc, id desc) where deleted_at is not null;
create index token_deleted_of_owner on token (owner_id, deleted_at desc, id desc) where deleted_at is not null;
create index token_text on token using gin (search_text gin_trgm_ops) where deleted_at is null;

-- Secrets live under the token: one is current, and during a rotation another one retires.
create table secret (
    id                uuid    not null primary key,
    token_id          uuid    not null references token (id),
    -- SHA-256 of the whole secret; the secret itself is nowhere
    digest            bytea   not null unique,
    prefix            text    collate "C" not null,
    last_chars        text    collate "C" not null,
    is_current        boolean not null,
    -- made elsewhere and imported by its digest: it may have any shape
    is_foreign        boolean not null default false,
    created_at        bigint  not null,
    revoked_at        bigint,
    -- who ended it before its time, apart from its token
    revoked_by        uuid    references person (id),
    -- when a secret that retires stops working; before that, once nobody has presented it for so many milliseconds
    ends_at           bigint,
    quiet_ms          bigint,
    last_used_at      bigint,
    last_used_address text    collate "C" not null default '',
    last_used_client  text    collate "C" not null default ''
) with (fillfactor = 80);

create unique index secret_current on secret (token_id) where is_current;
create index secret_of_token on secret (token_id);
create index secret_foreign on secret (is_foreign) where is_foreign;
create index secret_last_chars on secret (lower(last_chars)) where is_current;
create index secret_retiring on secret (ends_at) where not is_current and revoked_at is null;
create index secret_quiet on secret (ends_at) where quiet_ms is not null and revoked_at is null and not is_current;

create table token_permission (
    token_id   uuid not null references token (id),
    permission text collate "C" not null,
    primary key (token_id, permission)
);

create index token_permission_holder on token_permission (permission, token_id);

create table resource (
    name        text   collate "C" not null primary key,
    label       text   collate "C" not null,
    description text   collate "C" not null,
    position    bigint not null
);

create table action (
    resource text   collate "C" not null references resource (name) on delete cascade,
    name     text   collate "C" not null,
    label    text   collate "C" not null,
    position bigint not null,
    primary key (resource, name)
);

-- The workspace: what it is called, and the rules that its tokens keep. One row, which is always there.
create table workspace (
    id                integer not null primary key check (id = 1),
    name              text    collate "C" not null,
    -- what new secrets begin with; nothing is what the server was started with
    prefix            text    collate "C",
    -- nothing is no limit
    lifetime_days_max bigint,
    expiry_required   boolean not null,
    -- after how many days without use a token counts as idle
    idle_days         bigint  not null,
    -- for how many days a deleted token can be brought back; zero is never
    undo_days         bigint  not null default 7,
    version           bigint  not null
);

insert into workspace (id, name, expiry_required, idle_days, version) values (1, '', false, 30, 1);

-- The audit log: append-only. The order of the ids is the order of events.
create table event (
    id         bigint not null primary key,
    at         bigint not null,
    kind       text   collate "C" not null,
    actor_id   uuid   references person (id),
    token_id   uuid   references token (id),
    person_id  uuid   references person (id),
    address    text   collate "C" not null default '',
    request_id text   collate "C" not null default '',
    details    text   collate "C" not null,
    -- SHA-256 over the link of the line before and every field of this one
    link       bytea  not null
);

create index event_of_token on event (token_id, id);
create index event_of_actor on event (actor_id, id);
create index event_of_person on event (person_id, id);
create index event_of_kind on event (kind, id);
create index event_of_address on event (address, id);

create function refuse_to_change_the_audit_log() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end $$;

create trigger event_is_not_changed before update or delete on event
    for each row execute function refuse_to_change_the_audit_log();
create trigger event_is_not_emptied before truncate on event
    for each statement execute function refuse_to_change_the_audit_log();

-- Between which lines those of a day are. Lines are numbered in the order in which they were written, which is that of
-- their times only as long as no clock was set back: so both ends are kept, and nothing is assumed.
create table event_day (
    -- since 1970
    day      bigint not null primary key,
    first_id bigint not null,
    last_id  bigint not null
);

create function note_day() returns trigger language plpgsql as $$
begin
    insert into event_day (day, first_id, last_id) values (new.at / 86400000, new.id, new.id)
    on conflict (day) do update set last_id = excluded.last_id;
    return null;
end $$;

create trigger event_has_a_day after insert on event for each row execute function note_day();

-- What a node that has secrets in memory must read anew. Written by triggers, so that no statement can forget to.
create table change (
    revision  bigint not null primary key,
    token_id  uuid,
    person_id uuid,
    -- the digest of a secret that is gone, or is another one: nothing else leads to it any more
    digest    bytea,
    at        bigint not null,
    -- tells two histories apart in which the numbers ran alike: after a restore, or a failover to a server that had not
    -- got the last writes
    mark      bigint not null default (random() * 9007199254740991)::bigint
);

create function note_change(token uuid, person uuid, gone bytea) returns void language plpgsql as $$
declare
    next bigint;
begin
    update head set revision = revision + 1 returning revision into next;
    insert into change (revision, token_id, person_id, digest, at)
    values (next, token, person, gone, (extract(epoch from clock_timestamp()) * 1000)::bigint);
end $$;

create function note_token() returns trigger language plpgsql as $$
begin
    perform note_change(new.id, null, null);
    return null;
end $$;

create trigger token_has_changed after update of
    id, name, owner_id, created_at, version, deleted_at, expires_at, disabled_at, allowed_addresses, rate_requests,
    rate_seconds on token
    for each row execute function note_token();

create function note_secret() returns trigger language plpgsql as $$
begin
    perform note_change(new.token_id, null, null);
    return null;
end $$;

create trigger secret_has_come after insert on secret for each row execute function note_secret();
create trigger secret_has_changed after update of revoked_at, ends_at, is_current on secret
    for each row execute function note_secret();

create function note_lost_secret() returns trigger language plpgsql as $$
begin
    perform note_change(old.token_id, null, old.digest);
    if tg_op = 'UPDATE' then
        perform note_change(new.token_id, null, old.digest);
    end if;
    return null;
end $$;

create trigger secret_is_another after update of id, token_id, digest on secret
    for each row execute function note_lost_secret();
create trigger secret_is_gone after delete on secret for each row execute function note_lost_secret();

create function note_permission() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform note_change(old.token_id, null, null);
    end if;
    -- A token that has no secret yet is in nobody's memory.
    if tg_op = 'UPDATE'
        or tg_op = 'INSERT' and exists (select 1 from secret where token_id = new.token_id) then
        perform note_change(new.token_id, null, null);
    end if;
    return null;
end $$;

create trigger permission_has_changed after insert or update or delete on token_permission
    for each row execute function note_permission();

create function note_person() returns trigger language plpgsql as $$
begin
    perform note_change(null, coalesce(new.id, old.id), null);
    return null;
end $$;

create trigger person_has_changed after update of name, role, disabled_at on person
    for each row execute function note_person();
create trigger person_is_gone after delete on person for each row execute function note_person();

-- Where the server waits for a standby before it acknowledges, a node writes here before it reads what has changed: a
-- server that was cut off from its standbys cannot acknowledge that, and so is not believed.
create table pulse (
    node_id uuid   not null primary key,
    at      bigint not null
);

-- The servers that use this data, as each has last told.
create table node (
    id         uuid   not null primary key,
    name       text   collate "C" not null,
    version    text   collate "C" not null,
    address    text   collate "C" not null,
    started_at bigint not null,
    seen_at    bigint not null,
    -- how long before that its memory was last compared with the data; nothing is never
    behind_ms  bigint
);

-- Uses: how many verifications in an hour, told apart by what was asked and by whom. Secrets that are not known
-- share one id of zeros.
create table use_count (
    secret_id  uuid   not null,
    -- when the hour began
    hour       bigint not null,
    verdict    text   collate "C" not null,
    permission text   collate "C" not null,
    address    text   collate "C" not null,
    client     text   collate "C" not null,
    count      bigint not null,
    primary key (secret_id, hour, verdict, permission, address, client)
);

create index use_of_hour on use_count (hour);

-- Uses added up by whose tokens they were of, so that a chart of many tokens reads some thousand rows at most.
create table use_total (
    -- whose token it was at that time; the id of zeros is everybody together, what was nobody's secret included
    owner_id uuid   not null,
    hour     bigint not null,
    verdict  text   collate "C" not null,
    count    bigint not null,
    primary key (owner_id, hour, verdict)
);

create index use_total_of_hour on use_total (hour);

-- A change that was asked for with a key of the caller's, so that asking again changes nothing more.
create table idempotency (
    -- the token that asked
    caller_id uuid   not null,
    -- SHA-256 of the key
    key       bytea  not null,
    -- SHA-256 of what was asked
    request   bytea  not null,
    token_id  uuid   not null references token (id),
    at        bigint not null,
    primary key (caller_id, key)
);

create index idempotency_age on idempotency (at);

-- Tokens that get a new permission at the next start, with a line of the audit log each. There are some only in data
-- that was moved here from an older version.
create table write_all_due (
    token_id uuid not null primary key references token (id)
);

-- One row that is written now and then, outside of the audit log: by that it is known that writing works.
create table heartbeat (
    id        integer not null primary key check (id = 1),
    -- the latest time that any server has seen
    latest_at bigint  not null
);

-- Of which version of Unicode's tables the keys of all rows are, and up to which token those of the next one are
-- written.
create table names_written (
    id      integer not null primary key check (id = 1),
    version bigint  not null,
    done    bigint  not null
);

insert into names_written (id, version, done) values (1, 0, 0);

-- The oldest schema whose programs can still use these tables. A migration that only adds leaves it alone: servers of the
-- version before go on beside the new ones. One that takes something away raises it.
create table compatibility (
    id     integer not null primary key check (id = 1),
    oldest bigint not null
);

insert into compatibility (id, oldest) values (1, 15);
