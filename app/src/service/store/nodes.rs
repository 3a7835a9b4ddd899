//! The servers that share the data.

use super::StoreError;
use crate::domain::{Node, Timestamp};
use async_trait::async_trait;
use uuid::Uuid;

#[async_trait]
pub trait NodeStore: Send + Sync {
    /// Writes what a node tells about itself, which is neither an event nor a change that anybody has to learn of.
    async fn report_node(&self, id: Uuid, node: &Node) -> Result<(), StoreError>;

    /// The nodes that have told something since this moment, by their names. `this` is one of them.
    async fn nodes(&self, this: Uuid, since: Timestamp) -> Result<Vec<Node>, StoreError>;

    /// The number of nodes that have told something since this moment.
    async fn count_nodes(&self, since: Timestamp) -> Result<u32, StoreError>;

    /// Forgets this node, and those that have told nothing since this moment.
    async fn forget_nodes(&self, id: Uuid, before: Timestamp) -> Result<(), StoreError>;
}
