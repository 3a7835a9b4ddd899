//! The old secret that a rotation has left: its clients, and its end.

use super::{
    DbRow, Engine,
    audit::events,
    failed,
    row::{decode, fetch, moment, only},
};
use app::{
    domain::{
        Event, OldSecret, PersonId, Presented, Scope, SecretHint, Timestamp, Token, TokenId, TokenName,
        Verdict,
    },
    service::{OldSecretEnd, QuietSecret, RetiringStore, RotationTakenBack, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};
use uuid::Uuid;

const HOUR_MS: i64 = 60 * 60 * 1_000;

struct OldRow(Uuid, OldSecret);

impl FromRow<'_, DbRow> for OldRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let secret = OldSecret {
            hint: SecretHint { prefix: row.try_get("prefix")?, last: row.try_get("last_chars")? },
            rotated_at: Timestamp::from_millis(row.try_get("rotated_at")?),
            ends_at: Timestamp::from_millis(row.try_get("ends_at")?),
            quiet_ms: row.try_get("quiet_ms")?,
            last_used_at: moment(row, "last_used_at")?,
            presented: Vec::new(),
            has_more: false,
        };
        Ok(Self(row.try_get("id")?, secret))
    }
}

struct PresentedRow(Presented);

impl FromRow<'_, DbRow> for PresentedRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let count: i64 = row.try_get("times")?;
        Ok(Self(Presented {
            address: row.try_get("address")?,
            client: row.try_get("client")?,
            last_hour: Timestamp::from_millis(row.try_get("last_hour")?),
            count: u64::try_from(count).map_err(decode)?,
        }))
    }
}

struct QuietRow(QuietSecret);

impl FromRow<'_, DbRow> for QuietRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let name: String = row.try_get("name")?;
        Ok(Self(QuietSecret {
            secret: row.try_get("id")?,
            token: TokenId::from_uuid(row.try_get("token_id")?),
            name: TokenName::parse(&name).map_err(decode)?,
            quiet_ms: row.try_get("quiet_ms")?,
        }))
    }
}

/// Secrets that are quiet at $1. Silence can be told for $2 milliseconds back. $3 is the verdict whose last time is
/// known to the second; for the others, only the hour is known.
macro_rules! select_quiet {
    ($what:literal, $rest:literal) => {
        concat!(
            "select ",
            $what,
            " from secret s
               join secret c on c.token_id = s.token_id and c.is_current
               join token t on t.id = s.token_id
              where s.quiet_ms is not null and s.revoked_at is null and not s.is_current and s.ends_at > $1
                and t.deleted_at is null
                and s.quiet_ms <= $2
                and c.created_at <= $1 - s.quiet_ms
                and (s.last_used_at is null or s.last_used_at <= $1 - s.quiet_ms - 1000)
                and not exists (select 1 from use_count u
                                 where u.secret_id = s.id and u.verdict <> $3
                                   and u.hour > $1 - s.quiet_ms - 3600000) ",
            $rest
        )
    };
}

