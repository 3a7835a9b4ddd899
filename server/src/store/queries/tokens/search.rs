//! The search for the few tokens that a filter leaves, if it leaves few: an index of its own finds them, so that a
//! list need not skip all the others. If it leaves many, the list meets them soon enough without it.
//!
//! This is SQLite's own: other engines look up texts in other ways, and do not number rows.

use super::{Db, Pool, failed, queries::tokens::row::only, token_list_text::Origin};
use app::{
    domain::{
        Concern, EXPIRING_MS, Permission, Scope, SortBy, Timestamp, TokenFilter, TokenSort, TokenStatus,
    },
    service::{StoreError, needle},
};
use sqlx::{Database, query_scalar};

/// Approximate number of rows on a page.
const PAGE: i64 = 50;
/// Most tokens that are sorted for a page, however many tokens there are.
const FEW_MAX: i64 = 5_000;
/// Number of tokens, spread over all of them, on which a text is tried before it is looked up.
const SAMPLE: i64 = 200;
/// A text that this many tokens of a sample contain is everywhere: a list meets it at once.
const EVERYWHERE: usize = 10;
/// Most groups of three characters of a text that are looked up: those that are rarest in the sample. Each further
/// one costs a walk of its own, and narrows the result down less.
const TRIGRAMS_MAX: usize = 4;
/// A group that more tokens of the sample contain is not worth its walk beside one that is rarer.
const COMMON: usize = 40;

/// The rows that are found, if there are at most `$1`; null otherwise. They are counted first, by the cheaper query.
macro_rules! few {
    ($found:literal) => {
        few!($found, $found)
    };
    ($counted:literal, $found:literal) => {
        concat!(
            "select case when (select count(*) from (",
            $counted,
            " limit $1 + 1)) <= $1 then (select json_group_array(row) from (",
            $found,
            ")) end"
        )
    };
}

/// `$2` is the text as groups of three characters in the syntax of FTS5, and `$3` is the text as it is. `$4` is the
/// end of a secret in lower case, and `$5` to `$6` are ids.
macro_rules! searched {
    () => {
        "select row from
            (select t.rowid as row from token_text join token t on t.search_id = token_text.rowid
              where token_text match $2 and instr(t.search_text, $3) > 0 limit $1 + 1)
          union
         select t.rowid as row from secret s join token t on t.id = s.token_id
          where s.is_current and lower(s.last_chars) = $4 and t.deleted_at is null
          union
         select rowid as row from token where id between $5 and $6 and deleted_at is null"
    };
}

/// Written without `few!`, so that the search does not run twice.
const SEARCHED: &str = concat!(
    "select case when count(*) <= $1 then json_group_array(row) end from (",
    searched!(),
    " limit $1 + 1)"
);
const COUNT_SEARCHED: &str = concat!("select count(*) from (", searched!(), " limit $1)");
/// The texts of the token with number 1, and of every `$1`th after it, up to number `$2`.
const SAMPLED: &str = "
    with recursive place (number) as (select 1 union all select number + $1 from place where number + $1 <= $2)
    select coalesce(string_agg(t.search_text, char(10)), '')
      from place cross join token t on t.search_id = place.number where t.deleted_at is null";
/// The highest number of a token. Every token has a number of its own, and numbers go up: there cannot be more
/// tokens.
const HIGHEST: &str = "select coalesce(max(search_id), 0) from token";

const HOLDING: &str = few!(
    "select 1 from token_permission where permission = $2",
    "select t.rowid as row from token_permission h cross join token t on t.id = h.token_id where h.permission = $2"
);
const OWNED: &str = few!("select rowid as row from token where owner_id = $2 and deleted_at is null");
const ACTIVE: &str = few!(
    "select rowid as row from token where deleted_at is null and expires_at is null and $2 < $3
      union all
     select rowid as row from token where deleted_at is null and expires_at > $3"
);
const EXPIRED: &str =
    few!("select rowid as row from token where deleted_at is null and expires_at <= $2 and $2 < $3");
const EXPIRING: &str =
    few!("select rowid as row from token where deleted_at is null and expires_at > $2 and expires_at <= $3");
const DISABLED: &str =
    few!("select rowid as row from token where deleted_at is null and disabled_at is not null and $2 < $3");
const ROTATING: &str = few!(
    "select 1 from secret where not is_current and revoked_at is null and ends_at > $2 and $2 < $3",
    "select distinct t.rowid as row from secret s cross join token t on t.id = s.token_id
      where not s.is_current and s.revoked_at is null and s.ends_at > $2 and $2 < $3"
);
const IDLE: &str = few!(
    "select rowid as row from token
      where deleted_at is null and $2 < $3 and coalesce(last_used_at, created_at)
            < $2 - (select w.idle_days from workspace w) * 86400000"
);
const NEVER_USED: &str =
    few!("select rowid as row from token where deleted_at is null and last_used_at is null");
const NO_EXPIRY: &str =
    few!("select rowid as row from token where deleted_at is null and expires_at is null");
const BROAD: &str = few!(
    "select rowid as row from token
      where deleted_at is null and permission_count >= (select count(*) from action)"
);

/// The rows among which the tokens that a filter leaves are found.
#[derive(Clone, Debug)]
pub enum Narrow {
    /// Among these rows: their numbers, in JSON.
    Few(String),
    /// Among too many rows to be named, or among all.
    Many(Origin),
}

impl Narrow {
    pub fn few(self) -> Option<String> {
        match self {
            Self::Few(rows) => Some(rows),
            Self::Many(_) => None,
        }
    }

    /// The source that the tokens are best counted from.
    pub const fn origin(&self) -> Origin {
        match self {
            Self::Few(_) => Origin::Listed,
            Self::Many(origin) => *origin,
        }
    }
}

