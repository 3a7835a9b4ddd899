//! Disabling a token, and enabling it again: what an admin has disabled, only an admin enables.

use crate::domain::{Caller, Error, EventKind, Power, Right, Target, ToDisable, Token, TokenId};
use crate::service::{
    DisabledChange, IdempotencyKey, Service, Terms, authorize::ender, tokens::idempotency::ChangeRequest,
};
use serde_json::json;

impl Service {
    /// For the prompts.
    pub async fn disable_prompt(&self, caller: &Caller, id: TokenId) -> Result<ToDisable, Error> {
        let token = self.token_to_manage(caller, id).await?;
        let recent_use = self.recent_use(caller, &token).await?;
        let also_made = self.also_made(caller, id, "disable").await?;
        let may_all = caller.require(Right::ManageAllTokens).is_ok();
        let is_held = token.held_in_words().is_some() && !may_all;
        let would_hold = may_all && caller.id != token.owner.id && !token.disabled_by.is_admin;
        Ok(ToDisable { token, recent_use, also_made, is_held, would_hold })
    }

    /// Disables or enables a token, if it still has this version; without one, whichever it has. If it is so already,
    /// nothing changes.
    pub async fn set_disabled(
        &self,
        caller: &Caller,
        id: TokenId,
        version: Option<i64>,
        is_disabled: bool,
    ) -> Result<Token, Error> {
        let current = self.token_to_manage(caller, id).await?;
        self.set_disabled_found(caller, current, version, is_disabled, None).await
    }

    /// Disables or enables a token on these terms.
    pub async fn set_disabled_on(
        &self,
        caller: &Caller,
        id: TokenId,
        terms: &Terms<'_>,
        is_disabled: bool,
    ) -> Result<Token, Error> {
        let asked = ChangeRequest::SetDisabled { token: id, is_disabled };
        let change = |current: Token, once| {
            let version = terms.if_match.version_of(&current);
            self.set_disabled_found(caller, current, version, is_disabled, once)
        };
        match self.change_on_terms(caller, id, terms, &asked, change).await? {
            Ok(token) => Ok(token),
            Err(id) => self.find_token(caller, id).await,
        }
    }

    /// Disables or enables a token that the caller may change.
    pub(in crate::service) async fn set_disabled_found(
        &self,
        caller: &Caller,
        current: Token,
        version: Option<i64>,
        is_disabled: bool,
        once: Option<IdempotencyKey>,
    ) -> Result<Token, Error> {
        let by = ender(caller, current.owner.id);
        // A token that its owner has disabled is held, too, once an admin disables it.
        let holds = is_disabled && by.is_admin && !current.disabled_by.is_admin;
        if current.disabled_at.is_some() == is_disabled && !holds {
            return self.note_done(once.as_ref(), current.id).await.map(|()| current);
        }
        if version.is_some_and(|version| version != current.version) {
            return Err(self.conflict(caller, current).await);
        }
        // Enabling a token gives it its power. The version is checked, so that nobody who disables it meanwhile is
        // undone unseen.
        let version = if is_disabled { version } else { Some(current.version) };
        if !is_disabled && current.exposed.is_some() {
            return Err(Error::Exposed);
        }
        if !is_disabled {
            self.may_begin_again(caller, current.id, current.held_in_words()).await?;
            self.may_give(caller, Some(&Power::of(&current)), Target::Token(current.id)).await?;
        }
        let kind = if is_disabled { EventKind::TokenDisabled } else { EventKind::TokenEnabled };
        let id = current.id;
        let event = self.event(caller, kind).on_token(id).with(&json!({ "name": current.name }));
        let change =
            DisabledChange { id, scope: caller.reach(), version, is_disabled, by, at: event.at, once };
        Ok(self.store.set_disabled(&change, &event).await?)
    }
}
