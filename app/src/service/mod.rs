//! Every use case, once. Both doors call these methods; permission, rules and the audit live here and nowhere
//! else. Knows no HTTP and no SQL: the store is a port, the clock can be set by a test.

mod catalogue;
mod clock;
mod crypto;
mod store;
mod tokens;

pub use clock::{Clock, SystemClock};
pub use crypto::SecretDigest;
pub use store::{CatalogueStore, NewToken, Store, StoreError, TokenChange, TokenRemoval, TokenStore};

use crate::domain::{Error, SecretPrefix};
use std::sync::Arc;

/// The application, without its doors. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    prefix: SecretPrefix,
}

impl Service {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, prefix: SecretPrefix) -> Self {
        Self { store, clock, prefix }
    }
}

/// The store's word becomes the caller's; the operator reads the cause in the log.
fn hide_cause(error: StoreError) -> Error {
    match error {
        StoreError::NotFound => Error::NotFound,
        StoreError::VersionConflict(current) => Error::Conflict { current },
        StoreError::NameTaken => tokens::name_taken(),
        StoreError::Failed(cause) => {
            tracing::error!(%cause, "the store failed");
            Error::Unavailable
        }
    }
}
