-- Second factors: passkeys, authenticator apps and recovery codes; and what is begun and not yet done.

create table passkey (
    id            uuid not null primary key,
    person_id     uuid not null references person (id),
    credential_id bytea not null unique,
    -- the public key and its counter, as JSON
    credential    text collate "C" not null,
    name          text collate "C" not null,
    created_at    bigint not null,
    last_used_at  bigint,
    -- when its counter went back, as that of a copy does: refused from then on
    copied_at     bigint
);

create index passkey_of_person on passkey (person_id, created_at);

-- Authenticator apps. What is at rest here makes codes, like the app itself.
create table totp (
    person_id  uuid not null primary key references person (id),
    seed       bytea not null,
    -- the step of the last code that was accepted: none is accepted twice
    last_step  bigint not null,
    created_at bigint not null
);

create table recovery_code (
    person_id uuid not null references person (id),
    digest    bytea not null,
    used_at   bigint,
    primary key (person_id, digest)
);

-- A sign-in after its password, an app that is being set up, or the challenge to a passkey: by the digest of a key that
-- whoever goes on has, and good for one end.
create table ceremony (
    digest    bytea not null primary key,
    kind      text collate "C" not null,
    person_id uuid references person (id),
    state     text collate "C" not null,
    ends_at   bigint not null
);

create index ceremony_end on ceremony (ends_at);

-- Who needs a second factor: nobody, admins or everybody.
alter table workspace add column second_factor text collate "C" not null default 'nobody';
