-- The workspace: what it is called, and the rules that its tokens keep. One row, which is always there.

create table workspace (
    id                integer not null primary key check (id = 1),
    name              text    not null,
    -- what new secrets begin with; nothing is what the server was started with
    prefix            text,
    -- nothing is no limit
    lifetime_days_max integer,
    expiry_required   integer not null,
    -- after how many days without use a token counts as idle
    idle_days         integer not null,
    version           integer not null
) strict;

insert into workspace (id, name, expiry_required, idle_days, version) values (1, '', 0, 30, 1);
