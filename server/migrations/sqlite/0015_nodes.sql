-- A mark for each change. Numbers alone cannot tell two histories apart in which they ran alike: that of the data, and
-- that of a copy of it which was put in its place.

create table change_before as select * from change;
drop table change;

create table change (
    revision  integer not null primary key autoincrement,
    token_id  blob,
    person_id blob,
    at        integer not null default (unixepoch() * 1000),
    -- the digest of a secret that is gone, or is another one: nothing else leads to it any more
    digest    blob,
    mark      integer not null default (random())
) strict;

insert into change (revision, token_id, person_id, at, digest)
select revision, token_id, person_id, at, digest from change_before order by revision;
drop table change_before;

-- The servers that use this data, as each has last told.
create table node (
    id         blob    not null primary key,
    name       text    not null,
    version    text    not null,
    address    text    not null,
    started_at integer not null,
    seen_at    integer not null,
    -- how long before that its memory was last compared with the data; nothing is never
    behind_ms  integer
) strict, without rowid;

-- The oldest schema whose programs can still use these tables. A migration that only adds leaves it alone: servers of the
-- version before go on beside the new ones. One that takes something away raises it.
create table compatibility (
    id     integer not null primary key check (id = 1),
    oldest integer not null
) strict;

insert into compatibility (id, oldest) values (1, 15);

-- Where this data has lived. A backup says when it was made; once a server has begun with it, it lives there.
create table lineage (
    id        integer not null primary key check (id = 1),
    copied_at integer
) strict;

insert into lineage (id) values (1);
