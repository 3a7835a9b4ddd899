//! The pause of a token, which can be ended again: one that an admin has begun by an admin.

use super::{Service, TokenPause, by::ender, hide_cause, tokens::may_give};
use crate::domain::{Caller, Error, EventKind, Token, TokenId};
use serde_json::json;

impl Service {
    /// For the prompt: the token, and what it was used for lately, in words.
    pub async fn pause_prompt(&self, caller: &Caller, id: TokenId) -> Result<(Token, String), Error> {
        let token = self.token_to_manage(caller, id).await?;
        let recent_use = self.recent_use(&token).await?;
        Ok((token, recent_use))
    }

    /// Pauses a token, or lets it go on. What it is already changes nothing.
    pub async fn pause_token(&self, caller: &Caller, id: TokenId, is_disabled: bool) -> Result<Token, Error> {
        self.pause_token_at(caller, id, None, is_disabled).await
    }

    /// The same, if the token still has this version; without one, whichever it has.
    pub async fn pause_token_at(
        &self,
        caller: &Caller,
        id: TokenId,
        version: Option<i64>,
        is_disabled: bool,
    ) -> Result<Token, Error> {
        let current = self.token_to_manage(caller, id).await?;
        self.pause_found(caller, current, version, is_disabled).await
    }

    /// The same with a token that the caller may change.
    pub(super) async fn pause_found(
        &self,
        caller: &Caller,
        current: Token,
        version: Option<i64>,
        is_disabled: bool,
    ) -> Result<Token, Error> {
        let by = ender(caller, current.owner.id);
        // An admin who disables what its owner has disabled already holds it, too.
        let holds = is_disabled && by.is_admin && !current.disabled_by.is_admin;
        if current.disabled_at.is_some() == is_disabled && !holds {
            return Ok(current);
        }
        if version.is_some_and(|version| version != current.version) {
            return Err(Error::Conflict { current: Box::new(current) });
        }
        // Letting one go on is giving its power. Whoever disables it meanwhile is not to be undone unseen.
        let version = if is_disabled { version } else { Some(current.version) };
        if !is_disabled {
            self.may_begin_again(caller, current.id, current.held_in_words()).await?;
            may_give(caller, &current.permissions)?;
        }
        let kind = if is_disabled { EventKind::TokenDisabled } else { EventKind::TokenEnabled };
        let id = current.id;
        let event = self.event(caller, kind).on_token(id).with(&json!({ "name": current.name }));
        let pause = TokenPause { id, scope: caller.scope(), version, is_disabled, by, at: event.at };
        self.store.pause_token(&pause, &event).await.map_err(hide_cause)
    }
}
