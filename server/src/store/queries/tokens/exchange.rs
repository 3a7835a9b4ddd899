//! Short-lived tokens, for which somebody has exchanged a token of their CI's or cluster's.

use super::{
    Engine,
    audit::events,
    failed,
    people::person,
    record::insert,
    row::{check_owner, check_room, fetch},
};
use app::{
    domain::{Event, Person, Scope, Timestamp, Token},
    service::{ExchangeStore, NewToken, StoreError},
};
use async_trait::async_trait;

#[async_trait]
impl ExchangeStore for Engine {
    async fn account_named(&self, email_key: &str, name_key: &str) -> Result<Option<Person>, StoreError> {
        let row = sqlx::query(
            "select * from person where email_key = $1 and kind = 'person'
                or name_key = $2 and kind = 'service' and removed_at is null
              order by kind limit 1",
        )
        .bind(email_key)
        .bind(name_key)
        .fetch_optional(&self.quick)
        .await
        .map_err(failed)?;
        row.map(|row| person::read_person(&row)).transpose().map_err(failed)
    }

    async fn insert_exchanged(
        &self,
        new: &NewToken,
        rule: &str,
        event: &Event,
        first: &Event,
    ) -> Result<Token, StoreError> {
        let mut tx = self.begin().await?;
        let is_known: bool = sqlx::query_scalar("select exists (select 1 from token where exchanged = $1)")
            .bind(rule)
            .fetch_one(&mut *tx)
            .await
            .map_err(failed)?;
        check_owner(&mut tx, new.owner, Scope::Everybody).await?;
        insert(&mut tx, new).await?;
        let marked = sqlx::query("update token set exchanged = $2 where id = $1").bind(new.id.as_uuid());
        marked.bind(rule).execute(&mut *tx).await.map_err(failed)?;
        check_room(&mut tx, new.owner, 0, new.most).await?;
        events::append(&mut tx, event).await?;
        if !is_known {
            events::append(&mut tx, first).await?;
        }
        let token = fetch(&mut *tx, new.id, Scope::Everybody).await?.ok_or(StoreError::NotFound)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn last_exchanged(&self, rule: &str) -> Result<Option<Timestamp>, StoreError> {
        let last: Option<i64> = sqlx::query_scalar("select max(created_at) from token where exchanged = $1")
            .bind(rule)
            .fetch_one(&self.reader)
            .await
            .map_err(failed)?;
        Ok(last.map(Timestamp::from_millis))
    }

    async fn end_exchanged(&self, now: Timestamp, event: &Event) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "update secret set revoked_at = $1 where revoked_at is null and token_id in
                (select id from token where exchanged is not null and deleted_at is null and expires_at <= $1)",
        )
        .bind(now.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        // As by the operator: nobody else brings them back.
        let ended = sqlx::query(
            "update token set deleted_at = $1, updated_at = $1, version = version + 1, deleted_by_admin = $2
              where exchanged is not null and deleted_at is null and expires_at <= $1",
        )
        .bind(now.as_millis())
        .bind(true)
        .execute(&mut *tx)
        .await
        .map_err(failed)?
        .rows_affected();
        if ended > 0 {
            events::append(&mut tx, event).await?;
            self.commit(tx).await?;
        }
        Ok(ended)
    }
}
