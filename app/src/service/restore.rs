//! Bringing deleted tokens back. Restoring is a rotation: the record lives again, its old secrets stay dead, and it gets
//! a new one.
//!
//! Deleting a token gave its power back, so restoring gives it anew, as everything is given today: a permission that
//! cannot be given any more stays behind, and an end that the rule forbids is chosen anew, unless an admin leaves it.
//! What an admin has deleted is brought back by an admin. An end that has passed keeps nothing from coming back: Edit
//! is the way on, as for every other token that has ended.

use super::{
    KeyDigest, Restoration, Service, hide_cause,
    people::parse_cursor,
    tokens::{check_expiry, name_key},
};
use crate::domain::{
    Caller, Catalogue, Created, DeletedToken, Error, EventKind, Field, PAGE_ROWS, Permission, PermissionSet,
    Person, Power, READ_TOKENS, Right, Target, Timestamp, Token, TokenForm, TokenId, TokenName, Workspace,
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
    /// May they bring back what an admin has deleted?
    pub may_undo_admins: bool,
}

/// What is to be known before a token is brought back.
#[derive(Clone, Debug)]
pub struct ToRestore {
    pub deleted: DeletedToken,
    pub owner: Person,
    pub catalogue: Catalogue,
    /// What it had and cannot be given any more.
    pub dropped: PermissionSet,
    /// The rule that its end would break, if it were made now.
    pub broken_rule: Option<String>,
    /// Where that end cannot stay: the last day that can be chosen, or nothing.
    pub asks_end: Option<String>,
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
        let may_undo_admins = caller.require(Right::ManageAllTokens).is_ok();
        let (mut tokens, mut next, mut previous) = (Vec::new(), None, None);
        if let Some(since) = workspace.undo_since(self.clock.now()) {
            let reading = self.reading(caller).await?;
            let page = reading.deleted_tokens(caller.scope(), since, &cursor, PAGE_ROWS).await;
            let page = page.map_err(hide_cause)?;
            (next, previous) = (page.next.map(|c| c.to_string()), page.previous.map(|c| c.to_string()));
            tokens = page.items;
        }
        Ok(DeletedPage { tokens, next, previous, workspace, why_not, may_undo_admins })
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
        self.may_begin_again(caller, id, deleted.held_in_words()).await?;
        let is_allowed = workspace.policy.allows(deleted.token.expires_at, now);
        let broken_rule = workspace.policy.in_words(now).filter(|_| !is_allowed);
        let may_stay = is_allowed || caller.require(Right::ManageAllTokens).is_ok();
        let last_day = || workspace.policy.latest_end(now).and_then(Timestamp::ended_day).unwrap_or_default();
        let asks_end = (!may_stay).then(last_day);
        let owner = self.store.person(deleted.token.owner.id).await.map_err(hide_cause)?;
        let catalogue = self.grantable(caller).await?;
        let gone = |permission: &&Permission| !catalogue.contains(permission);
        let dropped = deleted.token.permissions.iter().filter(gone).cloned().collect();
        let about = ToRestore { deleted, owner, catalogue, dropped, broken_rule, asks_end, since, now };
        Ok(Undo::Ask(Box::new(about)))
    }

    /// Brings a token back, under another name if one is said, and with another end where its own cannot stay. Its new
    /// secret is in this answer and nowhere else.
    pub async fn restore_token(
        &self,
        caller: &Caller,
        id: TokenId,
        name: Option<&str>,
        end: Option<&str>,
    ) -> Result<Restored, Error> {
        let ToRestore { mut deleted, since, dropped, asks_end, .. } =
            match self.restore_prompt(caller, id).await? {
                Undo::Ask(about) => *about,
                other => return Ok(Restored::Not(other)),
            };
        let kept = deleted.token.permissions.iter().filter(|permission| !dropped.contains(permission));
        deleted.token.permissions = kept.cloned().collect();
        let workspace = self.workspace().await?;
        if asks_end.is_some() {
            deleted.token.expires_at = chosen_end(end.unwrap_or_default(), &workspace, self.clock.now())?;
        }
        self.may_give(caller, Some(&Power::of(&deleted.token)), Target::Token(id)).await?;
        let before = deleted.token.name.clone();
        let name = match name {
            None => before.clone(),
            Some(text) => {
                TokenName::parse(text).map_err(|e| Error::field(Field::Name, e.code(), e.to_string()))?
            }
        };
        self.require_fresh_to_reveal(caller, &deleted.token).await?;
        let secret = self.new_secret(&workspace)?;
        let mut details = json!({ "name": name });
        if !dropped.is_empty() {
            details["without"] = json!(dropped);
        }
        if asks_end.is_some() {
            details["expires_at"] = json!(deleted.token.expires_at.map(|end| end.to_string()));
        }
        if name != before {
            details["was_named"] = json!(before);
        }
        let event = self.event(caller, EventKind::TokenRestored).on_token(id).with(&details);
        let restoration = Restoration {
            id,
            scope: caller.reach(),
            since,
            version: deleted.token.version,
            permissions: deleted.token.permissions,
            expires_at: deleted.token.expires_at,
            most: self.tokens_per_person,
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

/// The end of what comes back, chosen as for a new token.
fn chosen_end(typed: &str, workspace: &Workspace, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    let form = TokenForm { expires_at: Some(typed.to_owned()), ..TokenForm::default() };
    let end = form.parse_expiry().map_err(|wrong| Error::Invalid { errors: vec![wrong] })?;
    check_expiry(end, None, now)?;
    workspace.policy.check(end, now)?;
    Ok(end)
}
