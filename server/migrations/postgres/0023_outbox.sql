-- Who is told. The audit log is what is sent: whoever follows it has read it up to a line, and goes on from there.

-- Somebody who follows the audit log in its order: the standard output, mail, or a webhook.
create table follower (
    id           uuid    not null primary key,
    -- output, mail or webhook
    kind         text    collate "C" not null,
    -- the last line that it has
    line         bigint  not null,
    -- which process sends to it now, and until when nobody else does
    leased_by    uuid,
    leased_until bigint,
    -- attempts in a row that failed, since when, and when the next one is due
    failures     bigint  not null default 0,
    failing_since bigint,
    due_at       bigint  not null default 0,
    trouble      text    collate "C" not null default '',
    -- not sent to: paused by an admin, or given up
    paused_at    bigint,
    given_up     boolean not null default false
);

create table webhook (
    id           uuid    not null primary key references follower (id) on delete cascade,
    name         text    collate "C" not null,
    url          text    collate "C" not null,
    -- kinds of events, separated by spaces; the empty text is all of them
    kinds        text    collate "C" not null,
    -- the keys that its messages are signed with: they are needed again for each
    secret       bytea   not null,
    old_secret   bytea,
    old_ends_at  bigint,
    created_at   bigint  not null,
    version      bigint  not null
);

-- The last messages to each webhook, by their lines.
create table delivery (
    webhook_id   uuid    not null references webhook (id) on delete cascade,
    line         bigint  not null,
    kind         text    collate "C" not null,
    attempts     bigint  not null,
    at           bigint  not null,
    duration_ms  bigint  not null,
    -- of the answer; nothing if there was none
    status       bigint,
    trouble      text    collate "C" not null,
    delivered    boolean not null,
    -- when somebody asked to send it once more
    again_at     bigint,
    primary key (webhook_id, line)
);

create index delivery_again on delivery (webhook_id) where again_at is not null;

-- What a person is to be told by mail.
create table notice (
    person_id    uuid    not null references person (id),
    line         bigint  not null,
    due_at       bigint  not null,
    primary key (person_id, line)
);

create index notice_due on notice (due_at);

-- How a person wants to be told, where it is not as for everybody.
create table told_how (
    person_id    uuid    not null references person (id),
    -- about their own, or everybody's
    whose        text    collate "C" not null,
    about        text    collate "C" not null,
    how          text    collate "C" not null,
    primary key (person_id, whose, about)
);

-- Of which ends it was said already how soon they are.
create table expiry_said (
    token_id     uuid    not null references token (id),
    expires_at   bigint  not null,
    days         bigint  not null,
    primary key (token_id, expires_at, days)
);

-- The networks that each token was used from.
create table token_network (
    token_id     uuid    not null references token (id),
    network      text    collate "C" not null,
    seen_at      bigint  not null,
    primary key (token_id, network)
);
