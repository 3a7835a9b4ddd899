//! The search for the few tokens that a filter leaves, if it leaves few: an index of its own finds them, so that a
//! list need not skip all the others. If it leaves many, the list meets them soon enough without it.

use super::{Db, Pool, dialect::matching, failed, list_text::Origin, row::only};
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

/// The rows that are found, if there are at most `$1`; null otherwise. They are counted first, by the cheaper query.
macro_rules! few {
    ($found:expr) => {
        few!($found, $found)
    };
    ($counted:expr, $found:expr) => {
        concat!(
            "select case when (select count(*) from (",
            $counted,
            " limit $1 + 1) as counted) <= $1 then (select ",
            rows_as_list!(),
            " from (",
            $found,
            ") as found) end"
        )
    };
}

/// `$2` is the text as the engine looks texts up, and `$3` is the text as it is. `$4` is the end of a secret in lower
/// case, and `$5` to `$6` are ids.
macro_rules! searched {
    () => {
        concat!(
            "select place from (select ",
            row_of!("t"),
            " as place from ",
            found_in_text!("$2"),
            " and ",
            contains!("t.search_text", "$3"),
            " limit $1 + 1) as by_text
          union
         select ",
            row_of!("t"),
            " as place from secret s join token t on t.id = s.token_id
          where s.is_current and ",
            folded!("s.last_chars"),
            " = $4 and t.deleted_at is null
          union
         select ",
            row_of!("t"),
            " as place from token t where t.id between $5 and $6 and t.deleted_at is null"
        )
    };
}

/// The rows of live tokens that meet a condition.
macro_rules! live {
    ($condition:literal) => {
        concat!("select ", row_of!("t"), " as place from token t where t.deleted_at is null and ", $condition)
    };
}

/// Written without `few!`, so that the search does not run twice.
const SEARCHED: &str = concat!(
    "select case when count(*) <= $1 then ",
    rows_as_list!(),
    " end from (",
    searched!(),
    " limit $1 + 1) as found"
);
const COUNT_SEARCHED: &str = concat!("select count(*) from (", searched!(), " limit $1) as found");
/// The texts of the token with number 1, and of every `$1`th after it, up to number `$2`.
const SAMPLED: &str = concat!(
    "with recursive place (number) as (select cast(1 as bigint) union all select number + $1 from place where number + $1 <= $2)
    select coalesce(string_agg(t.search_text, '\n'), '')
      from place ",
    for_each!(),
    " token t on t.search_id = place.number where t.deleted_at is null"
);
/// The highest number of a token. Every token has a number of its own, and numbers go up: there cannot be more
/// tokens.
const HIGHEST: &str = "select coalesce(max(search_id), 0) from token";

const HOLDING: &str = few!(
    "select 1 from token_permission where permission = $2",
    concat!(
        "select ",
        row_of!("t"),
        " as place from token_permission h ",
        for_each!(),
        " token t on t.id = h.token_id where h.permission = $2"
    )
);
const WITH_KEY: &str = few!(
    "select 1 from token_metadata where key = $2 and $3 is null",
    concat!(
        "select ",
        row_of!("t"),
        " as place from token_metadata h ",
        for_each!(),
        " token t on t.id = h.token_id where h.key = $2 and $3 is null"
    )
);
const WITH_VALUE: &str = few!(
    "select 1 from token_metadata where key = $2 and value = $3",
    concat!(
        "select ",
        row_of!("t"),
        " as place from token_metadata h ",
        for_each!(),
        " token t on t.id = h.token_id where h.key = $2 and h.value = $3"
    )
);
const OWNED: &str = few!(live!("t.owner_id = $2"));
const ACTIVE: &str =
    few!(concat!(live!("t.expires_at is null and $2 < $3"), " union all ", live!("t.expires_at > $3")));
const EXPIRED: &str = few!(live!("t.expires_at <= $2 and $2 < $3"));
const EXPIRING: &str = few!(live!("t.expires_at > $2 and t.expires_at <= $3"));
const DISABLED: &str = few!(live!("t.disabled_at is not null and $2 < $3"));
const EXPOSED: &str = few!(
    "select 1 from secret where is_current and exposed_at is not null and $2 < $3",
    concat!(
        "select ",
        row_of!("t"),
        " as place from secret s ",
        for_each!(),
        " token t on t.id = s.token_id where s.is_current and s.exposed_at is not null and $2 < $3"
    )
);
const ROTATING: &str = few!(
    "select 1 from secret where not is_current and revoked_at is null and ends_at > $2 and $2 < $3",
    concat!(
        "select distinct ",
        row_of!("t"),
        " as place from secret s ",
        for_each!(),
        " token t on t.id = s.token_id
      where not s.is_current and s.revoked_at is null and s.ends_at > $2 and $2 < $3"
    )
);
const IDLE: &str = few!(live!(
    "$2 < $3 and coalesce(t.last_used_at, t.created_at)
            < $2 - (select w.idle_days from workspace w) * 86400000
      order by coalesce(t.last_used_at, t.created_at)"
));
const NEVER_USED: &str = few!(live!("t.last_used_at is null"));
const NO_EXPIRY: &str = few!(live!("t.expires_at is null"));
const BROAD: &str = few!(live!("t.permission_count >= (select count(*) from action)"));

/// The rows among which the tokens that a filter leaves are found.
#[derive(Clone, Debug)]
pub enum Narrow {
    /// Among these rows, in JSON.
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
    if let Some(wanted) = &filter.metadata {
        let (found, origin) = match wanted.value {
            None => (WITH_KEY, Origin::WithKey),
            Some(_) => (WITH_VALUE, Origin::WithValue),
        };
        let found = query_scalar(found).bind(few).bind(&wanted.key).bind(&wanted.value);
        match named(reader, found).await? {
            Some(rows) => return Ok(Narrow::Few(rows)),
            None if owner.is_none() => many = origin,
            None => {}
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
        TokenStatus::Exposed => EXPOSED,
    }
}

const fn of_concern(concern: Concern) -> &'static str {
    match concern {
        Concern::NeverUsed => NEVER_USED,
        Concern::NoExpiry => NO_EXPIRY,
        Concern::Broad => BROAD,
    }
}

/// Number of tokens that a text is found in, counted up to `max`; `None` without a text, and for one that is everywhere:
/// a list counts it sooner than an index, which has all of its occurrences.
pub async fn count_searched(
    reader: &Pool,
    filter: &TokenFilter,
    max: i64,
) -> Result<Option<i64>, StoreError> {
    let search = Search::of(reader, filter, how_many(reader).await?).await?;
    let Some(search) = search.filter(|search| !search.is_everywhere) else { return Ok(None) };
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
