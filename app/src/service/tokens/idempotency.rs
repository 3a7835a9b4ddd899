//! Changing a token once, even if a caller that heard no answer asks again: one mechanism for every change.
//!
//! The key of a change is written with the change itself, in one transaction. A caller that asks for the same again
//! with the same key gets the same answer, without the secret. Nothing happens any more, not even what would be right
//! now.

use crate::domain::{
    Caller, Credential, Error, Field, IDEMPOTENCY_MS, IfMatch, Timestamp, Token, TokenForm, TokenId,
    TokenPatch,
};
use crate::service::{IdempotencyKey, KeyDigest, Service, StoreError};
use serde::Serialize;

/// The terms on which a change is asked for.
#[derive(Clone, Debug, Default)]
pub struct Terms<'a> {
    pub if_match: IfMatch,
    /// The key that the caller has chosen for this request (`Idempotency-Key`).
    pub key: Option<&'a str>,
}

/// Everything that a change is about. The same key stands for the same of these.
#[derive(Serialize)]
#[serde(untagged)]
pub(in crate::service) enum ChangeRequest<'a> {
    Create(&'a TokenForm),
    Edit { edit: TokenId, patch: &'a TokenPatch },
    Rotate { rotate: TokenId, seconds: i64, quiet_seconds: Option<i64> },
    SetDisabled { token: TokenId, is_disabled: bool },
    Delete { delete: TokenId },
    DeleteWithMade { delete_with_made: TokenId },
    DisableWithMade { disable_with_made: TokenId },
    Transfer { transfer: TokenId, owner: &'a str },
}

impl Service {
    /// The record of a change, if the caller has a key for it. People who are signed in have no keys: they see what
    /// they have done.
    pub(in crate::service) fn remembered(
        &self,
        caller: &Caller,
        key: Option<&str>,
        asked: &ChangeRequest<'_>,
    ) -> Result<Option<IdempotencyKey>, Error> {
        let (Some(key), Credential::Token { id, .. }) = (key, &caller.credential) else { return Ok(None) };
        let request = serde_json::to_vec(asked).map_err(|_| Error::Malformed)?;
        Ok(Some(IdempotencyKey {
            caller: *id,
            key: KeyDigest::of(key.as_bytes()),
            request: KeyDigest::of(&request),
            since: Timestamp::from_millis(self.clock.now().as_millis() - IDEMPOTENCY_MS),
        }))
    }

    /// Makes a change, unless it was made before: then the answer is the token that it was about. This is looked up
    /// first, since a change that was right when it was made may be refused by now, by its own name to begin with. It
    /// is looked up again when the change fails: of several that ask at the same time, one was quicker.
    pub(in crate::service) async fn do_once<T>(
        &self,
        once: Option<IdempotencyKey>,
        change: impl Future<Output = Result<T, Error>>,
    ) -> Result<Result<T, TokenId>, Error> {
        let Some(once) = once else { return change.await.map(Ok) };
        if let Some(token) = self.done_before(&once).await? {
            return Ok(Err(token));
        }
        match change.await {
            Ok(done) => Ok(Ok(done)),
            Err(error) => self.done_before(&once).await?.map(Err).ok_or(error),
        }
    }

    /// Changes a token on these terms: once for each key, and only if the token has a version that they allow. The inner
    /// error is the token that was changed before.
    pub(in crate::service) async fn change_on_terms<T, F: Future<Output = Result<T, Error>>>(
        &self,
        caller: &Caller,
        id: TokenId,
        terms: &Terms<'_>,
        asked: &ChangeRequest<'_>,
        change: impl FnOnce(Token, Option<IdempotencyKey>) -> F,
    ) -> Result<Result<T, TokenId>, Error> {
        let once = self.remembered(caller, terms.key, asked)?;
        let change = async {
            let current = self.token_to_manage(caller, id).await?;
            terms.if_match.check(&current)?;
            change(current, once).await
        };
        self.do_once(once, change).await
    }

    async fn done_before(&self, once: &IdempotencyKey) -> Result<Option<TokenId>, Error> {
        Ok(self.store.done_before(once).await?)
    }

    /// Remembers a change that had nothing to change, so that the same request goes on to change nothing.
    pub(in crate::service) async fn note_done(
        &self,
        once: Option<&IdempotencyKey>,
        token: TokenId,
    ) -> Result<(), Error> {
        let Some(once) = once else { return Ok(()) };
        match self.store.note_done(once, token, self.clock.now()).await {
            Ok(()) | Err(StoreError::DoneBefore) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }
}

pub(in crate::service) fn key_reused() -> Error {
    Error::field(
        Field::IdempotencyKey,
        "reused",
        "Something else was asked for with this key within the last 24 hours. Take a new key for it.",
    )
}