/// The rows of the first part of a filter that leaves few; else the source that is best counted from.
pub async fn narrow(
    reader: &Pool,
    scope: Scope,
    filter: &TokenFilter,
    sort: Option<TokenSort>,
    now: Timestamp,
) -> Result<Narrow, StoreError> {
    let owner = only(scope).or(filter.owner.map(|person| person.as_uuid()));
    let walked = if owner.is_some() { Origin::OfOne } else { Origin::Everything };
    let rest = TokenFilter { owner: None, ..filter.clone() };
    let is_by_birth = sort.is_none_or(|sort| matches!(sort.by, SortBy::CreatedAt | SortBy::Owner));
    if rest.is_empty() && (owner.is_none() || is_by_birth) {
        return Ok(Narrow::Many(walked));
    }
    let all = how_many(reader).await?;
    let few = few_of(all);
    if let Some(owner) = owner
        && let Some(rows) = named(reader, query_scalar(OWNED).bind(few).bind(owner)).await?
    {
        return Ok(Narrow::Few(rows));
    }
    if let Some(search) = Search::of(reader, filter, all).await?
        && !search.is_everywhere
        && let Some(rows) = named(reader, search.bind(query_scalar(SEARCHED).bind(few))).await?
    {
        return Ok(Narrow::Few(rows));
    }
    let mut many = walked;
    if let Some(permission) = filter.permission.as_ref().map(Permission::as_str) {
        match named(reader, query_scalar(HOLDING).bind(few).bind(permission)).await? {
            Some(rows) => return Ok(Narrow::Few(rows)),
            None => many = Origin::Holding,
        }
    }
    if let Some(status) = filter.status {
        let soon = now.as_millis() + EXPIRING_MS;
        let found = query_scalar(of_status(status)).bind(few).bind(now.as_millis()).bind(soon);
        match named(reader, found).await? {
            Some(rows) => return Ok(Narrow::Few(rows)),
            None if status != TokenStatus::Active => many = Origin::Status(status),
            None => {}
        }
    }
    if let Some(concern) = filter.concern {
        match named(reader, query_scalar(of_concern(concern)).bind(few)).await? {
            Some(rows) => return Ok(Narrow::Few(rows)),
            None => many = Origin::Concern(concern),
        }
    }
    Ok(Narrow::Many(many))
}

type Query<'q, T> = sqlx::query::QueryScalar<'q, Db, T, <Db as Database>::Arguments>;

/// The rows that such a query names, if they are few.
async fn named(reader: &Pool, found: Query<'_, Option<String>>) -> Result<Option<String>, StoreError> {
    found.fetch_one(reader).await.map_err(failed)
}

/// Largest number of rows to sort. Sorting `n` rows costs more than skipping the others until a page is full when `n`
/// times `n` is more than a page times all tokens.
fn few_of(all: i64) -> i64 {
    (PAGE * all).isqrt().clamp(PAGE, FEW_MAX)
}

/// Upper bound on the number of tokens.
async fn how_many(reader: &Pool) -> Result<i64, StoreError> {
    query_scalar(HIGHEST).fetch_one(reader).await.map_err(failed)
}

const fn of_status(status: TokenStatus) -> &'static str {
    match status {
        TokenStatus::Active => ACTIVE,
        TokenStatus::ExpiringSoon => EXPIRING,
        TokenStatus::Idle => IDLE,
        TokenStatus::Rotating => ROTATING,
        TokenStatus::Disabled => DISABLED,
        TokenStatus::Expired => EXPIRED,
    }
}

const fn of_concern(concern: Concern) -> &'static str {
    match concern {
        Concern::NeverUsed => NEVER_USED,
        Concern::NoExpiry => NO_EXPIRY,
        Concern::Broad => BROAD,
    }
}

/// Number of tokens that a text is found in, counted up to `max`; `None` without a text.
pub async fn count_searched(
    reader: &Pool,
    filter: &TokenFilter,
    max: i64,
) -> Result<Option<i64>, StoreError> {
    let Some(search) = Search::of(reader, filter, how_many(reader).await?).await? else { return Ok(None) };
    let counted = search.bind(query_scalar(COUNT_SEARCHED).bind(max));
    counted.fetch_one(reader).await.map(Some).map_err(failed)
}

/// A text that is searched for, and how.
struct Search<'f> {
    filter: &'f TokenFilter,
    needle: String,
    matching: String,
    is_everywhere: bool,
}

impl<'f> Search<'f> {
    async fn of(reader: &Pool, filter: &'f TokenFilter, all: i64) -> Result<Option<Self>, StoreError> {
        let Some(needle) = needle(filter) else { return Ok(None) };
        // An odd step, since names that are numbered are numbered in tens.
        let step = (all / SAMPLE) | 1;
        let sample = query_scalar(SAMPLED).bind(step).bind(all);
        let sample: String = sample.fetch_one(reader).await.map_err(failed)?;
        let matching = matching(&needle, &sample);
        let is_everywhere = sample.lines().filter(|text| text.contains(&needle)).count() >= EVERYWHERE;
        Ok(Some(Self { filter, needle, matching, is_everywhere }))
    }

    /// Binds the parameters after the limit.
    fn bind<T>(self, query: Query<'_, T>) -> Query<'_, T> {
        let ids = self.filter.ids();
        query
            .bind(self.matching)
            .bind(self.needle)
            .bind(self.filter.last_chars())
            .bind(ids.map(|(first, _)| first.as_uuid()))
            .bind(ids.map(|(_, last)| last.as_uuid()))
    }
}

/// The groups of three characters of a text that are rarest in a sample, in the syntax of FTS5.
fn matching(needle: &str, sample: &str) -> String {
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
