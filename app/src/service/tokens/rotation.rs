//! Rotating a token: a new secret now, the old one for an overlap, and an early end of the old one.

use crate::domain::{
    Caller, Created, Error, EventKind, Overlap, PRESENTED_SHOWN, Power, Target, ToRotate, Token, TokenId,
};
use crate::service::{
    Creation, IdempotencyKey, KeyDigest, OldSecretEnd, Rotation, Service, StoreError, Terms,
    authorize::ender, tokens::idempotency::ChangeRequest,
};
use serde_json::json;

impl Service {
    /// For the prompt: the token to rotate, and who still presents its old secret.
    pub async fn rotate_prompt(&self, caller: &Caller, id: TokenId) -> Result<ToRotate, Error> {
        let token = self.token_to_manage(caller, id).await?;
        let (recent_use, now) = (self.recent_use(caller, &token).await?, self.clock.now());
        let reading = self.reading(caller).await?;
        let old = reading.old_secret(id, caller.scope(), now, PRESENTED_SHOWN).await?;
        Ok(ToRotate { token, recent_use, old, now })
    }

    /// Gives a token a new secret, if it still has this version; without one, whichever it has. The new secret is in
    /// this answer and nowhere else. The old one works for the overlap, but no longer than it would have worked without
    /// the rotation. Nothing else is reset.
    pub async fn rotate_token(
        &self,
        caller: &Caller,
        id: TokenId,
        version: Option<i64>,
        overlap: Overlap,
    ) -> Result<Created, Error> {
        overlap.check()?;
        let current = self.token_to_manage(caller, id).await?;
        if version.is_some_and(|version| version != current.version) {
            return Err(self.conflict(caller, current).await);
        }
        self.rotate_found(caller, current, overlap, None).await
    }

    /// Rotates a token on these terms. Asked for again with the same key, nothing more is made or ended: the secret in
    /// use is the one that the overlap belongs to, and the new one was in the first answer.
    pub async fn rotate_token_on(
        &self,
        caller: &Caller,
        id: TokenId,
        terms: &Terms<'_>,
        overlap: Overlap,
    ) -> Result<Creation, Error> {
        overlap.check()?;
        let Overlap { seconds, quiet_seconds } = overlap;
        let asked = ChangeRequest::Rotate { rotate: id, seconds, quiet_seconds };
        let rotate = |current, once| self.rotate_found(caller, current, overlap, once);
        match self.change_on_terms(caller, id, terms, &asked, rotate).await? {
            Ok(Created { token, secret }) => Ok(Creation { token, secret: Some(secret) }),
            Err(id) => Ok(Creation { token: self.find_token(caller, id).await?, secret: None }),
        }
    }

    /// Rotates a token that the caller may change, if it still has the version of `current`.
    async fn rotate_found(
        &self,
        caller: &Caller,
        current: Token,
        overlap: Overlap,
        once: Option<IdempotencyKey>,
    ) -> Result<Created, Error> {
        let id = current.id;
        self.may_give(caller, Some(&Power::of(&current)), Target::Token(id)).await?;
        self.require_fresh_to_reveal(caller, &current).await?;
        let secret = self.new_secret(&self.workspace().await?)?;
        let event = self.event(caller, EventKind::TokenRotated).on_token(id);
        let old_ends_at = current.old_secret_ends_at(event.at, overlap.seconds);
        let quiet_ms = overlap.quiet_ms(event.at, old_ends_at);
        let mut details = json!({ "name": current.name, "overlap_seconds": overlap.seconds });
        if let Some(quiet_ms) = quiet_ms {
            details["quiet_seconds"] = json!(quiet_ms / 1_000);
        }
        if current.works_after_rotation() {
            details["works_again"] = json!(true);
        }
        let event = event.with(&details);
        let rotation = Rotation {
            id,
            scope: caller.reach(),
            version: current.version,
            digest: KeyDigest::of(secret.expose_bytes()),
            hint: secret.hint(),
            old_ends_at,
            quiet_ms,
            at: event.at,
            once,
        };
        let token = self.store.rotate_token(&rotation, &event).await?;
        Ok(Created { token, secret: secret.reveal() })
    }

    /// Ends the secret before a rotation early: it is dead when this returns. If there is none, nothing changes.
    pub async fn end_old_secret(&self, caller: &Caller, id: TokenId) -> Result<Token, Error> {
        let current = self.token_to_manage(caller, id).await?;
        let event = self.event(caller, EventKind::OldSecretEnded).on_token(id);
        let event = event.with(&json!({ "name": current.name }));
        let (scope, at, by) = (caller.reach(), event.at, ender(caller, current.owner.id).person);
        match self.store.end_old_secret(&OldSecretEnd { id, scope, by, at }, &event).await {
            // It has ended on its own, or somebody was quicker, or the token itself is gone.
            Err(StoreError::NotFound) => self.store.token(id, scope).await.map_err(Error::from),
            ended => ended.map_err(Error::from),
        }
    }
}
