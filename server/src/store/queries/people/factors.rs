//! Second factors of people. Recovery codes go with the last of them.

use super::{Db, DbRow, Engine, audit::events, failed, person, tokens::row::decode};
use app::{
    domain::{Event, Factors, Passkey, PasskeyId, PasskeyName, PersonId, Timestamp},
    service::{AppSeed, FactorStore, KeyDigest, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row, Transaction};

struct PasskeyRow(Passkey);

impl FromRow<'_, DbRow> for PasskeyRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let name: String = row.try_get("name")?;
        let at = |name| row.try_get::<Option<i64>, _>(name).map(|at| at.map(Timestamp::from_millis));
        Ok(Self(Passkey {
            id: PasskeyId::from_uuid(row.try_get("id")?),
            name: PasskeyName::parse(&name).map_err(decode)?,
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            last_used_at: at("last_used_at")?,
            copied_at: at("copied_at")?,
        }))
    }
}

#[async_trait]
impl FactorStore for Engine {
    async fn factors(&self, person: PersonId) -> Result<Factors, StoreError> {
        let passkeys: Vec<PasskeyRow> = sqlx::query_as(
            "select id, name, created_at, last_used_at, copied_at from passkey where person_id = $1
              order by created_at, id",
        )
        .bind(person.as_uuid())
        .fetch_all(&self.quick)
        .await
        .map_err(failed)?;
        let (app_since, codes_left): (Option<i64>, i64) = sqlx::query_as(
            "select (select created_at from totp where person_id = $1),
                    (select count(*) from recovery_code where person_id = $1 and used_at is null)",
        )
        .bind(person.as_uuid())
        .fetch_one(&self.quick)
        .await
        .map_err(failed)?;
        Ok(Factors {
            passkeys: passkeys.into_iter().map(|PasskeyRow(passkey)| passkey).collect(),
            app_since: app_since.map(Timestamp::from_millis),
            codes_left: u32::try_from(codes_left).unwrap_or_default(),
        })
    }

    async fn app_seed(&self, person: PersonId) -> Result<Option<AppSeed>, StoreError> {
        let row: Option<(Vec<u8>, i64)> =
            sqlx::query_as("select seed, last_step from totp where person_id = $1")
                .bind(person.as_uuid())
                .fetch_optional(&self.quick)
                .await
                .map_err(failed)?;
        Ok(row.map(|(seed, last_step)| AppSeed { seed, last_step }))
    }

    async fn insert_app(
        &self,
        person: PersonId,
        app: &AppSeed,
        as_first: bool,
        codes: &[KeyDigest],
        event: &Event,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let has_any: bool = sqlx::query_scalar(
            "select exists (select 1 from totp where person_id = $1) or exists (select 1 from passkey where person_id = $1)",
        )
        .bind(person.as_uuid())
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
        if as_first && has_any {
            return Err(StoreError::DoneBefore);
        }
        sqlx::query(
            "insert into totp (person_id, seed, last_step, created_at) values ($1, $2, $3, $4)
             on conflict (person_id) do update
                set seed = excluded.seed, last_step = excluded.last_step, created_at = excluded.created_at",
        )
        .bind(person.as_uuid())
        .bind(&app.seed)
        .bind(app.last_step)
        .bind(event.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        let are_new = first_codes(&mut tx, person, codes).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(are_new)
    }

    async fn remove_app(&self, person: PersonId, is_required: bool, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let removed = sqlx::query("delete from totp where person_id = $1")
            .bind(person.as_uuid())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        if removed.rows_affected() == 0 {
            return Err(StoreError::NoSuchFactor);
        }
        after_removal(&mut tx, person, is_required).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn spend_step(&self, person: PersonId, step: i64) -> Result<bool, StoreError> {
        let spent = sqlx::query("update totp set last_step = $2 where person_id = $1 and last_step < $2")
            .bind(person.as_uuid())
            .bind(step)
            .execute(self.aside())
            .await
            .map_err(failed)?;
        Ok(spent.rows_affected() > 0)
    }

    async fn replace_codes(
        &self,
        person: PersonId,
        codes: &[KeyDigest],
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if !has_any(&mut tx, person).await? {
            return Err(StoreError::NoSuchFactor);
        }
        replace(&mut tx, person, codes).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn spend_code(
        &self,
        person: PersonId,
        code: &KeyDigest,
        event: &Event,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let spent = sqlx::query(
            "update recovery_code set used_at = $3 where person_id = $1 and digest = $2 and used_at is null",
        )
        .bind(person.as_uuid())
        .bind(code.as_bytes().as_slice())
        .bind(event.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if spent.rows_affected() == 0 {
            return Ok(false);
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(true)
    }

    async fn reset_factors(&self, person: PersonId, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        forget_factors(&mut tx, person).await?;
        person::end_sessions(&mut tx, person, None).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }
}

/// Removes all factors and codes of a person, and what they have begun.
pub async fn forget_factors(tx: &mut Transaction<'_, Db>, person: PersonId) -> Result<(), StoreError> {
    for sql in [
        "delete from passkey where person_id = $1",
        "delete from totp where person_id = $1",
        "delete from recovery_code where person_id = $1",
        "delete from ceremony where person_id = $1",
    ] {
        sqlx::query(sql).bind(person.as_uuid()).execute(&mut **tx).await.map_err(failed)?;
    }
    Ok(())
}

/// Gives a person who has no recovery code left these. Returns whether it did.
pub async fn first_codes(
    tx: &mut Transaction<'_, Db>,
    person: PersonId,
    codes: &[KeyDigest],
) -> Result<bool, StoreError> {
    let has_some: bool = sqlx::query_scalar(
        "select exists (select 1 from recovery_code where person_id = $1 and used_at is null)",
    )
    .bind(person.as_uuid())
    .fetch_one(&mut **tx)
    .await
    .map_err(failed)?;
    if !has_some {
        replace(tx, person, codes).await?;
    }
    Ok(!has_some)
}

/// `LastFactor` if a required factor is missing now. Without any, there are no recovery codes either.
pub async fn after_removal(
    tx: &mut Transaction<'_, Db>,
    person: PersonId,
    is_required: bool,
) -> Result<(), StoreError> {
    match has_any(tx, person).await? {
        true => Ok(()),
        false if is_required => Err(StoreError::LastFactor),
        false => replace(tx, person, &[]).await,
    }
}

async fn has_any(tx: &mut Transaction<'_, Db>, person: PersonId) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "select exists (select 1 from totp where person_id = $1) or exists (select 1 from passkey where person_id = $1)",
    )
    .bind(person.as_uuid())
    .fetch_one(&mut **tx)
    .await
    .map_err(failed)
}

async fn replace(
    tx: &mut Transaction<'_, Db>,
    person: PersonId,
    codes: &[KeyDigest],
) -> Result<(), StoreError> {
    sqlx::query("delete from recovery_code where person_id = $1")
        .bind(person.as_uuid())
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    for code in codes {
        sqlx::query("insert into recovery_code (person_id, digest) values ($1, $2)")
            .bind(person.as_uuid())
            .bind(code.as_bytes().as_slice())
            .execute(&mut **tx)
            .await
            .map_err(failed)?;
    }
    Ok(())
}
