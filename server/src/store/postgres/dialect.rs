//! SQL that only PostgreSQL understands: lists as one JSON text, and the search by groups of three characters. Its
//! planner chooses the order of joins and the indexes by itself.

use uuid::Uuid;

/// A list of ids that [`ids`] has written, as rows: `listed`, with one column `id`.
macro_rules! listed {
    ($list:literal) => {
        concat!("(select value::uuid as id from json_array_elements_text(", $list, "::json)) listed")
    };
}

/// A list of texts, written as JSON, as rows: `listed`, with one column `text`.
macro_rules! texts {
    ($list:literal) => {
        concat!("(select value as text from json_array_elements_text(", $list, "::json)) listed")
    };
}

/// Joins rows that are looked up for each row before it.
macro_rules! for_each {
    () => {
        "join"
    };
}

/// A column for which no index is to be used.
macro_rules! unindexed {
    ($column:literal) => {
        concat!($column, " + 0")
    };
}

/// The index that a table is to be read along: the planner's choice.
macro_rules! by_index {
    ($index:literal) => {
        ""
    };
}

/// Does a text contain another one?
macro_rules! contains {
    ($text:literal, $part:literal) => {
        concat!("strpos(", $text, ", ", $part, ") > 0")
    };
}

/// A text of ASCII characters in lower case.
macro_rules! folded {
    ($text:literal) => {
        concat!("lower(", $text, ")")
    };
}

/// The shortest name of a row.
macro_rules! row_of {
    ($table:literal) => {
        concat!($table, ".id")
    };
}

/// The names of rows in a column `place` as one text, which [`listed_rows`] reads.
macro_rules! rows_as_list {
    () => {
        "coalesce(json_agg(place)::text, '[]')"
    };
}

/// The tokens whose rows are named in a list: `t`.
macro_rules! listed_rows {
    ($list:literal) => {
        concat!(listed!($list), " join token t on t.id = listed.id")
    };
}

/// The live tokens that an index finds by what [`matching`] has written: `t`.
macro_rules! found_in_text {
    ($matching:literal) => {
        concat!("token t where t.deleted_at is null and t.search_text like ", $matching)
    };
}

/// Whether the data may be behind: a standby answers reads happily.
macro_rules! is_behind {
    () => {
        "pg_is_in_recovery()"
    };
}

/// Added to the mark of a change: a server that took over, or was started again, has perhaps lost what was never
/// acknowledged, but was read into memory after the last comparison.
macro_rules! run_of_server {
    () => {
        "(extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint"
    };
}

/// Compiles what is needed on SQLite alone.
macro_rules! sqlite_only {
    ($($tests:item)*) => {};
}

/// Ids, as `listed!` reads them.
pub fn ids(ids: impl Iterator<Item = Uuid>) -> String {
    let ids: Vec<String> = ids.map(|id| format!("\"{id}\"")).collect();
    format!("[{}]", ids.join(","))
}

/// Most texts of a sample that contain a group of three characters which is worth looking up.
const COMMON: usize = 20;

/// A text as a pattern that finds it anywhere, without the parts that a sample is full of: the index would read where
/// all of these are.
pub fn matching(needle: &str, sample: &str) -> String {
    let chars: Vec<char> = needle.chars().collect();
    let count = |group: &[char]| {
        let group: String = group.iter().collect();
        sample.lines().filter(|text| text.contains(&group)).count()
    };
    let counts: Vec<usize> = chars.windows(3).map(count).collect();
    let most = counts.iter().min().map_or(0, |rarest| COMMON.max(*rarest));
    // The groups that a character is in begin with it, or one or two characters before it.
    let is_kept = |place: usize| {
        let mut groups = counts.iter().take(place + 1).skip(place.saturating_sub(2));
        counts.is_empty() || groups.any(|count| *count <= most)
    };
    let kept = chars.iter().enumerate().map(|(place, char)| if is_kept(place) { *char } else { '\n' });
    let kept: String = kept.collect();
    let escaped = |part: &str| part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let parts: Vec<String> = kept.split('\n').filter(|part| !part.is_empty()).map(escaped).collect();
    format!("%{}%", parts.join("%"))
}

/// Adds counts of uses, each of them an array in one JSON text. Two of one kind are added up first, since a statement may
/// write a row once only. Rows are locked in one order.
pub const ADD_USES: &str = "
    insert into use_count (secret_id, hour, verdict, permission, address, client, count)
    select (value ->> 0)::uuid, (value ->> 1)::bigint, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
           sum((value ->> 6)::bigint)::bigint
      from json_array_elements($1::json) group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
    on conflict (secret_id, hour, verdict, permission, address, client)
    do update set count = use_count.count + excluded.count";
