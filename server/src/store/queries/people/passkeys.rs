//! Passkeys of people.

use super::{DbRow, Engine, audit::events, factors, failed, tokens::row::decode};
use app::{
    domain::{Event, PasskeyId, PasskeyName, PersonId, Timestamp},
    service::{KeyDigest, KnownPasskey, NewPasskey, PasskeyStore, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};

struct KnownRow(KnownPasskey);

impl FromRow<'_, DbRow> for KnownRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let name: String = row.try_get("name")?;
        Ok(Self(KnownPasskey {
            id: PasskeyId::from_uuid(row.try_get("id")?),
            person: PersonId::from_uuid(row.try_get("person_id")?),
            credential: row.try_get("credential")?,
            name: PasskeyName::parse(&name).map_err(decode)?,
            is_copied: row.try_get::<Option<i64>, _>("copied_at")?.is_some(),
        }))
    }
}

#[async_trait]
impl PasskeyStore for Engine {
    async fn credential_ids(&self, person: PersonId) -> Result<Vec<Vec<u8>>, StoreError> {
        sqlx::query_scalar("select credential_id from passkey where person_id = $1")
            .bind(person.as_uuid())
            .fetch_all(&self.quick)
            .await
            .map_err(failed)
    }

    async fn passkey_by(&self, credential_id: &[u8]) -> Result<Option<KnownPasskey>, StoreError> {
        let row: Option<KnownRow> = sqlx::query_as(
            "select id, person_id, credential, name, copied_at from passkey where credential_id = $1",
        )
        .bind(credential_id)
        .fetch_optional(&self.quick)
        .await
        .map_err(failed)?;
        Ok(row.map(|KnownRow(known)| known))
    }

    async fn insert_passkey(
        &self,
        new: &NewPasskey,
        codes: &[KeyDigest],
        event: &Event,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let made = sqlx::query(
            "insert into passkey (id, person_id, credential_id, credential, name, created_at)
             values ($1, $2, $3, $4, $5, $6) on conflict (credential_id) do nothing",
        )
        .bind(new.id.as_uuid())
        .bind(new.person.as_uuid())
        .bind(&new.credential_id)
        .bind(&new.credential)
        .bind(new.name.as_str())
        .bind(event.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if made.rows_affected() == 0 {
            return Err(StoreError::NoSuchFactor);
        }
        let are_new = factors::first_codes(&mut tx, new.person, codes).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(are_new)
    }

    async fn rename_passkey(
        &self,
        person: PersonId,
        id: PasskeyId,
        name: &PasskeyName,
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let renamed = sqlx::query("update passkey set name = $3 where person_id = $1 and id = $2")
            .bind(person.as_uuid())
            .bind(id.as_uuid())
            .bind(name.as_str())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        if renamed.rows_affected() == 0 {
            return Err(StoreError::NoSuchFactor);
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn remove_passkey(
        &self,
        person: PersonId,
        id: PasskeyId,
        is_required: bool,
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let removed = sqlx::query("delete from passkey where person_id = $1 and id = $2")
            .bind(person.as_uuid())
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        if removed.rows_affected() == 0 {
            return Err(StoreError::NoSuchFactor);
        }
        factors::after_removal(&mut tx, person, is_required).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn note_passkey(
        &self,
        before: &KnownPasskey,
        after: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let noted = sqlx::query(
            "update passkey set credential = $3, last_used_at = $4
              where id = $1 and credential = $2 and copied_at is null",
        )
        .bind(before.id.as_uuid())
        .bind(&before.credential)
        .bind(after)
        .bind(at.as_millis())
        .execute(self.aside())
        .await
        .map_err(failed)?;
        Ok(noted.rows_affected() > 0)
    }

    async fn mark_copied(&self, id: PasskeyId, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("update passkey set copied_at = $2 where id = $1 and copied_at is null")
            .bind(id.as_uuid())
            .bind(event.at.as_millis())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }
}
