//! Authorization: the checks of the use cases, and the notes about refusals.

use super::{Ender, Service};
use crate::domain::{
    Caller, Credential, Error, EventKind, FRESH_SIGN_IN_MS, Permission, PersonId, Power, Right, Role, Scope,
    Target, Timestamp, Token, TokenId,
};
use serde_json::json;
use std::sync::atomic::Ordering;

/// The caller as the one who ends something of `owner`'s, in the form that is remembered.
pub(super) fn ender(caller: &Caller, owner: PersonId) -> Ender {
    match caller.credential {
        Credential::Operator => Ender { person: None, is_admin: true },
        // Stewards end what is theirs to end.
        _ => Ender { person: Some(caller.id), is_admin: caller.id != owner && caller.role == Role::Admin },
    }
}

impl Service {
    /// Goes on only if the caller's role allows it; otherwise says why not, and notes the attempt.
    pub(super) async fn require(&self, caller: &Caller, right: Right, about: Target) -> Result<(), Error> {
        let refused = caller.require(right);
        if refused.is_err() {
            self.note_refusal(caller, about, &format!("{right:?}")).await?;
        }
        refused
    }

    /// Goes on only if the token that asks has this permission; otherwise notes the attempt.
    pub async fn permit(&self, caller: &Caller, needed: &str) -> Result<(), Error> {
        let refused = caller.require_permissions(&[needed]);
        if refused.is_err() {
            self.note_refusal(caller, Target::Nothing, needed).await?;
        }
        refused
    }

    /// Goes on only if the caller can give this; otherwise notes the attempt. A token gives only what it has: no other
    /// permission, and none for longer, from more places or more often. People give what the catalogue has.
    pub(super) async fn may_give(
        &self,
        caller: &Caller,
        given: Option<&Power>,
        about: Target,
    ) -> Result<(), Error> {
        let (Credential::Token { power, .. }, Some(given)) = (&caller.credential, given) else {
            return Ok(());
        };
        let Some(beyond) = power.falls_short_of(given) else { return Ok(()) };
        self.note_refusal(caller, about, &beyond.named()).await?;
        Err(beyond.into())
    }

    /// The answer about something that does not exist or is outside the caller's scope: the same error after the same
    /// work. The attempt is noted.
    pub(super) async fn missing(&self, caller: &Caller, about: Target, error: Error) -> Error {
        if let (Error::NotFound, Scope::Owner(_)) = (&error, caller.scope())
            && let Err(failed) = self.note_refusal(caller, about, "NotTheirs").await
        {
            return failed;
        }
        error
    }

    /// Notes an attempt on several missing tokens, as [`Self::missing`] does for one: one line, which says how many.
    pub(super) async fn missing_tokens(&self, caller: &Caller, ids: &[TokenId]) -> Result<(), Error> {
        match ids {
            [] => Ok(()),
            _ if caller.role.why_not(Right::SeeAllTokens).is_none() => Ok(()),
            [id] => self.note_refusal(caller, Target::Token(*id), "NotTheirs").await,
            many => self.note_refusals(caller, Target::Nothing, "NotTheirs", many.len()).await,
        }
    }

    /// Goes on only if the caller may undo what an admin has ended: only those who manage everybody's tokens may.
    /// `held` says which admin it was, and when; `None` when anybody may.
    pub(super) async fn may_begin_again(
        &self,
        caller: &Caller,
        id: TokenId,
        held: Option<String>,
    ) -> Result<(), Error> {
        let Some(held) = held.filter(|_| caller.require(Right::ManageAllTokens).is_err()) else {
            return Ok(());
        };
        self.note_refusal(caller, Target::Token(id), "EndedByAdmin").await?;
        Err(Error::Forbidden { why: format!("{held}. Only an admin can undo that.") })
    }

    /// Asks for a recent sign-in before the most harmful actions. Tokens and the operator have no session that somebody
    /// could find open: other checks decide what they may do.
    pub(super) async fn require_fresh(&self, caller: &Caller, about: Target) -> Result<(), Error> {
        let Credential::Session { signed_in_at, .. } = caller.credential else { return Ok(()) };
        let is_fresh = |at: Timestamp| self.clock.now().as_millis() - at.as_millis() < FRESH_SIGN_IN_MS;
        if is_fresh(signed_in_at) {
            // A provider lets people in who have proved long ago who they are.
            let origin = match caller.session() {
                Some(session) => self.store.session_origin(session).await?,
                None => None,
            };
            if origin.is_none_or(|origin| origin.proved_at.is_some_and(is_fresh)) {
                return Ok(());
            }
        }
        self.note_refusal(caller, about, "FreshSignIn").await?;
        Err(Error::SignInAgain)
    }

    /// Asks for a recent sign-in before it reveals a secret of somebody else's token, or one that opens Tokenry itself:
    /// such a secret outlives the session in which it was shown.
    pub(super) async fn require_fresh_to_reveal(&self, caller: &Caller, token: &Token) -> Result<(), Error> {
        if token.owner.id == caller.id && !token.permissions.iter().any(Permission::is_own) {
            return Ok(());
        }
        self.require_fresh(caller, Target::Token(token.id)).await
    }

    pub(super) async fn note_refusal(
        &self,
        caller: &Caller,
        about: Target,
        wanted: &str,
    ) -> Result<(), Error> {
        self.note_refusals(caller, about, wanted, 1).await
    }

    /// [`Self::note_refusal`] for `count` attempts in one request.
    async fn note_refusals(
        &self,
        caller: &Caller,
        about: Target,
        wanted: &str,
        count: usize,
    ) -> Result<(), Error> {
        // Another site can make a browser send a request that the person never tried to make.
        if caller.visit.is_led_here {
            tracing::debug!(person = %caller.id, wanted, "another site has led to what was refused");
            return Ok(());
        }
        if self.has_noted.as_ref().is_some_and(|noted| noted.swap(true, Ordering::Relaxed)) {
            return Ok(());
        }
        if !self.throttle.is_refusal_worth_a_line(&caller.id.to_string()) {
            tracing::warn!(person = %caller.id, wanted, "refused, and not noted: the audit log has enough of it");
            return Ok(());
        }
        let event = self.event(caller, EventKind::Refused);
        let event = if count > 1 { event.with(&json!({ "count": count })) } else { event };
        let event = match about {
            Target::Nothing => event.with(&json!({ "wanted": wanted })),
            Target::Token(id) => event.on_token(id).with(&json!({ "wanted": wanted, "token": id })),
            Target::Person(id) => event.on_person(id).with(&json!({ "wanted": wanted, "person": id })),
        };
        Ok(self.store.record(&event).await?)
    }
}
