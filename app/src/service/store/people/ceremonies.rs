//! Storage of what is begun in one request and ended in another, which may come to another node: a sign-in after its
//! password, an authenticator app that is being set up, the challenge to a passkey. None leaves an event; what comes of
//! it does.

use crate::domain::{PersonId, Timestamp};
use crate::service::KeyDigest;
use crate::service::store::StoreError;
use async_trait::async_trait;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CeremonyKind {
    SignIn,
    App,
    NewPasskey,
    /// A sign-in with a passkey.
    Passkey,
}

impl CeremonyKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::App => "app",
            Self::NewPasskey => "new_passkey",
            Self::Passkey => "passkey",
        }
    }
}

#[derive(Clone)]
pub struct Ceremony {
    pub kind: CeremonyKind,
    /// The person it is about, if that is known.
    pub person: Option<PersonId>,
    /// What has to be known to end it.
    pub state: String,
    pub ends_at: Timestamp,
}

#[async_trait]
pub trait CeremonyStore: Send + Sync {
    /// Begins one, in place of another by the same digest, and forgets those that are over by `now`.
    async fn begin_ceremony(
        &self,
        digest: &KeyDigest,
        ceremony: &Ceremony,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The person and the state of a ceremony that goes on.
    async fn ceremony(
        &self,
        digest: &KeyDigest,
        kind: CeremonyKind,
        now: Timestamp,
    ) -> Result<Option<(Option<PersonId>, String)>, StoreError>;

    /// [`Self::ceremony`], for one caller only: it is over then.
    async fn take_ceremony(
        &self,
        digest: &KeyDigest,
        kind: CeremonyKind,
        now: Timestamp,
    ) -> Result<Option<(Option<PersonId>, String)>, StoreError>;
}
