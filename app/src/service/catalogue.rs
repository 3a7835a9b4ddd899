//! The catalogue of permissions.

use super::{Service, by, hide_cause};
use crate::domain::{Catalogue, Error, EventKind, Visit};
use serde_json::json;

impl Service {
    pub async fn catalogue(&self) -> Result<Catalogue, Error> {
        self.store.catalogue().await.map_err(hide_cause)
    }

    /// Puts a checked catalogue in the place of the stored one. Replacing it by itself changes nothing.
    pub async fn replace_catalogue(&self, catalogue: &Catalogue) -> Result<(), Error> {
        if self.catalogue().await? == *catalogue {
            return Ok(());
        }
        let event = by::event(EventKind::CatalogueReplaced, self.clock.now(), None, &Visit::command_line());
        let event = event.with(&json!(catalogue));
        self.store.replace_catalogue(catalogue, &event).await.map_err(hide_cause)
    }
}
