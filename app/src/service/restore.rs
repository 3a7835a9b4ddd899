//! Bringing deleted tokens back. Restoring is a rotation: the record lives again with all that it had, its old secrets stay
//! dead, and it gets a new one.
//!
//! An end that has passed meanwhile, or that a newer rule would not allow, keeps nothing from coming back: the token
//! returns as it was, what is the matter with it is said before, and Edit is the way on, as it is for every other
//! token that has ended.

use super::{KeyDigest, Restoration, Service, hide_cause, people::parse_cursor, tokens::name_key};
use crate::domain::{
    Caller, Catalogue, Created, DeletedToken, Error, EventKind, Field, PAGE_ROWS, Person, Power, READ_TOKENS,
    Right, Target, Timestamp, Token, TokenId, TokenName, Workspace,
};
use serde_json::json;

/// One page of tokens that can be brought back.
#[derive(Clone, Debug)]
pub struct DeletedPage {
    pub tokens: Vec<DeletedToken>,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// It says for how long.
    pub workspace: Workspace,
    /// Why the caller can bring none of them back; nothing when they can.
    pub why_not: Option<&'static str>,
}

/// What is to be known before a token is brought back.
#[derive(Clone, Debug)]
pub struct ToRestore {
    pub deleted: DeletedToken,
    pub owner: Person,
    pub catalogue: Catalogue,
    /// The rule that it would break, if it were made now.
    pub broken_rule: Option<String>,
    /// What can be brought back now was deleted after this.
    since: Timestamp,
    pub now: Timestamp,
}

/// How it stands about bringing one back.
#[derive(Clone, Debug)]
pub enum Undo {
    Ask(Box<ToRestore>),
    /// Its time is over.
    Over(Box<DeletedToken>, Box<Workspace>),
    /// It is live.
    Back(Box<Token>),
}

/// How it went.
#[derive(Clone, Debug)]
pub enum Restored {
    Done(Box<Created>),
    /// There is nothing to bring back, and this is why.
    Not(Undo),
}

impl Service {
    /// The tokens that exist for the caller and can be brought back, the last to be deleted first.
    pub async fn deleted_tokens(&self, caller: &Caller, cursor: Option<&str>) -> Result<DeletedPage, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let cursor = parse_cursor(cursor)?;
        let workspace = self.workspace().await?;
        let why_not = caller.role.why_not(Right::ManageOwnTokens);
        let Some(since) = workspace.undo_since(self.clock.now()) else {
            return Ok(DeletedPage { tokens: Vec::new(), next: None, previous: None, workspace, why_not });
        };
        let page = self.store.deleted_tokens(caller.scope(), since, &cursor, PAGE_ROWS).await;
        let page = page.map_err(hide_cause)?;
        let (next, previous) = (page.next.map(|c| c.to_string()), page.previous.map(|c| c.to_string()));
        Ok(DeletedPage { tokens: page.items, next, previous, workspace, why_not })
    }

    /// For the prompt. What was never deleted, or is nobody's business, is told apart from neither.
    pub async fn restore_prompt(&self, caller: &Caller, id: TokenId) -> Result<Undo, Error> {
        let deleted = match self.store.deleted_token(id, caller.scope()).await.map_err(hide_cause) {
            Ok(deleted) => deleted,
            Err(Error::NotFound) => return Ok(Undo::Back(Box::new(self.token_to_manage(caller, id).await?))),
            Err(other) => return Err(other),
        };
        self.may_manage(caller, &deleted.token).await?;
        let (workspace, now) = (self.workspace().await?, self.clock.now());
        let Some(since) = workspace.undo_since(now).filter(|since| deleted.deleted_at > *since) else {
            return Ok(Undo::Over(Box::new(deleted), Box::new(workspace)));
        };
        let is_allowed = workspace.policy.allows(deleted.token.expires_at, now);
        let broken_rule = workspace.policy.in_words(now).filter(|_| !is_allowed);
        let owner = self.store.person(deleted.token.owner.id).await.map_err(hide_cause)?;
        let catalogue = self.grantable(caller).await?;
        Ok(Undo::Ask(Box::new(ToRestore { deleted, owner, catalogue, broken_rule, since, now })))
    }

    /// Brings a token back, under another name if one is said. Its new secret is in this answer and nowhere else.
    pub async fn restore_token(
        &self,
        caller: &Caller,
        id: TokenId,
        name: Option<&str>,
    ) -> Result<Restored, Error> {
        let ToRestore { deleted, since, .. } = match self.restore_prompt(caller, id).await? {
            Undo::Ask(about) => *about,
            other => return Ok(Restored::Not(other)),
        };
        self.may_give(caller, Some(&Power::of(&deleted.token)), Target::Token(id)).await?;
        let before = deleted.token.name;
        let name = match name {
            None => before.clone(),
            Some(text) => {
                TokenName::parse(text).map_err(|e| Error::field(Field::Name, e.code(), e.to_string()))?
            }
        };
        let secret = self.new_secret(&self.workspace().await?)?;
        let mut details = json!({ "name": name });
        if name != before {
            details["was_named"] = json!(before);
        }
        let event = self.event(caller, EventKind::TokenRestored).on_token(id).with(&details);
        let restoration = Restoration {
            id,
            scope: caller.reach(),
            since,
            name_key: name_key(&name),
            name,
            digest: KeyDigest::of(secret.expose_bytes()),
            hint: secret.hint(),
            at: event.at,
        };
        let token = self.store.restore_token(&restoration, &event).await.map_err(hide_cause)?;
        Ok(Restored::Done(Box::new(Created { token, secret: secret.reveal() })))
    }
}
