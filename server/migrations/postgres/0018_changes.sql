-- Each change raised `head.revision`, and so left a version of that row, which the next change of the transaction looked
-- at again: a million in one transaction, where an installation is moved here, would have taken hours. The newest line
-- has the number, too. It is read under the same lock, so whoever sees a revision still sees all that came before it.
-- The newest line is never forgotten.
create or replace function note_change(token uuid, person uuid, gone bytea) returns void language plpgsql as $$
begin
    perform from head for update;
    insert into change (revision, token_id, person_id, digest, at)
    select coalesce(max(revision), 0) + 1, token, person, gone, (extract(epoch from clock_timestamp()) * 1000)::bigint
      from change;
end $$;
