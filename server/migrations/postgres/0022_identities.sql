-- Sign-in through identity providers (OpenID Connect).

-- The account of a person at a provider. A provider never gives one subject to two people.
create table identity (
    issuer       text collate "C" not null,
    subject      text collate "C" not null,
    person_id    uuid    not null references person (id),
    -- the name that the operator's configuration has for the provider
    provider     text collate "C" not null,
    -- the groups that the provider named at the last sign-in, as a JSON list
    group_names  text    not null default '[]',
    created_at   bigint not null,
    last_used_at bigint not null,
    primary key (issuer, subject)
);

create index identity_of_person on identity (person_id);

-- Sign-ins that have come back from a provider, by the digests of their keys: none is finished twice.
create table finished_sign_in (
    digest  bytea   not null primary key,
    ends_at bigint not null
);

-- Since when a provider may sign the person in, with or without a password.
alter table person add column provided_at bigint;

-- The provider that a session came through, and when the person proved there who they are, as far as it is known.
alter table session add column provider text;
alter table session add column proved_at bigint;
