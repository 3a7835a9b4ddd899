-- Who is told. The audit log is what is sent: whoever follows it has read it up to a line, and goes on from there.

-- Somebody who follows the audit log in its order: the standard output, mail, or a webhook.
create table follower (
    id           blob    not null primary key,
    -- output, mail or webhook
    kind         text    not null,
    -- the last line that it has
    line         integer not null,
    -- which process sends to it now, and until when nobody else does
    leased_by    blob,
    leased_until integer,
    -- attempts in a row that failed, since when, and when the next one is due
    failures     integer not null default 0,
    failing_since integer,
    due_at       integer not null default 0,
    trouble      text    not null default '',
    -- not sent to: paused by an admin, or given up
    paused_at    integer,
    given_up     integer not null default 0
) strict;

create table webhook (
    id           blob    not null primary key references follower (id) on delete cascade,
    name         text    not null,
    url          text    not null,
    -- kinds of events, separated by spaces; the empty text is all of them
    kinds        text    not null,
    -- the keys that its messages are signed with: they are needed again for each
    secret       blob    not null,
    old_secret   blob,
    old_ends_at  integer,
    created_at   integer not null,
    version      integer not null
) strict;

-- The last messages to each webhook, by their lines.
create table delivery (
    webhook_id   blob    not null references webhook (id) on delete cascade,
    line         integer not null,
    kind         text    not null,
    attempts     integer not null,
    at           integer not null,
    duration_ms  integer not null,
    -- of the answer; nothing if there was none
    status       integer,
    trouble      text    not null,
    delivered    integer not null,
    -- when somebody asked to send it once more
    again_at     integer,
    primary key (webhook_id, line)
) strict, without rowid;

create index delivery_again on delivery (webhook_id) where again_at is not null;

-- What a person is to be told by mail.
create table notice (
    person_id    blob    not null references person (id),
    line         integer not null,
    due_at       integer not null,
    primary key (person_id, line)
) strict, without rowid;

create index notice_due on notice (due_at);

-- How a person wants to be told, where it is not as for everybody.
create table told_how (
    person_id    blob    not null references person (id),
    -- about their own, or everybody's
    whose        text    not null,
    about        text    not null,
    how          text    not null,
    primary key (person_id, whose, about)
) strict, without rowid;

-- Of which ends it was said already how soon they are.
create table expiry_said (
    token_id     blob    not null references token (id),
    expires_at   integer not null,
    days         integer not null,
    primary key (token_id, expires_at, days)
) strict, without rowid;

-- The networks that each token was used from.
create table token_network (
    token_id     blob    not null references token (id),
    network      text    not null,
    seen_at      integer not null,
    primary key (token_id, network)
) strict, without rowid;
