//! Creating a token once, although a caller that heard no answer asks again.

use super::{KeyDigest, Once, Service, hide_cause};
use crate::domain::{
    Caller, Credential, Error, Field, IDEMPOTENCY_MS, RevealedSecret, Right, Target, Timestamp, Token,
    TokenForm,
};

/// What became of a creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    pub token: Token,
    /// Nothing when the same was asked for before: the secret was in that answer, and nowhere else.
    pub secret: Option<RevealedSecret>,
}

impl Service {
    /// Makes a token of the caller's, unless this calling token has made it before with this key. Whoever is signed
    /// in has no keys: they see what they have made.
    pub async fn create_token_once(
        &self,
        caller: &Caller,
        form: &TokenForm,
        key: Option<&str>,
    ) -> Result<Creation, Error> {
        self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
        let once = match (key, &caller.credential) {
            (Some(key), Credential::Token { id, .. }) => Some(Once {
                caller: *id,
                key: KeyDigest::of(key.as_bytes()),
                request: KeyDigest::of(&serde_json::to_vec(form).map_err(|_| Error::Malformed)?),
                since: Timestamp::from_millis(self.clock.now().as_millis() - IDEMPOTENCY_MS),
            }),
            _ => None,
        };
        // First of all: what was right when it was made may be refused by now, its own name to begin with.
        if let Some(once) = &once
            && let Some(token) = self.store.made_before(once).await.map_err(hide_cause)?
        {
            return Ok(Creation { token, secret: None });
        }
        self.make_token(caller, form, once).await
    }
}

pub(super) fn key_reused() -> Error {
    Error::field(
        Field::IdempotencyKey,
        "reused",
        "Something else was asked for with this key within the last 24 hours. Take a new key for it.",
    )
}
