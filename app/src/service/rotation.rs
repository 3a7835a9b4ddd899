//! Rotating a token: a new secret now, the old one for an overlap, and its end before that.

use super::{
    KeyDigest, OldSecretEnd, Rotation, Service, StoreError, by::ender, hide_cause, tokens::may_give,
};
use crate::domain::{
    Caller, Created, Error, EventKind, OldSecret, Overlap, PRESENTED_SHOWN, Timestamp, Token, TokenId,
};
use serde_json::json;

/// What the prompt needs to know.
#[derive(Clone, Debug)]
pub struct ToRotate {
    pub token: Token,
    /// What it was used for lately, in words.
    pub recent_use: String,
    /// The secret that an earlier rotation has left.
    pub old: Option<OldSecret>,
    pub now: Timestamp,
}

impl Service {
    /// For the prompt: what would be rotated, and who still presents the secret before it.
    pub async fn rotate_prompt(&self, caller: &Caller, id: TokenId) -> Result<ToRotate, Error> {
        let token = self.token_to_manage(caller, id).await?;
        let (recent_use, now) = (self.recent_use(&token).await?, self.clock.now());
        let old =
            self.store.old_secret(id, caller.scope(), now, PRESENTED_SHOWN).await.map_err(hide_cause)?;
        Ok(ToRotate { token, recent_use, old, now })
    }

    /// Gives a token a new secret, which is in this answer and nowhere else. The old one goes on working for so
    /// many seconds, but never beyond what it would have had without; nothing else is reset.
    pub async fn rotate_token(
        &self,
        caller: &Caller,
        id: TokenId,
        overlap_seconds: i64,
    ) -> Result<Created, Error> {
        self.rotate_token_at(caller, id, None, Overlap::of_seconds(overlap_seconds)).await
    }

    /// The same, if the token still has this version; without one, whichever it has. The old secret may end before its
    /// time, once it is quiet.
    pub async fn rotate_token_at(
        &self,
        caller: &Caller,
        id: TokenId,
        version: Option<i64>,
        overlap: Overlap,
    ) -> Result<Created, Error> {
        overlap.check()?;
        let current = self.token_to_manage(caller, id).await?;
        if version.is_some_and(|version| version != current.version) {
            return Err(Error::Conflict { current: Box::new(current) });
        }
        may_give(caller, &current.permissions)?;
        self.require_fresh_to_reveal(caller, &current).await?;
        let secret = self.new_secret(&self.workspace().await?)?;
        let event = self.event(caller, EventKind::TokenRotated).on_token(id);
        let old_ends_at = current.old_secret_ends_at(event.at, overlap.seconds);
        let quiet_ms = overlap.quiet_ms(event.at, old_ends_at);
        let mut details = json!({ "name": current.name, "overlap_seconds": overlap.seconds });
        if let Some(quiet_ms) = quiet_ms {
            details["quiet_seconds"] = json!(quiet_ms / 1_000);
        }
        let event = event.with(&details);
        let rotation = Rotation {
            id,
            scope: caller.scope(),
            version: current.version,
            digest: KeyDigest::of(secret.expose_bytes()),
            hint: secret.hint(),
            old_ends_at,
            quiet_ms,
            at: event.at,
        };
        let token = self.store.rotate_token(&rotation, &event).await.map_err(hide_cause)?;
        Ok(Created { token, secret: secret.reveal() })
    }

    /// Ends the secret that a rotation has left before its time: it is dead when this returns. Where none is left,
    /// nothing changes.
    pub async fn end_old_secret(&self, caller: &Caller, id: TokenId) -> Result<Token, Error> {
        let current = self.token_to_manage(caller, id).await?;
        let event = self.event(caller, EventKind::OldSecretEnded).on_token(id);
        let event = event.with(&json!({ "name": current.name }));
        let (scope, at, by) = (caller.scope(), event.at, ender(caller, current.owner.id).person);
        match self.store.end_old_secret(&OldSecretEnd { id, scope, by, at }, &event).await {
            // It has ended by itself, or somebody was quicker; or the token itself is gone.
            Err(StoreError::NotFound) => self.store.token(id, scope).await.map_err(hide_cause),
            ended => ended.map_err(hide_cause),
        }
    }
}
