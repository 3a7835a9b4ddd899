//! The servers that share the data, as each has last told.

use super::{DbRow, Engine, failed};
use app::{
    domain::{Node, Timestamp},
    service::{NodeStore, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};
use uuid::Uuid;

struct NodeRow(Uuid, Node);

impl FromRow<'_, DbRow> for NodeRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let at = |column: &str| Ok::<_, sqlx::Error>(Timestamp::from_millis(row.try_get(column)?));
        let node = Node {
            name: row.try_get("name")?,
            version: row.try_get("version")?,
            address: row.try_get("address")?,
            started_at: at("started_at")?,
            seen_at: at("seen_at")?,
            behind_ms: row.try_get("behind_ms")?,
            is_this: false,
        };
        Ok(Self(row.try_get("id")?, node))
    }
}

#[async_trait]
impl NodeStore for Engine {
    async fn report_node(&self, id: Uuid, node: &Node) -> Result<(), StoreError> {
        sqlx::query(
            "insert into node (id, name, version, address, started_at, seen_at, behind_ms)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (id) do update set seen_at = excluded.seen_at, behind_ms = excluded.behind_ms",
        )
        .bind(id)
        .bind(&node.name)
        .bind(&node.version)
        .bind(&node.address)
        .bind(node.started_at.as_millis())
        .bind(node.seen_at.as_millis())
        .bind(node.behind_ms)
        .execute(self.aside())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn nodes(&self, this: Uuid, since: Timestamp) -> Result<Vec<Node>, StoreError> {
        let rows: Vec<NodeRow> = sqlx::query_as(
            "select id, name, version, address, started_at, seen_at, behind_ms from node
              where seen_at > $1 order by name, started_at, id limit 100",
        )
        .bind(since.as_millis())
        .fetch_all(&self.quick)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(|NodeRow(id, node)| Node { is_this: id == this, ..node }).collect())
    }

    async fn count_nodes(&self, since: Timestamp) -> Result<u32, StoreError> {
        let count: i64 = sqlx::query_scalar("select count(*) from node where seen_at > $1")
            .bind(since.as_millis())
            .fetch_one(&self.quick)
            .await
            .map_err(failed)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    async fn forget_nodes(&self, id: Uuid, before: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query("delete from node where id = $1 or seen_at < $2");
        query.bind(id).bind(before.as_millis()).execute(self.aside()).await.map_err(failed)?;
        Ok(())
    }
}