#[async_trait]
impl RetiringStore for Engine {
    async fn old_secret(
        &self,
        id: TokenId,
        scope: Scope,
        now: Timestamp,
        limit: usize,
    ) -> Result<Option<OldSecret>, StoreError> {
        let old: Option<OldRow> = sqlx::query_as(
            concat!("select s.id, s.prefix, s.last_chars, s.ends_at, s.quiet_ms, s.last_used_at, c.created_at as rotated_at
               from secret s
               join secret c on c.token_id = s.token_id and c.is_current
               join token t on t.id = s.token_id
              where s.token_id = $1 and not s.is_current and s.revoked_at is null and s.ends_at > $2
                and t.deleted_at is null and ", in_scope!("$3", "t.owner_id"), "
              order by s.ends_at desc limit 1"),
        )
        .bind(id.as_uuid())
        .bind(now.as_millis())
        .bind(only(scope))
        .fetch_optional(&self.reader)
        .await
        .map_err(failed)?;
        let Some(OldRow(secret, mut old)) = old else { return Ok(None) };
        let mut presented: Vec<PresentedRow> = sqlx::query_as(
            "select address, client, max(hour) as last_hour, cast(sum(count) as bigint) as times from use_count
              where secret_id = $1 and hour > $2
              group by address, client order by last_hour desc, times desc, address, client limit $3",
        )
        .bind(secret)
        // The hour of the rotation is the first one: in it, uses before and since cannot be told apart.
        .bind(old.rotated_at.as_millis() - HOUR_MS)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        old.has_more = presented.len() > limit;
        presented.truncate(limit);
        old.presented = presented.into_iter().map(|PresentedRow(presented)| presented).collect();
        Ok(Some(old))
    }

    async fn end_old_secret(&self, end: &OldSecretEnd, event: &Event) -> Result<Token, StoreError> {
        let (id, at) = (end.id.as_uuid(), end.at.as_millis());
        let mut tx = self.begin().await?;
        let ended = sqlx::query(concat!(
            "update secret set revoked_at = $2, revoked_by = $4
              where token_id = $1 and not is_current and revoked_at is null and ends_at > $2
                and exists (select 1 from token where id = $1 and deleted_at is null and ",
            in_scope!("$3", "owner_id"),
            ")"
        ))
        .bind(id)
        .bind(at)
        .bind(only(end.scope))
        .bind(end.by.map(PersonId::as_uuid))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if ended.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        sqlx::query("update token set updated_at = $2, version = version + 1 where id = $1")
            .bind(id)
            .bind(at)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, end.id, end.scope).await?.ok_or(StoreError::NotFound)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn take_back_rotation(&self, back: &RotationTakenBack, event: &Event) -> Result<Token, StoreError> {
        let (id, at) = (back.id.as_uuid(), back.at.as_millis());
        let mut tx = self.begin().await?;
        let changed = sqlx::query(concat!(
            "update token set updated_at = $3, version = version + 1
              where id = $1 and version = $2 and deleted_at is null and ",
            in_scope!("$4", "owner_id")
        ))
        .bind(id)
        .bind(back.version)
        .bind(at)
        .bind(only(back.scope))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if changed.rows_affected() == 0 {
            let current = fetch(&mut *tx, back.id, back.scope).await?.ok_or(StoreError::NotFound)?;
            return Err(StoreError::VersionConflict(Box::new(current)));
        }
        // A secret that had ended before the current one was made was not replaced by it, and what others have found stays
        // dead.
        let before: Option<(Uuid, i64)> = sqlx::query_as(
            "select s.id, c.created_at from secret s
               join secret c on c.token_id = s.token_id and c.is_current
              where s.token_id = $1 and not s.is_current and (s.revoked_at is null or s.revoked_at = c.created_at)
                and s.exposed_at is null
              order by s.created_at desc, s.id desc limit 1",
        )
        .bind(id)
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
        let (before, rotated_at) = before.ok_or(StoreError::NotFound)?;
        // The secrets that the rotation revoked come back first: after that, the new one is revoked, too.
        sqlx::query(
            "update secret set revoked_at = null
              where token_id = $1 and not is_current and revoked_at = $2 and exposed_at is null",
        )
        .bind(id)
        .bind(rotated_at)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        sqlx::query(
            "update secret set is_current = $3, revoked_at = $2, ends_at = $2 where token_id = $1 and is_current",
        )
        .bind(id)
        .bind(at)
        .bind(false)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        sqlx::query("update secret set is_current = $2, ends_at = null, quiet_ms = null where id = $1")
            .bind(before)
            .bind(true)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, back.id, back.scope).await?.ok_or(StoreError::NotFound)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn quiet_secrets(
        &self,
        now: Timestamp,
        heard_ms: i64,
        limit: u32,
    ) -> Result<Vec<QuietSecret>, StoreError> {
        let rows: Vec<QuietRow> = sqlx::query_as(select_quiet!(
            "s.id, s.token_id, s.quiet_ms, t.name",
            "order by s.ends_at, s.id limit $4"
        ))
        .bind(now.as_millis())
        .bind(heard_ms)
        .bind(Verdict::Valid.as_str())
        .bind(i64::from(limit))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(|QuietRow(secret)| secret).collect())
    }

    async fn end_quiet_secret(
        &self,
        secret: &QuietSecret,
        heard_ms: i64,
        event: &Event,
    ) -> Result<(), StoreError> {
        let at = event.at.as_millis();
        let mut tx = self.begin().await?;
        let ended = sqlx::query(concat!(
            "update secret set revoked_at = $1 where id = $4 and id in (",
            select_quiet!("s.id", "and s.id = $4"),
            ")"
        ))
        .bind(at)
        .bind(heard_ms)
        .bind(Verdict::Valid.as_str())
        .bind(secret.secret)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if ended.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        sqlx::query("update token set updated_at = $2, version = version + 1 where id = $1")
            .bind(secret.token.as_uuid())
            .bind(at)
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }
}
