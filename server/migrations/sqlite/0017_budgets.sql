-- Budgets that several servers on one file share: what was spent of rate limits, and of attempts to sign in.
create table budget (
    name     text    not null primary key,
    -- when everything that was spent is there again, and the time in which the whole of it comes back; in nanoseconds
    whole_at integer not null,
    span     integer not null
) strict, without rowid;
