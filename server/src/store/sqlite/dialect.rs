//! SQL that only SQLite understands: lists as one JSON text, and the order in which tables are joined.

use uuid::Uuid;

/// A list of ids that [`ids`] has written, as rows: `listed`, with one column `id`.
macro_rules! listed {
    ($list:literal) => {
        concat!("(select unhex(value) as id from json_each(", $list, ")) listed")
    };
}

/// A list of texts, written as JSON, as rows: `listed`, with one column `text`.
macro_rules! texts {
    ($list:literal) => {
        concat!("(select value as text from json_each(", $list, ")) listed")
    };
}

/// Joins rows that are looked up for each row before it: in this order, and no other.
macro_rules! for_each {
    () => {
        "cross join"
    };
}

/// A column for which no index is to be used.
macro_rules! unindexed {
    ($column:literal) => {
        concat!($column, " + 0")
    };
}

/// Ids, as `listed!` reads them.
pub fn ids(ids: impl Iterator<Item = Uuid>) -> String {
    let ids: Vec<String> = ids.map(|id| format!("\"{}\"", id.simple())).collect();
    format!("[{}]", ids.join(","))
}

/// Adds counts of uses, each of them an array in one JSON text.
pub const ADD_USES: &str = "
    insert into use_count (secret_id, hour, verdict, permission, address, client, count)
    select unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
      from json_each($1) where true
    on conflict (secret_id, hour, verdict, permission, address, client)
    do update set count = use_count.count + excluded.count";
/// Adds up the counts of [`ADD_USES`], except those of this verdict and this permission: once for everybody, and once
/// for each person whose tokens they are of.
pub const ADD_USE_TOTALS: &str = "
    with used as materialized (
        select unhex(value ->> 0) as secret_id, value ->> 1 as hour, value ->> 2 as verdict, value ->> 6 as count
          from json_each($1) where not (value ->> 2 = $2 and value ->> 3 = $3))
    insert into use_total (owner_id, hour, verdict, count)
    select zeroblob(16), hour, verdict, sum(count) from used group by hour, verdict
     union all
    select t.owner_id, u.hour, u.verdict, sum(u.count)
      from used u join secret s on s.id = u.secret_id join token t on t.id = s.token_id
     where t.owner_id is not null group by t.owner_id, u.hour, u.verdict
    on conflict (owner_id, hour, verdict) do update set count = use_total.count + excluded.count";
/// Moves the last uses of tokens, each of them an array in one JSON text, forward and never back. Of two secrets of
/// one token, the later use counts; in the same second, the one that is written later.
pub const MOVE_TOKENS_FORWARD: &str = "
    update token set last_used_at = latest.at, last_used_address = latest.address
      from (select unhex(value ->> 1) as id, max(value ->> 2) as at, value ->> 3 as address
              from json_each($1) group by value ->> 1) as latest
     where token.id = latest.id and (token.last_used_at is null or token.last_used_at <= latest.at)";
/// Like [`MOVE_TOKENS_FORWARD`], for the last uses of secrets.
pub const MOVE_SECRETS_FORWARD: &str = "
    update secret set last_used_at = latest.at, last_used_address = latest.address, last_used_client = latest.client
      from (select unhex(value ->> 0) as id, max(value ->> 2) as at, value ->> 3 as address, value ->> 4 as client
              from json_each($1) group by value ->> 0) as latest
     where secret.id = latest.id and (secret.last_used_at is null or secret.last_used_at <= latest.at)";
/// Writes the sort keys and the search texts of tokens, each of them an array in one JSON text.
pub const WRITE_TOKEN_NAMES: &str = "
    update token set sort_key = unhex(written.value ->> 1), search_text = written.value ->> 2
      from json_each($1) as written where token.search_id = written.value ->> 0";
