-- Second factors: passkeys, authenticator apps and recovery codes; and what is begun and not yet done.

create table passkey (
    id            blob    not null primary key,
    person_id     blob    not null references person (id),
    credential_id blob    not null unique,
    -- the public key and its counter, as JSON
    credential    text    not null,
    name          text    not null,
    created_at    integer not null,
    last_used_at  integer,
    -- when its counter went back, as that of a copy does: refused from then on
    copied_at     integer
) strict;

create index passkey_of_person on passkey (person_id, created_at);

-- Authenticator apps. What is at rest here makes codes, like the app itself.
create table totp (
    person_id  blob    not null primary key references person (id),
    seed       blob    not null,
    -- the step of the last code that was accepted: none is accepted twice
    last_step  integer not null,
    created_at integer not null
) strict, without rowid;

create table recovery_code (
    person_id blob    not null references person (id),
    digest    blob    not null,
    used_at   integer,
    primary key (person_id, digest)
) strict, without rowid;

-- A sign-in after its password, an app that is being set up, or the challenge to a passkey: by the digest of a key that
-- whoever goes on has, and good for one end.
create table ceremony (
    digest    blob    not null primary key,
    kind      text    not null,
    person_id blob references person (id),
    state     text    not null,
    ends_at   integer not null
) strict, without rowid;

create index ceremony_end on ceremony (ends_at);

-- Who needs a second factor: nobody, admins or everybody.
alter table workspace add column second_factor text not null default 'nobody';
