//! Lists of tokens in several orders. A list is a sequence of runs: the tokens that have the value it is sorted by,
//! then those that lack it; or one status, or one owner, after the other. Each run has an index in the order of its
//! rows, so that a page costs what it shows. If a filter leaves few tokens, those are sorted instead.

use super::{
    DbRow, Pool, failed,
    list_text::{self, Source},
    row::TokenRow,
    search::{self, narrow},
};
use app::{
    domain::{
        Concern, EXPIRING_MS, Permission, PersonId, Scope, SortBy, SortValue, Timestamp, Token, TokenCursor,
        TokenFilter, TokenList, TokenQuery, TokenSort, TokenStatus,
    },
    service::{StoreError, needle},
};
use sqlx::{FromRow, Row};
use uuid::Uuid;

/// Binds `$3` to `$17`: the owner, the limit, the filter, the rows to choose from, and the rest of the filter.
macro_rules! bind_rest {
    ($query:expr, $asked:expr, $filter:expr, $limit:expr) => {{
        let (filter, now): (&TokenFilter, i64) = ($filter, $asked.now.as_millis());
        let ids = filter.ids();
        $query
            .bind(owner($asked.scope, filter).map(PersonId::as_uuid))
            .bind($limit)
            .bind(needle(filter))
            .bind(filter.last_chars())
            .bind(ids.map(|(first, _)| first.as_uuid()))
            .bind(ids.map(|(_, last)| last.as_uuid()))
            .bind(filter.status.map(TokenStatus::as_str))
            .bind(now)
            .bind(now + EXPIRING_MS)
            .bind(filter.owner.map(PersonId::as_uuid))
            .bind(filter.permission.as_ref().map(Permission::as_str))
            .bind(filter.concern.map(Concern::as_str))
            .bind($asked.few.as_deref())
            .bind(filter.metadata.as_ref().map(|wanted| wanted.key.as_str()))
            .bind(filter.metadata.as_ref().and_then(|wanted| wanted.value.as_deref()))
    }};
}

/// A token, and the sort key of its name.
struct ListRow {
    token: Token,
    sort_key: Vec<u8>,
}

impl FromRow<'_, DbRow> for ListRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self { token: TokenRow::from_row(row)?.0, sort_key: row.try_get("sort_key")? })
    }
}

/// A part of a list that one statement reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Present,
    Missing,
    Status(TokenStatus),
    Owner(PersonId),
}

impl Run {
    fn of(value: &SortValue) -> Self {
        match value {
            SortValue::Number(_) | SortValue::Key(_) => Self::Present,
            SortValue::Missing => Self::Missing,
            SortValue::OfOwner(owner, _) => Self::Owner(*owner),
            SortValue::OfStatus(status, _) => Self::Status(*status),
        }
    }

    /// The value that a row of this run is sorted by.
    fn value(self, sort: TokenSort, row: &ListRow) -> SortValue {
        let token = &row.token;
        let moment =
            |at: Option<Timestamp>| at.map_or(SortValue::Missing, |at| SortValue::Number(at.as_millis()));
        match (self, sort.by) {
            (Self::Owner(owner), _) => SortValue::OfOwner(owner, token.created_at),
            (Self::Status(status), _) => SortValue::OfStatus(status, token.created_at),
            (_, SortBy::Name) => SortValue::Key(row.sort_key.clone()),
            (_, SortBy::Permissions) => SortValue::Number(token.permissions.len() as i64),
            (_, SortBy::LastUsedAt) => moment(token.last_used.as_ref().map(|used| used.at)),
            (_, SortBy::ExpiresAt) => moment(token.expires_at),
            _ => moment(Some(token.created_at)),
        }
    }

    /// Are its rows read in descending order? Within a status or an owner, the newest come first.
    fn is_descending(self, sort: TokenSort, is_before: bool) -> bool {
        match self {
            Self::Present | Self::Missing => sort.is_descending != is_before,
            Self::Status(_) | Self::Owner(_) => !is_before,
        }
    }
}

/// One question to the database, except for the run that it is about.
struct ListQuery<'a> {
    reader: &'a Pool,
    scope: Scope,
    filter: &'a TokenFilter,
    now: Timestamp,
    /// The rows that may fit, if they are few.
    few: Option<String>,
}

pub async fn list(
    reader: &Pool,
    scope: Scope,
    query: &TokenQuery,
    now: Timestamp,
) -> Result<TokenList, StoreError> {
    let (sort, filter) = (query.sort, &query.filter);
    let few = narrow(reader, scope, filter, Some(sort), now).await?.few();
    let asked = ListQuery { reader, scope, filter, now, few };
    let is_before = query.cursor.as_ref().is_some_and(|cursor| cursor.is_before);
    let mut runs = asked.runs(sort, query.cursor.as_ref()).await?;
    if is_before {
        runs.reverse();
    }
    let mut from = query.cursor.as_ref();
    if let Some(cursor) = from {
        let first = runs.iter().position(|run| *run == Run::of(&cursor.value)).unwrap_or(runs.len());
        runs.drain(..first);
    }
    let wanted = query.limit as usize + 1;
    let mut rows: Vec<(Run, ListRow)> = Vec::new();
    for run in runs {
        let left = wanted.saturating_sub(rows.len());
        if left == 0 {
            break;
        }
        let is_descending = run.is_descending(sort, is_before);
        let found = asked.page(run, sort.by, is_descending, from.take(), left as i64).await?;
        rows.extend(found.into_iter().map(|row| (run, row)));
    }
    let has_more = rows.len() == wanted;
    rows.truncate(query.limit as usize);
    if is_before {
        rows.reverse();
    }
    let place = |row: Option<&(Run, ListRow)>, is_before| {
        row.map(|(run, row)| TokenCursor { is_before, sort, value: run.value(sort, row), id: row.token.id })
    };
    let (after, before) = match is_before {
        true => (true, has_more),
        false => (has_more, query.cursor.is_some()),
    };
    let next = place(rows.last().filter(|_| after), false);
    let previous = place(rows.first().filter(|_| before), true);
    Ok(TokenList { tokens: rows.into_iter().map(|(_, row)| row.token).collect(), next, previous })
}

