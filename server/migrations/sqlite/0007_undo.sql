-- Deleted tokens that can be brought back for a while, and old secrets that end by themselves.

-- for how many days after it was deleted; zero is never
alter table workspace add column undo_days integer not null default 7;

-- The last to be deleted first, for pages by cursor.
create index token_deleted on token (deleted_at desc, id desc) where deleted_at is not null;
create index token_deleted_of_owner on token (owner_id, deleted_at desc, id desc) where deleted_at is not null;

-- A secret that retires ends before `ends_at` once nobody has presented it for so many milliseconds.
alter table secret add column quiet_ms integer;

create index secret_quiet on secret (ends_at) where quiet_ms is not null and revoked_at is null and not is_current;
