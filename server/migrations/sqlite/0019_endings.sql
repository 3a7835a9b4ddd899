-- The lines of journals of endings that this data did not know of, by their links: they are ended again once, however
-- many servers know of them.
create table ended_again (
    link text not null primary key
) strict, without rowid;
