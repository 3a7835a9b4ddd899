//! A row that is written for the sake of writing, and keeps the latest time.

use super::{Engine, failed};
use app::{
    domain::Timestamp,
    service::{HeartbeatStore, StoreError},
};
use async_trait::async_trait;

#[async_trait]
impl HeartbeatStore for Engine {
    async fn beat(&self, now: Timestamp) -> Result<Timestamp, StoreError> {
        let mut tx = self.begin().await?;
        let latest: i64 = sqlx::query_scalar(
            "insert into heartbeat (id, latest_at) values (1, $1)
             on conflict (id) do update set latest_at =
                case when heartbeat.latest_at < excluded.latest_at then excluded.latest_at else heartbeat.latest_at end
             returning latest_at",
        )
        .bind(now.as_millis())
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
        self.commit_aside(tx).await?;
        Ok(Timestamp::from_millis(latest))
    }

    async fn latest_beat(&self) -> Result<Option<Timestamp>, StoreError> {
        let latest: Option<i64> = sqlx::query_scalar("select latest_at from heartbeat where id = 1")
            .fetch_optional(&self.quick)
            .await
            .map_err(failed)?;
        Ok(latest.map(Timestamp::from_millis))
    }
}
