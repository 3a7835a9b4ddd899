//! SQL that only SQLite understands: lists as one JSON text, the order in which tables are joined, and the search by
//! groups of three characters.

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

/// The index that a table is to be read along.
macro_rules! by_index {
    ($index:literal) => {
        concat!("indexed by ", $index)
    };
}

/// Does a text contain another one?
macro_rules! contains {
    ($text:literal, $part:literal) => {
        concat!("instr(", $text, ", ", $part, ") > 0")
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
        concat!($table, ".rowid")
    };
}

/// The names of rows in a column `place` as one text, which [`listed_rows`] reads.
macro_rules! rows_as_list {
    () => {
        "json_group_array(place)"
    };
}

/// The tokens whose rows are named in a list: `t`.
macro_rules! listed_rows {
    ($list:literal) => {
        concat!("json_each(", $list, ") listed cross join token t on t.rowid = listed.value")
    };
}

/// The live tokens that an index finds by what [`matching`] has written, and perhaps some more: `t`.
macro_rules! found_in_text {
    ($matching:literal) => {
        concat!(
            "token_text join token t on t.search_id = token_text.rowid where token_text match ",
            $matching
        )
    };
}

/// Whether the data may be behind: a file never is.
macro_rules! is_behind {
    () => {
        "false"
    };
}

/// Added to the mark of a change: nobody takes a file's place while it is open.
macro_rules! run_of_server {
    () => {
        "0"
    };
}

/// Compiles what is needed on SQLite alone.
macro_rules! sqlite_only {
    ($($tests:item)*) => {
        $($tests)*
    };
}

/// Most groups of three characters of a text that are looked up: those that are rarest in the sample. Each further
/// one costs a walk of its own, and narrows the result down less.
const TRIGRAMS_MAX: usize = 4;
/// A group that more tokens of the sample contain is not worth its walk beside one that is rarer.
const COMMON: usize = 40;

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
/// Spends of budgets, each of them an array in one JSON text, as far as they have that much left. An end that is further
/// away than its span is of a clock that was set back, and counts for nothing.
pub const SPEND_BUDGETS: &str = "
    with clock as materialized (select cast(unixepoch('subsec') * 1000000000 as integer) as now)
    insert into budget (name, whole_at, span)
    select value ->> 0, now + (value ->> 1), value ->> 2 from json_each($1), clock where true
    on conflict (name) do update set span = excluded.span, whole_at = excluded.whole_at
        + iif(budget.whole_at - (select now from clock) between 0 and budget.span,
              budget.whole_at - (select now from clock), 0)
     where excluded.whole_at
        + iif(budget.whole_at - (select now from clock) between 0 and budget.span,
              budget.whole_at - (select now from clock), 0)
        <= (select now from clock) + excluded.span
    returning name, whole_at - (select now from clock)";
/// Forgets budgets that are whole.
pub const FORGET_BUDGETS: &str =
    "delete from budget where whole_at < cast(unixepoch('subsec') * 1000000000 as integer)";
/// Writes the sort keys and the search texts of tokens, each of them an array in one JSON text.
pub const WRITE_TOKEN_NAMES: &str = "
    update token set sort_key = unhex(written.value ->> 1), search_text = written.value ->> 2
      from json_each($1) as written where token.search_id = written.value ->> 0";

/// The groups of three characters of a text that are rarest in a sample, in the syntax of FTS5.
pub fn matching(needle: &str, sample: &str) -> String {
    let chars: Vec<char> = needle.chars().collect();
    let groups = chars.windows(3).map(|three| three.iter().collect::<String>());
    let count = |group: &str| sample.lines().filter(|text| text.contains(group)).count();
    let mut groups: Vec<(usize, String)> = groups.map(|group| (count(&group), group)).collect();
    groups.sort_by_key(|(count, _)| *count);
    let is_worth = |(i, (count, _)): &(usize, &(usize, String))| *i == 0 || *count <= COMMON;
    let groups = groups.iter().enumerate().take_while(is_worth).take(TRIGRAMS_MAX);
    let quoted = groups.map(|(_, (_, group))| format!("\"{}\"", group.replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_up_by_its_parts() {
        assert_eq!(matching("sync", ""), "\"syn\" AND \"ync\"");
        assert_eq!(matching("  b", ""), "\"  b\"");
        assert_eq!(matching("a\"b", ""), "\"a\"\"b\"");
    }

    #[test]
    fn of_a_long_text_the_rarest_parts_are_looked_up() {
        let sample = "  part  1\n  part  22\n  part  333";
        assert_eq!(matching("part  333", sample), "\"  3\" AND \" 33\" AND \"333\" AND \"par\"");
        assert_eq!(matching(&"abcdefgh".repeat(12), sample).split(" AND ").count(), TRIGRAMS_MAX);
        assert_eq!(matching("part  333", &"  part  333\n".repeat(100)), "\"par\"", "as common as any other");
    }
}
