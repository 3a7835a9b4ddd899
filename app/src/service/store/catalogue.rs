//! Storage of the catalogue.

use super::StoreError;
use crate::domain::{Catalogue, Event, Held, Holder, Permission, Resource, Scope};
use async_trait::async_trait;

/// A change of one resource. It states what the resource was when the change began.
#[derive(Clone, Copy, Debug)]
pub enum ResourceChange<'a> {
    /// At the end of the catalogue.
    Add(&'a Resource),
    /// In the same place, under the same name.
    Edit {
        from: &'a Resource,
        to: &'a Resource,
    },
    Remove(&'a Resource),
}

#[async_trait]
pub trait CatalogueStore: Send + Sync {
    /// The catalogue in its order; empty before the first start is finished.
    async fn catalogue(&self) -> Result<Catalogue, StoreError>;

    /// Replaces the whole catalogue. Permissions that tokens hold are left as they are.
    async fn replace_catalogue(&self, catalogue: &Catalogue, event: &Event) -> Result<(), StoreError>;

    /// Changes one resource. The others, their order and what tokens hold stay as they are. `ResourceChanged` with what
    /// is stored under its name when that is not what the change began from; `NoSuchResource` when nothing is stored
    /// there any more; `CatalogueFull` above [`crate::domain::RESOURCES_MAX`]; `LastResource` when nothing would be
    /// left.
    async fn change_resource(&self, change: ResourceChange<'_>, event: &Event) -> Result<(), StoreError>;

    /// Number of live tokens in scope that hold each permission, counting up to `max` for each and no further.
    async fn held(&self, scope: Scope, max: u64) -> Result<Held, StoreError>;

    /// Up to `limit` live tokens in scope that hold one of these permissions, each once, the newest first.
    async fn holders(
        &self,
        permissions: &[Permission],
        scope: Scope,
        limit: u32,
    ) -> Result<Vec<Holder>, StoreError>;
}
