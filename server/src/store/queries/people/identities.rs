//! Accounts of people at identity providers.

use super::{Db, Engine, audit::events, failed, person};
use app::{
    domain::{Event, Identity, Person, PersonId, SessionId, Timestamp},
    service::{IdentityStore, KeyDigest, NewIdentity, NewPerson, SessionOrigin, StoreError},
};
use async_trait::async_trait;
use sqlx::Transaction;

#[async_trait]
impl IdentityStore for Engine {
    async fn person_of(&self, issuer: &str, subject: &str) -> Result<Option<Person>, StoreError> {
        let row = sqlx::query(
            "select p.* from identity i join person p on p.id = i.person_id where i.issuer = $1 and i.subject = $2",
        )
        .bind(issuer)
        .bind(subject)
        .fetch_optional(&self.quick)
        .await
        .map_err(failed)?;
        row.map(|row| person::read_person(&row)).transpose().map_err(failed)
    }

    async fn identities(&self, person: PersonId) -> Result<Vec<Identity>, StoreError> {
        let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
            "select provider, group_names, created_at, last_used_at from identity where person_id = $1
              order by last_used_at desc, issuer",
        )
        .bind(person.as_uuid())
        .fetch_all(&self.quick)
        .await
        .map_err(failed)?;
        let read = |(provider, groups, created_at, last_used_at): (String, String, i64, i64)| Identity {
            provider,
            groups: serde_json::from_str(&groups).unwrap_or_default(),
            created_at: Timestamp::from_millis(created_at),
            last_used_at: Timestamp::from_millis(last_used_at),
        };
        Ok(rows.into_iter().map(read).collect())
    }

    async fn link_identity(
        &self,
        person: PersonId,
        identity: &NewIdentity,
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        insert(&mut tx, person, identity).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn insert_provided(
        &self,
        new: &NewPerson,
        identity: &NewIdentity,
        event: &Event,
    ) -> Result<Person, StoreError> {
        let mut tx = self.begin().await?;
        person::insert(&mut tx, new).await?;
        insert(&mut tx, new.id, identity).await?;
        let made = person::fetch(&mut *tx, new.id).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(made)
    }

    async fn touch_identity(&self, identity: &NewIdentity) -> Result<(), StoreError> {
        sqlx::query(
            "update identity set last_used_at = $3, group_names = $4, provider = $5
              where issuer = $1 and subject = $2",
        )
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .bind(identity.at.as_millis())
        .bind(as_list(&identity.groups))
        .bind(&identity.provider)
        .execute(self.aside())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn finish_sign_in(
        &self,
        digest: &KeyDigest,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let query = sqlx::query("delete from finished_sign_in where ends_at <= $1").bind(now.as_millis());
        query.execute(&mut *tx).await.map_err(failed)?;
        let spent = sqlx::query(
            "insert into finished_sign_in (digest, ends_at) values ($1, $2) on conflict (digest) do nothing",
        )
        .bind(digest.as_bytes().as_slice())
        .bind(ends_at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if spent.rows_affected() == 0 {
            return Err(StoreError::LinkEnded);
        }
        self.commit(tx).await
    }

    async fn session_origin(&self, session: SessionId) -> Result<Option<SessionOrigin>, StoreError> {
        let row: Option<(String, Option<i64>)> =
            sqlx::query_as("select provider, proved_at from session where id = $1 and provider is not null")
                .bind(session.as_uuid())
                .fetch_optional(&self.quick)
                .await
                .map_err(failed)?;
        Ok(row.map(|(provider, proved_at)| SessionOrigin {
            provider,
            proved_at: proved_at.map(Timestamp::from_millis),
        }))
    }
}

fn as_list(groups: &[String]) -> String {
    serde_json::Value::from(groups.to_vec()).to_string()
}

async fn insert(
    tx: &mut Transaction<'_, Db>,
    person: PersonId,
    identity: &NewIdentity,
) -> Result<(), StoreError> {
    let at = identity.at.as_millis();
    let linked = sqlx::query(
        "insert into identity (issuer, subject, person_id, provider, group_names, created_at, last_used_at)
         select $1, $2, p.id, $4, $5, $6, $6 from person p
          where p.id = $3 and not exists (select 1 from identity o where o.issuer = $1 and o.person_id = $3)
             on conflict (issuer, subject) do nothing",
    )
    .bind(&identity.issuer)
    .bind(&identity.subject)
    .bind(person.as_uuid())
    .bind(&identity.provider)
    .bind(as_list(&identity.groups))
    .bind(at)
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    if linked.rows_affected() == 0 {
        return Err(StoreError::DoneBefore);
    }
    let known = sqlx::query(
        "update person set provided_at = coalesce(provided_at, $2) where id = $1 and disabled_at is null",
    )
    .bind(person.as_uuid())
    .bind(at)
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    if known.rows_affected() == 0 { Err(StoreError::NoSuchPerson) } else { Ok(()) }
}
