//! One token and its uses, added up in the database: the result is as long as a page, however much the token was
//! used. Uses of many tokens are added up when they are written.

use super::{
    DbConnection, DbRow, Engine, failed,
    tokens::family::relatives,
    tokens::row::{decode, exposure, fetch, moment},
    uses::verdict_of,
};
use app::{
    domain::{
        DENIALS_SHOWN, Denial, EXERCISES_READ, EventKind, KeptSecret, PRESENTERS_SHOWN, PermissionUse,
        PersonId, Presenter, SECRETS_SHOWN, Scope, SecretHint, SecretUse, Timestamp, TokenId, TokenRecord,
        TokenUsage, Top, UNUSED_MS, Usage, UsageCount, UsageRange, UseTotals, Verdict,
    },
    service::{StoreError, UsageStore},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};
use uuid::Uuid;

/// Uses of all secrets that a token ever had, from an hour on; the rest of a query says what to select of them.
macro_rules! uses_of_token {
    ($what:literal, $rest:literal) => {
        concat!(
            "select ",
            $what,
            " from use_count where secret_id in (select id from secret where token_id = $1) and hour >= $2 ",
            $rest
        )
    };
}

#[async_trait]
impl UsageStore for Engine {
    async fn token_record(
        &self,
        id: TokenId,
        scope: Scope,
        range: UsageRange,
        now: Timestamp,
    ) -> Result<TokenRecord, StoreError> {
        // One transaction, so that all of it is of one moment. It writes nothing.
        let mut tx = self.snapshot().await?;
        let token = fetch(&mut *tx, id, scope).await?.ok_or(StoreError::NotFound)?;
        let owner_email: String = sqlx::query_scalar(
            "select case when kind = 'person' then email else '' end from person where id = $1",
        )
        .bind(token.owner.id.as_uuid())
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
        let created_by = created_by(&mut tx, id).await?;
        let (parent, children) = relatives(&mut tx, id, scope).await?;
        let secrets = secrets(&mut tx, id).await?;
        let activity = activity(&mut tx, id, range, now).await?;
        // One that is dropped would cost its connection.
        tx.rollback().await.map_err(failed)?;
        let is_stewarded = false;
        Ok(TokenRecord {
            token,
            is_stewarded,
            owner_email,
            created_by,
            parent,
            children,
            secrets,
            activity,
            audit: None,
        })
    }

    async fn use_totals(
        &self,
        scope: Scope,
        range: UsageRange,
        now: Timestamp,
    ) -> Result<UseTotals, StoreError> {
        let owner = match scope {
            Scope::Owner(person) => PersonId::as_uuid(person),
            Scope::Everybody => Uuid::nil(),
        };
        let counts: Vec<UsageCountRow> = sqlx::query_as(
            "select hour - hour % $3 as begins, verdict, cast(sum(count) as bigint) as uses from use_total
              where owner_id = $1 and hour >= $2 group by hour - hour % $3, verdict order by begins, verdict",
        )
        .bind(owner)
        .bind(range.since(now).as_millis())
        .bind(range.step_ms())
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        let last_hour: Option<i64> =
            sqlx::query_scalar("select max(hour) from use_total where owner_id = $1")
                .bind(owner)
                .fetch_one(&self.reader)
                .await
                .map_err(failed)?;
        let counts = counts.into_iter().map(|UsageCountRow(count)| count).collect();
        let last_hour = last_hour.map(Timestamp::from_millis);
        Ok(UseTotals { usage: Usage { range, now, counts }, last_hour })
    }
}

async fn created_by(connection: &mut DbConnection, id: TokenId) -> Result<Option<String>, StoreError> {
    let made: Option<(Option<String>, String)> = sqlx::query_as(
        "select a.name || ' (' || a.email || ')', e.address from told e left join person a on a.id = e.actor_id
          where e.token_id = $1 and e.kind in ($2, $3) order by e.id limit 1",
    )
    .bind(id.as_uuid())
    .bind(EventKind::TokenCreated.as_str())
    .bind(EventKind::TokenImported.as_str())
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    Ok(made.and_then(|(name, address)| {
        name.or_else(|| (address == "command line").then(|| "the operator".to_owned()))
    }))
}

/// A row of which there may be more than are read; each says how many there are.
pub struct Counted<T>(T, u64);

impl<'r, T: FromRow<'r, DbRow>> FromRow<'r, DbRow> for Counted<T> {
    fn from_row(row: &'r DbRow) -> sqlx::Result<Self> {
        Ok(Self(T::from_row(row)?, number(row, "total")?))
    }
}

pub fn top<R, T>(rows: Vec<Counted<R>>, inner: impl Fn(R) -> T) -> Top<T> {
    let count = rows.first().map_or(0, |Counted(_, total)| *total);
    Top { rows: rows.into_iter().map(|Counted(row, _)| inner(row)).collect(), count }
}

fn number(row: &DbRow, column: &str) -> sqlx::Result<u64> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(decode)
}

