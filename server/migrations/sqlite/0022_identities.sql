-- Sign-in through identity providers (OpenID Connect).

-- The account of a person at a provider. A provider never gives one subject to two people.
create table identity (
    issuer       text    not null,
    subject      text    not null,
    person_id    blob    not null references person (id),
    -- the name that the operator's configuration has for the provider
    provider     text    not null,
    -- the groups that the provider named at the last sign-in, as a JSON list
    group_names  text    not null default '[]',
    created_at   integer not null,
    last_used_at integer not null,
    primary key (issuer, subject)
) strict, without rowid;

create index identity_of_person on identity (person_id);

-- Sign-ins that have come back from a provider, by the digests of their keys: none is finished twice.
create table finished_sign_in (
    digest  blob    not null primary key,
    ends_at integer not null
) strict, without rowid;

-- Since when a provider may sign the person in, with or without a password.
alter table person add column provided_at integer;

-- The provider that a session came through, and when the person proved there who they are, as far as it is known.
alter table session add column provider text;
alter table session add column proved_at integer;
