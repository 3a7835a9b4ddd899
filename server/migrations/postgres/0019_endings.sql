-- Where this data has lived. A backup says when it was made; once a server has begun with it, it lives there.
create table lineage (
    id        integer not null primary key check (id = 1),
    copied_at bigint
);

insert into lineage (id) values (1);

-- The lines of journals of endings that this data did not know of, by their links: they are ended again once, however
-- many nodes know of them.
create table ended_again (
    link text collate "C" not null primary key
);