/// Adds up the counts of [`ADD_USES`], except those of this verdict and this permission: once for everybody, and once
/// for each person whose tokens they are of.
pub const ADD_USE_TOTALS: &str = "
    with used as materialized (
        select (value ->> 0)::uuid as secret_id, (value ->> 1)::bigint as hour, value ->> 2 as verdict,
               (value ->> 6)::bigint as count
          from json_array_elements($1::json) where not (value ->> 2 = $2 and value ->> 3 = $3)),
    total as (
        select '00000000-0000-0000-0000-000000000000'::uuid as owner_id, hour, verdict, sum(count) as count
          from used group by hour, verdict
         union all
        select t.owner_id, u.hour, u.verdict, sum(u.count)
          from used u join secret s on s.id = u.secret_id join token t on t.id = s.token_id
         where t.owner_id is not null group by t.owner_id, u.hour, u.verdict)
    insert into use_total (owner_id, hour, verdict, count)
    select owner_id, hour, verdict, count from total order by owner_id, hour, verdict
    on conflict (owner_id, hour, verdict) do update set count = use_total.count + excluded.count";
/// Moves the last uses of tokens, each of them an array in one JSON text, forward and never back. Of two secrets of
/// one token, the later use counts; in the same second, the one that is written later.
pub const MOVE_TOKENS_FORWARD: &str = "
    update token set last_used_at = latest.at, last_used_address = latest.address
      from (select distinct on (1) (value ->> 1)::uuid as id, (value ->> 2)::bigint as at, value ->> 3 as address
              from json_array_elements($1::json) with ordinality as listed (value, place)
             order by 1, 2 desc, place) as latest
     where token.id = latest.id and (token.last_used_at is null or token.last_used_at <= latest.at)";
/// Like [`MOVE_TOKENS_FORWARD`], for the last uses of secrets.
pub const MOVE_SECRETS_FORWARD: &str = "
    update secret set last_used_at = latest.at, last_used_address = latest.address, last_used_client = latest.client
      from (select distinct on (1) (value ->> 0)::uuid as id, (value ->> 2)::bigint as at, value ->> 3 as address,
                   value ->> 4 as client
              from json_array_elements($1::json) with ordinality as listed (value, place)
             order by 1, 2 desc, place) as latest
     where secret.id = latest.id and (secret.last_used_at is null or secret.last_used_at <= latest.at)";
/// Spends of budgets, each of them an array in one JSON text, as far as they have that much left. An end that is further
/// away than its span is of a clock that was set back, and counts for nothing. Rows are locked in one order.
pub const SPEND_BUDGETS: &str = "
    with clock as materialized (select (extract(epoch from clock_timestamp()) * 1000000000)::bigint as now)
    insert into budget (name, whole_at, span)
    select value ->> 0, now + sum((value ->> 1)::bigint)::bigint, max((value ->> 2)::bigint)
      from json_array_elements($1::json), clock group by value ->> 0, now order by 1
    on conflict (name) do update set span = excluded.span, whole_at = excluded.whole_at
        + case when budget.whole_at - (select now from clock) between 0 and budget.span
               then budget.whole_at - (select now from clock) else 0 end
     where excluded.whole_at
        + case when budget.whole_at - (select now from clock) between 0 and budget.span
               then budget.whole_at - (select now from clock) else 0 end
        <= (select now from clock) + excluded.span
    returning name, whole_at - (select now from clock)";
/// Forgets budgets that are whole.
pub const FORGET_BUDGETS: &str =
    "delete from budget where whole_at < (extract(epoch from clock_timestamp()) * 1000000000)::bigint";
/// Writes the sort keys and the search texts of tokens, each of them an array in one JSON text.
pub const WRITE_TOKEN_NAMES: &str = "
    update token set sort_key = decode(written.value ->> 1, 'hex'), search_text = written.value ->> 2
      from json_array_elements($1::json) as written (value)
     where token.search_id = (written.value ->> 0)::bigint";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_looks_like_a_pattern_finds_itself_alone() {
        assert_eq!(matching("50% of_a\\b", ""), "%50\\% of\\_a\\\\b%");
        assert_eq!(matching("100%", ""), "%100\\%%");
        assert_eq!(matching("no", "no\n"), "%no%", "no group of three");
    }

    #[test]
    fn of_a_long_text_the_rare_parts_are_looked_up() {
        let sample = "token number 1 of\n".repeat(100);
        assert_eq!(matching("token number 999", &sample), "%r 999%");
        assert_eq!(matching("token number 999 of them", &sample), "%r 999 of them%");
        assert_eq!(matching("999 token number 77", &sample), "%999 to%r 77%");
        assert_eq!(matching("token", &sample), "%token%", "as common as any other");
    }
}
