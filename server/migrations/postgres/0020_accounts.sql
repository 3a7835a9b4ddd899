-- Owners that are not people, and what every account may give. Groups and service accounts are rows of `person`, so that
-- they own tokens, are disabled, counted and named as people are. Nobody signs in as one of them.

alter table person
    add column kind        text   collate "C" not null default 'person',
    add column purpose     text   collate "C" not null default '',
    -- the group whose stewards manage the tokens of a service account
    add column stewards_id uuid   references person (id),
    -- of groups and service accounts only: a row that others refer to
    add column removed_at  bigint;

create index person_kind on person (kind, sort_key, id) where kind <> 'person';
create index person_stewards on person (stewards_id) where stewards_id is not null;

create table membership (
    group_id   uuid    not null references person (id),
    person_id  uuid    not null references person (id),
    is_steward boolean not null default false,
    primary key (group_id, person_id)
);
create index membership_of_person on membership (person_id);

-- `*`, `projects:*` or `projects:read`: what an account may give
create table granted (
    account_id uuid not null references person (id),
    permission text collate "C" not null,
    primary key (account_id, permission)
);

-- What an account may give, and whose grant that is: its own, one of its groups', or everybody's.
create view granting as
    select g.account_id, g.account_id as source_id, g.permission from granted g
    union all
    select m.person_id, g.account_id, g.permission from membership m join granted g on g.account_id = m.group_id
    union all
    select p.id, g.account_id, g.permission
      from person p join granted g on g.account_id = '00000000-0000-7000-8000-000000000001';

-- Whose tokens somebody manages beside their own.
create view stewardship as
    select m.person_id, m.group_id as account_id from membership m where m.is_steward
    union all
    select m.person_id, a.id from membership m join person a on a.stewards_id = m.group_id where m.is_steward;

-- A permission that somebody asked for.
create table request (
    id          uuid    not null primary key,
    -- who asks, and for which account: themselves, or one that they steward
    person_id   uuid    not null references person (id),
    account_id  uuid    not null references person (id),
    permission  text    collate "C" not null,
    reason      text    collate "C" not null,
    at          bigint  not null,
    decided_at  bigint,
    decided_by  uuid    references person (id),
    is_granted  boolean not null default false,
    answer      text    collate "C" not null default ''
);
create index request_open on request (at) where decided_at is null;
create index request_of_person on request (person_id, at);

create function note_membership() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform note_change(null, old.person_id, null);
    end if;
    if tg_op <> 'DELETE' then
        perform note_change(null, new.person_id, null);
    end if;
    return null;
end $$;

create trigger membership_has_changed after insert or delete or update of group_id, person_id on membership
    for each row execute function note_membership();

create function note_granted() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform note_change(null, old.account_id, null);
    end if;
    if tg_op <> 'DELETE' then
        perform note_change(null, new.account_id, null);
    end if;
    return null;
end $$;

create trigger granted_has_changed after insert or update or delete on granted
    for each row execute function note_granted();

-- Everybody may give everything until an admin decides otherwise. The address is one that nobody can have (RFC 6761).
insert into person (id, name, name_key, email, email_key, role, created_at, kind, purpose)
values ('00000000-0000-7000-8000-000000000001', 'Everyone', 'everyone', 'everyone@account.invalid',
        'everyone@account.invalid', 'member', 0, 'group', 'Every person and every other account');
insert into granted (account_id, permission) values ('00000000-0000-7000-8000-000000000001', '*');
