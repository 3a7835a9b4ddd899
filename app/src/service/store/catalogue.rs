//! The catalogue, kept.

use super::StoreError;
use crate::domain::{Catalogue, Event};
use async_trait::async_trait;

#[async_trait]
pub trait CatalogueStore: Send + Sync {
    /// The catalogue in its order; the empty one before the first start is finished.
    async fn catalogue(&self) -> Result<Catalogue, StoreError>;

    /// Replaces the whole catalogue. Permissions that tokens hold are left as they are.
    async fn replace_catalogue(&self, catalogue: &Catalogue, event: &Event) -> Result<(), StoreError>;
}
