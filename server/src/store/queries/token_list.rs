//! Lists of tokens in several orders, each with an index in the order of its rows, so that a page costs what it
//! shows. Filters only pass over rows. The texts are put together while compiling; none is at run time.

use super::{DbRow, Pool, failed, token_row::TokenRow};
use app::{
    domain::{
        EXPIRING_MS, Permission, PersonId, Scope, SortBy, SortValue, Timestamp, TokenCursor, TokenId,
        TokenList, TokenQuery, TokenSort, TokenStatus,
    },
    service::StoreError,
};
use sqlx::{FromRow, Row};
use uuid::Uuid;

/// Rows from a place on. `$10` is now, `$11` a week later: the same thresholds as those of `Token::status`, in the
/// same order.
macro_rules! page {
    ($whose:literal, $place:literal, $order:literal) => {
        concat!(
            select_token!(""),
            $whose,
            " and ",
            $place,
            " and ($5 is null or lower(t.name) like lower($5) escape '\\'
                   or lower(t.description) like lower($5) escape '\\'
                   or s.last_chars = $6 or t.id between $7 and $8)
              and ($9 is null or $9 = case
                   when t.expires_at <= $10 then 'expired'
                   when t.disabled_at is not null then 'disabled'
                   when exists (select 1 from secret r where r.token_id = t.id and not r.is_current
                                   and r.revoked_at is null and r.ends_at > $10) then 'rotating'
                   when t.expires_at <= $11 then 'expiring_soon'
                   when coalesce(t.last_used_at, t.created_at)
                        + (select w.idle_days from workspace w) * 86400000 < $10 then 'idle'
                   else 'active' end)
              and ($12 is null or t.owner_id = $12)
              and ($13 is null or exists (select 1 from token_permission p
                                           where p.token_id = t.id and p.permission = $13)) ",
            $order,
            " limit $4"
        )
    };
}

/// The text for an order, for the tokens of one person or of everybody, and for those that have what they are sorted
/// by or those that lack it.
fn text(sort: TokenSort, of_one: bool, is_missing: bool) -> &'static str {
    use SortBy::{CreatedAt, ExpiresAt, LastUsedAt, Name};
    macro_rules! either {
        ($place:literal, $order:literal) => {
            if of_one {
                page!("and t.owner_id = $3", $place, $order)
            } else {
                page!("and $3 is null", $place, $order)
            }
        };
    }
    match (sort.by, sort.is_descending, is_missing) {
        (CreatedAt, false, _) => {
            either!("(t.created_at, t.id) > ($1, $2)", "order by t.created_at, t.id")
        }
        (CreatedAt, true, _) => {
            either!("(t.created_at, t.id) < ($1, $2)", "order by t.created_at desc, t.id desc")
        }
        (Name, false, _) => either!("(t.name_key, t.id) > ($1, $2)", "order by t.name_key, t.id"),
        (Name, true, _) => {
            either!("(t.name_key, t.id) < ($1, $2)", "order by t.name_key desc, t.id desc")
        }
        (LastUsedAt, false, false) => {
            either!("(t.last_used_at, t.id) > ($1, $2)", "order by t.last_used_at, t.id")
        }
        (LastUsedAt, true, false) => {
            either!("(t.last_used_at, t.id) < ($1, $2)", "order by t.last_used_at desc, t.id desc")
        }
        (LastUsedAt, false, true) => {
            either!("t.last_used_at is null and $1 is null and t.id > $2", "order by t.id")
        }
        (LastUsedAt, true, true) => {
            either!("t.last_used_at is null and $1 is null and t.id < $2", "order by t.id desc")
        }
        (ExpiresAt, false, false) => {
            either!("(t.expires_at, t.id) > ($1, $2)", "order by t.expires_at, t.id")
        }
        (ExpiresAt, true, false) => {
            either!("(t.expires_at, t.id) < ($1, $2)", "order by t.expires_at desc, t.id desc")
        }
        (ExpiresAt, false, true) => {
            either!("t.expires_at is null and $1 is null and t.id > $2", "order by t.id")
        }
        (ExpiresAt, true, true) => {
            either!("t.expires_at is null and $1 is null and t.id < $2", "order by t.id desc")
        }
    }
}