fn hour(row: &DbRow, column: &str) -> sqlx::Result<Timestamp> {
    Ok(Timestamp::from_millis(row.try_get(column)?))
}

struct SecretRow(KeptSecret);

impl FromRow<'_, DbRow> for SecretRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self(KeptSecret {
            hint: SecretHint { prefix: row.try_get("prefix")?, last: row.try_get("last_chars")? },
            created_at: hour(row, "created_at")?,
            is_current: row.try_get("is_current")?,
            ends_at: moment(row, "ends_at")?,
            quiet_ms: row.try_get("quiet_ms")?,
            revoked_at: moment(row, "revoked_at")?,
            revoked_by: row.try_get("revoked_by_name")?,
            exposed: exposure(row)?,
            last_used: match moment(row, "last_used_at")? {
                Some(at) => Some(SecretUse {
                    at,
                    address: row.try_get("last_used_address")?,
                    client: row.try_get("last_used_client")?,
                }),
                None => None,
            },
        }))
    }
}

async fn secrets(connection: &mut DbConnection, id: TokenId) -> Result<Top<KeptSecret>, StoreError> {
    let rows: Vec<Counted<SecretRow>> = sqlx::query_as(
        "select prefix, last_chars, created_at, is_current, ends_at, quiet_ms, revoked_at, last_used_at,
                last_used_address, last_used_client, exposed_at, exposed_url, exposed_by, count(*) over () as total,
                (select p.name from person p where p.id = revoked_by) as revoked_by_name
           from secret where token_id = $1 order by is_current desc, created_at desc, id desc limit $2",
    )
    .bind(id.as_uuid())
    .bind(i64::from(SECRETS_SHOWN))
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    Ok(top(rows, |SecretRow(secret)| secret))
}

struct UsageCountRow(UsageCount);

impl FromRow<'_, DbRow> for UsageCountRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self(UsageCount {
            begins: hour(row, "begins")?,
            verdict: verdict_of(row)?,
            count: number(row, "uses")?,
        }))
    }
}

struct PresenterRow(Presenter);

impl FromRow<'_, DbRow> for PresenterRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self(Presenter {
            address: row.try_get("address")?,
            client: row.try_get("client")?,
            count: number(row, "uses")?,
            last_hour: hour(row, "last_hour")?,
        }))
    }
}

struct DenialRow(Denial);

impl FromRow<'_, DbRow> for DenialRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self(Denial {
            verdict: verdict_of(row)?,
            wanted: row.try_get("permission")?,
            count: number(row, "uses")?,
        }))
    }
}

struct ExerciseRow(PermissionUse);

impl FromRow<'_, DbRow> for ExerciseRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self(PermissionUse { wanted: row.try_get("permission")?, last_hour: hour(row, "last_hour")? }))
    }
}

async fn activity(
    connection: &mut DbConnection,
    id: TokenId,
    range: UsageRange,
    now: Timestamp,
) -> Result<TokenUsage, StoreError> {
    let (id, since) = (id.as_uuid(), range.since(now).as_millis());
    let counts: Vec<UsageCountRow> = sqlx::query_as(uses_of_token!(
        "hour - hour % $3 as begins, verdict, cast(sum(count) as bigint) as uses",
        "group by hour - hour % $3, verdict order by begins, verdict"
    ))
    .bind(id)
    .bind(since)
    .bind(range.step_ms())
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let presenters: Vec<Counted<PresenterRow>> = sqlx::query_as(uses_of_token!(
        "address, client, cast(sum(count) as bigint) as uses, max(hour) as last_hour, count(*) over () as total",
        "group by address, client order by uses desc, last_hour desc, address, client limit $3"
    ))
    .bind(id)
    .bind(since)
    .bind(i64::from(PRESENTERS_SHOWN))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let denials: Vec<Counted<DenialRow>> = sqlx::query_as(uses_of_token!(
        "verdict, permission, cast(sum(count) as bigint) as uses, count(*) over () as total",
        "and verdict <> $3 group by verdict, permission order by uses desc, verdict, permission limit $4"
    ))
    .bind(id)
    .bind(since)
    .bind(Verdict::Valid.as_str())
    .bind(i64::from(DENIALS_SHOWN))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let permission_uses: Vec<Counted<ExerciseRow>> = sqlx::query_as(uses_of_token!(
        "permission, max(hour) as last_hour, count(*) over () as total",
        "and verdict = $3 group by permission order by last_hour desc, permission limit $4"
    ))
    .bind(id)
    .bind(now.as_millis() - UNUSED_MS)
    .bind(Verdict::Valid.as_str())
    .bind(i64::from(EXERCISES_READ))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    let counts = counts.into_iter().map(|UsageCountRow(count)| count).collect();
    Ok(TokenUsage {
        usage: Usage { range, now, counts },
        presenters: top(presenters, |PresenterRow(presenter)| presenter),
        denials: top(denials, |DenialRow(denial)| denial),
        permission_uses: top(permission_uses, |ExerciseRow(permission_use)| permission_use),
    })
}
