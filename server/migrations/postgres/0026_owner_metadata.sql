-- Metadata of groups and service accounts, as the lines `key: value` in which it is written.

alter table person add column metadata text not null default '';

-- Verdicts answer with it.
create trigger owner_metadata_has_changed after update of metadata on person
    for each row execute function note_person();

-- Whether a trust rule was used before, and when it was last.
create index token_of_rule on token (exchanged, created_at) where exchanged is not null;
