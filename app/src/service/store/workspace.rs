//! Storage of the workspace.

use super::StoreError;
use crate::domain::{Event, Holder, Timestamp, Workspace};
use async_trait::async_trait;

#[async_trait]
pub trait WorkspaceStore: Send + Sync {
    /// The workspace. There is always one.
    async fn workspace(&self) -> Result<Workspace, StoreError>;

    /// Replaces the workspace if the stored one still has the version of `to`, and raises that by one. Otherwise
    /// changes nothing and answers with what is stored now.
    async fn change_workspace(&self, to: &Workspace, event: &Event) -> Result<Option<Workspace>, StoreError>;

    /// Up to `limit` live tokens that never end, and after them those that end after `latest`, if it is given; the last
    /// to end first.
    async fn outlasting(&self, latest: Option<Timestamp>, limit: u32) -> Result<Vec<Holder>, StoreError>;
}