pub async fn count(
    reader: &Pool,
    scope: Scope,
    filter: &TokenFilter,
    now: Timestamp,
    max: u64,
) -> Result<u64, StoreError> {
    let limit = i64::try_from(max).unwrap_or(i64::MAX);
    // A text that is searched for among all tokens is counted by the search itself.
    if owner(scope, filter).is_none()
        && *filter == (TokenFilter { search: filter.search.clone(), ..TokenFilter::default() })
        && let Some(count) = search::count_searched(reader, filter, limit).await?
    {
        return Ok(count.unsigned_abs());
    }
    let found = narrow(reader, scope, filter, None, now).await?;
    let text = list_text::count(found.origin());
    let asked = ListQuery { reader, scope, filter, now, few: found.few() };
    let count = sqlx::query_scalar(text).bind(None::<i64>).bind(None::<i64>);
    let count: i64 = bind_rest!(count, asked, filter, limit).fetch_one(reader).await.map_err(failed)?;
    Ok(count.unsigned_abs())
}

impl ListQuery<'_> {
    /// The runs of the list, in its order.
    async fn runs(&self, sort: TokenSort, cursor: Option<&TokenCursor>) -> Result<Vec<Run>, StoreError> {
        let mut runs: Vec<Run> = match sort.by {
            SortBy::Status => {
                let statuses = TokenStatus::ALL.into_iter();
                let wanted = statuses.filter(|status| self.filter.status.is_none_or(|only| only == *status));
                wanted.map(Run::Status).collect()
            }
            SortBy::Owner => self.owners(cursor).await?.into_iter().map(Run::Owner).collect(),
            by if by.can_be_missing() => return Ok(vec![Run::Present, Run::Missing]),
            _ => return Ok(vec![Run::Present]),
        };
        if sort.is_descending {
            runs.reverse();
        }
        Ok(runs)
    }

    /// Everybody who has tokens, by their names, and the owner that the cursor is about.
    async fn owners(&self, cursor: Option<&TokenCursor>) -> Result<Vec<PersonId>, StoreError> {
        let last = cursor.and_then(|cursor| match cursor.value {
            SortValue::OfOwner(owner, _) => Some(owner.as_uuid()),
            _ => None,
        });
        let owners: Vec<Uuid> = sqlx::query_scalar(
            "select p.id from person p
              where ($1 is null or p.id = $1)
                and (p.id = $2 or exists (select 1 from token t where t.owner_id = p.id and t.deleted_at is null))
              order by p.sort_key, p.id",
        )
        .bind(owner(self.scope, self.filter).map(PersonId::as_uuid))
        .bind(last)
        .fetch_all(self.reader)
        .await
        .map_err(failed)?;
        Ok(owners.into_iter().map(PersonId::from_uuid).collect())
    }

    /// Rows of a run, from a place in it or from its beginning.
    async fn page(
        &self,
        run: Run,
        by: SortBy,
        is_descending: bool,
        from: Option<&TokenCursor>,
        limit: i64,
    ) -> Result<Vec<ListRow>, StoreError> {
        let filter = match run {
            Run::Present | Run::Missing => self.filter.clone(),
            Run::Status(status) => TokenFilter { status: Some(status), ..self.filter.clone() },
            Run::Owner(owner) => TokenFilter { owner: Some(owner), ..self.filter.clone() },
        };
        // A run of one status is narrowed as if its status had been asked for.
        let few = match (run, &self.few) {
            (Run::Status(_), None) => narrow(self.reader, self.scope, &filter, None, self.now).await?.few(),
            (_, few) => few.clone(),
        };
        let source = match (&few, owner(self.scope, &filter)) {
            (Some(_), _) => Source::Listed,
            (None, Some(_)) => Source::OfOne,
            (None, None) => Source::Everything,
        };
        let asked = ListQuery { few, ..*self };
        let rows = sqlx::query_as(list_text::page(by, is_descending, run == Run::Missing, source));
        let first =
            (if is_descending { i64::MAX } else { i64::MIN }, if is_descending { LAST_KEY } else { &[] });
        let rows = match (from.map(|cursor| &cursor.value), run, by) {
            (_, Run::Missing, _) => rows.bind(None::<i64>),
            (Some(SortValue::Key(key)), _, _) => rows.bind(key.as_slice()),
            (Some(SortValue::Number(number)), _, _) => rows.bind(number),
            (Some(SortValue::OfOwner(_, at) | SortValue::OfStatus(_, at)), _, _) => rows.bind(at.as_millis()),
            (_, _, SortBy::Name) => rows.bind(first.1),
            _ => rows.bind(first.0),
        };
        let id = from.map(|cursor| cursor.id.as_uuid());
        let rows = rows.bind(id.unwrap_or(if is_descending { Uuid::max() } else { Uuid::nil() }));
        bind_rest!(rows, asked, &filter, limit).fetch_all(self.reader).await.map_err(failed)
    }
}

/// Greater than the key of every name.
const LAST_KEY: &[u8] = &[0xFF; 8];

/// The person whose tokens are asked for, if it is only one.
fn owner(scope: Scope, filter: &TokenFilter) -> Option<PersonId> {
    match scope {
        Scope::Owner(person) => Some(person),
        Scope::Everybody => filter.owner,
    }
}
