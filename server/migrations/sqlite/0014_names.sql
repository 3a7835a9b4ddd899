-- How names are found, sorted and told apart. What needs Unicode's tables is written by the program, before it answers
-- anybody and whenever those tables change.

-- What lists are sorted by, byte by byte. The empty one is not written yet.
alter table token add column sort_key blob not null default x'';
alter table person add column sort_key blob not null default x'';
-- What two names share that look alike. Older ones may share theirs; no new one does.
alter table person add column name_key text not null default '';

create index person_name_key on person (name_key);
drop index token_by_name;
create index token_by_name on token (sort_key, id) where deleted_at is null;
-- The end of a secret is searched for without letter case.
drop index secret_last_chars;
create index secret_last_chars on secret (lower(last_chars)) where is_current;

-- Of which version of the tables the keys of all rows are, and up to which token those of the next one are written.
create table names_written (
    id      integer not null primary key check (id = 1),
    version integer not null,
    done    integer not null
) strict;

insert into names_written (id, version, done) values (1, 0, 0);
