//! Storage of second factors.

use crate::domain::{Event, Factors, PersonId};
use crate::service::KeyDigest;
use crate::service::store::StoreError;
use async_trait::async_trait;

/// An authenticator app: what its codes are made of, and the step of the last one that was accepted.
#[derive(Clone)]
pub struct AppSeed {
    pub seed: Vec<u8>,
    pub last_step: i64,
}

#[async_trait]
pub trait FactorStore: Send + Sync {
    async fn factors(&self, person: PersonId) -> Result<Factors, StoreError>;

    async fn app_seed(&self, person: PersonId) -> Result<Option<AppSeed>, StoreError>;

    /// Records an authenticator app, in place of the one before; `as_first`, in place of none: `DoneBefore` when the person
    /// has a second factor already. `codes` become the recovery codes of a person who has
    /// none left; returns whether they did.
    async fn insert_app(
        &self,
        person: PersonId,
        app: &AppSeed,
        as_first: bool,
        codes: &[KeyDigest],
        event: &Event,
    ) -> Result<bool, StoreError>;

    /// With the last factor, the recovery codes go too. `LastFactor` when there would be none left, and one is required;
    /// `NoSuchFactor` when there is no app.
    async fn remove_app(&self, person: PersonId, is_required: bool, event: &Event) -> Result<(), StoreError>;

    /// Accepts the code of a step once: false if that of this or a later step was accepted before. It leaves no event:
    /// the sign-in does.
    async fn spend_step(&self, person: PersonId, step: i64) -> Result<bool, StoreError>;

    /// Replaces all recovery codes. `NoSuchFactor` when the person has no second factor.
    async fn replace_codes(
        &self,
        person: PersonId,
        codes: &[KeyDigest],
        event: &Event,
    ) -> Result<(), StoreError>;

    /// Accepts a recovery code once: false if it is not one, or was used before.
    async fn spend_code(&self, person: PersonId, code: &KeyDigest, event: &Event)
    -> Result<bool, StoreError>;

    /// Removes all factors and recovery codes, and ends all sessions.
    async fn reset_factors(&self, person: PersonId, event: &Event) -> Result<(), StoreError>;
}
