//! What is begun in one request and ended in another.

use super::{DbRow, Engine, failed};
use app::{
    domain::{PersonId, Timestamp},
    service::{Ceremony, CeremonyKind, CeremonyStore, KeyDigest, StoreError},
};
use async_trait::async_trait;
use sqlx::Row;

fn read(row: &DbRow) -> sqlx::Result<(Option<PersonId>, String)> {
    Ok((row.try_get::<Option<_>, _>("person_id")?.map(PersonId::from_uuid), row.try_get("state")?))
}

#[async_trait]
impl CeremonyStore for Engine {
    async fn begin_ceremony(
        &self,
        digest: &KeyDigest,
        ceremony: &Ceremony,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("delete from ceremony where ends_at <= $1")
            .bind(now.as_millis())
            .execute(self.aside())
            .await
            .map_err(failed)?;
        sqlx::query(
            "insert into ceremony (digest, kind, person_id, state, ends_at) values ($1, $2, $3, $4, $5)
             on conflict (digest) do update set state = excluded.state, ends_at = excluded.ends_at",
        )
        .bind(digest.as_bytes().as_slice())
        .bind(ceremony.kind.as_str())
        .bind(ceremony.person.map(PersonId::as_uuid))
        .bind(&ceremony.state)
        .bind(ceremony.ends_at.as_millis())
        .execute(self.aside())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn ceremony(
        &self,
        digest: &KeyDigest,
        kind: CeremonyKind,
        now: Timestamp,
    ) -> Result<Option<(Option<PersonId>, String)>, StoreError> {
        let row = sqlx::query(
            "select person_id, state from ceremony where digest = $1 and kind = $2 and ends_at > $3",
        )
        .bind(digest.as_bytes().as_slice())
        .bind(kind.as_str())
        .bind(now.as_millis())
        .fetch_optional(&self.quick)
        .await
        .map_err(failed)?;
        row.as_ref().map(read).transpose().map_err(failed)
    }

    async fn take_ceremony(
        &self,
        digest: &KeyDigest,
        kind: CeremonyKind,
        now: Timestamp,
    ) -> Result<Option<(Option<PersonId>, String)>, StoreError> {
        let row = sqlx::query(
            "delete from ceremony where digest = $1 and kind = $2 and ends_at > $3 returning person_id, state",
        )
        .bind(digest.as_bytes().as_slice())
        .bind(kind.as_str())
        .bind(now.as_millis())
        .fetch_optional(self.aside())
        .await
        .map_err(failed)?;
        row.as_ref().map(read).transpose().map_err(failed)
    }
}
