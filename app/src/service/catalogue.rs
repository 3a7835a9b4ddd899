//! The catalogue of permissions.

use super::{Service, hide_cause};
use crate::domain::{Catalogue, Error, Event, EventKind};

impl Service {
    pub async fn catalogue(&self) -> Result<Catalogue, Error> {
        self.store.catalogue().await.map_err(hide_cause)
    }

    /// Puts a checked catalogue in the place of the stored one. Replacing it by itself changes nothing.
    pub async fn replace_catalogue(&self, catalogue: &Catalogue) -> Result<(), Error> {
        if self.catalogue().await? == *catalogue {
            return Ok(());
        }
        let details = serde_json::to_string(catalogue).unwrap_or_default();
        let event = Event { at: self.clock.now(), kind: EventKind::CatalogueReplaced, token: None, details };
        self.store.replace_catalogue(catalogue, &event).await.map_err(hide_cause)
    }
}