/// A token, and what its name is sorted by.
struct ListRow {
    token: TokenRow,
    name_key: String,
}

impl FromRow<'_, DbRow> for ListRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self { token: TokenRow::from_row(row)?, name_key: row.try_get("name_key")? })
    }
}

impl ListRow {
    fn place(&self, sort: TokenSort) -> TokenCursor {
        let TokenRow(token) = &self.token;
        let moment = |at: Option<Timestamp>| at.map_or(SortValue::Missing, SortValue::Moment);
        let value = match sort.by {
            SortBy::CreatedAt => SortValue::Moment(token.created_at),
            SortBy::Name => SortValue::Text(self.name_key.clone()),
            SortBy::LastUsedAt => moment(token.last_used.as_ref().map(|used| used.at)),
            SortBy::ExpiresAt => moment(token.expires_at),
        };
        TokenCursor { sort, value, id: token.id }
    }
}

pub async fn list(
    reader: &Pool,
    scope: Scope,
    query: &TokenQuery,
    now: Timestamp,
) -> Result<TokenList, StoreError> {
    let start = query.cursor.clone().unwrap_or_else(|| start(query.sort));
    let wanted = i64::from(query.limit) + 1;
    let mut rows = match start.value {
        SortValue::Missing => Vec::new(),
        _ => fetch_page(reader, scope, query, &start, wanted, now).await?,
    };
    let left = wanted - rows.len() as i64;
    if left > 0 && query.sort.by.can_be_missing() {
        let from = match start.value {
            SortValue::Missing => start,
            _ => TokenCursor { value: SortValue::Missing, ..self::start(query.sort) },
        };
        rows.extend(fetch_page(reader, scope, query, &from, left, now).await?);
    }
    let more = rows.len() as i64 == wanted;
    rows.truncate(query.limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.place(query.sort));
    Ok(TokenList { tokens: rows.into_iter().map(|row| row.token.0).collect(), next })
}

/// Before the first row that there can be. No name has U+10FFFF: it is no character.
fn start(sort: TokenSort) -> TokenCursor {
    let (millis, text, id) = match sort.is_descending {
        true => (i64::MAX, "\u{10FFFF}", Uuid::max()),
        false => (i64::MIN, "", Uuid::nil()),
    };
    let value = match sort.by {
        SortBy::Name => SortValue::Text(text.to_owned()),
        _ => SortValue::Moment(Timestamp::from_millis(millis)),
    };
    TokenCursor { sort, value, id: TokenId::from_uuid(id) }
}

async fn fetch_page(
    reader: &Pool,
    scope: Scope,
    query: &TokenQuery,
    from: &TokenCursor,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<ListRow>, StoreError> {
    let filter = &query.filter;
    let owner = match scope {
        Scope::Owner(person) => Some(person),
        Scope::Everybody => filter.owner,
    };
    let ids = filter.ids();
    let rows = sqlx::query_as(text(query.sort, owner.is_some(), from.value == SortValue::Missing));
    let rows = match &from.value {
        SortValue::Moment(at) => rows.bind(at.as_millis()),
        SortValue::Text(text) => rows.bind(text),
        SortValue::Missing => rows.bind(None::<i64>),
    };
    rows.bind(from.id.as_uuid())
        .bind(owner.map(PersonId::as_uuid))
        .bind(limit)
        .bind(filter.search.as_deref().map(anywhere))
        .bind(filter.search.as_deref())
        .bind(ids.map(|(first, _)| first.as_uuid()))
        .bind(ids.map(|(_, last)| last.as_uuid()))
        .bind(filter.status.map(TokenStatus::as_str))
        .bind(now.as_millis())
        .bind(now.as_millis() + EXPIRING_MS)
        .bind(filter.owner.map(PersonId::as_uuid))
        .bind(filter.permission.as_ref().map(Permission::as_str))
        .fetch_all(reader)
        .await
        .map_err(failed)
}

/// A pattern that finds this text and nothing else that looks like a pattern.
fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}
