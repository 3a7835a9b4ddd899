-- Budgets that nodes share: what was spent of rate limits, and of attempts to sign in. Whatever is lost of them was not
-- spent, so they need no journal: a commit waits for no disk.
create unlogged table budget (
    name     text   collate "C" not null primary key,
    -- when everything that was spent is there again, and the time in which the whole of it comes back; in nanoseconds
    -- by the clock of this server
    whole_at bigint not null,
    span     bigint not null
);
