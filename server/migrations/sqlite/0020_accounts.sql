-- Owners that are not people, and what every account may give. Groups and service accounts are rows of `person`, so that
-- they own tokens, are disabled, counted and named as people are. Nobody signs in as one of them.

alter table person add column kind text not null default 'person';
alter table person add column purpose text not null default '';
-- the group whose stewards manage the tokens of a service account
alter table person add column stewards_id blob references person (id);
-- of groups and service accounts only: a row that others refer to
alter table person add column removed_at integer;

create index person_kind on person (kind, sort_key, id) where kind <> 'person';
create index person_stewards on person (stewards_id) where stewards_id is not null;

create table membership (
    group_id   blob    not null references person (id),
    person_id  blob    not null references person (id),
    is_steward integer not null default 0,
    primary key (group_id, person_id)
) strict, without rowid;

create index membership_of_person on membership (person_id);

-- `*`, `projects:*` or `projects:read`: what an account may give
create table granted (
    account_id blob not null references person (id),
    permission text not null,
    primary key (account_id, permission)
) strict, without rowid;

-- What an account may give, and whose grant that is: its own, one of its groups', or everybody's.
create view granting as
    select g.account_id, g.account_id as source_id, g.permission from granted g
    union all
    select m.person_id, g.account_id, g.permission from membership m join granted g on g.account_id = m.group_id
    union all
    select p.id, g.account_id, g.permission
      from person p join granted g on g.account_id = x'00000000000070008000000000000001';

-- Whose tokens somebody manages beside their own.
create view stewardship as
    select m.person_id, m.group_id as account_id from membership m where m.is_steward
    union all
    select m.person_id, a.id from membership m join person a on a.stewards_id = m.group_id where m.is_steward;

-- A permission that somebody asked for.
create table request (
    id          blob    not null primary key,
    -- who asks, and for which account: themselves, or one that they steward
    person_id   blob    not null references person (id),
    account_id  blob    not null references person (id),
    permission  text    not null,
    reason      text    not null,
    at          integer not null,
    decided_at  integer,
    decided_by  blob    references person (id),
    is_granted  integer not null default 0,
    answer      text    not null default ''
) strict, without rowid;

create index request_open on request (at) where decided_at is null;
create index request_of_person on request (person_id, at);

create trigger membership_has_come after insert on membership
begin
    insert into change (person_id) values (new.person_id);
end;

create trigger membership_has_changed after update of group_id, person_id on membership
begin
    insert into change (person_id) values (old.person_id), (new.person_id);
end;

create trigger membership_is_gone after delete on membership
begin
    insert into change (person_id) values (old.person_id);
end;

create trigger granted_has_come after insert on granted
begin
    insert into change (person_id) values (new.account_id);
end;

create trigger granted_has_changed after update on granted
begin
    insert into change (person_id) values (old.account_id), (new.account_id);
end;

create trigger granted_is_gone after delete on granted
begin
    insert into change (person_id) values (old.account_id);
end;

-- Everybody may give everything until an admin decides otherwise. The address is one that nobody can have (RFC 6761).
insert into person (id, name, name_key, email, email_key, role, created_at, kind, purpose)
values (x'00000000000070008000000000000001', 'Everyone', 'everyone', 'everyone@account.invalid',
        'everyone@account.invalid', 'member', 0, 'group', 'Every person and every other account');
insert into granted (account_id, permission) values (x'00000000000070008000000000000001', '*');
