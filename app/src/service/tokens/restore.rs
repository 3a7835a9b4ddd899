//! Bringing deleted tokens back. Restoring is a rotation: the record lives again, its old secrets stay dead, and it
//! gets a new one.
//!
//! Deleting a token gave its power back, so restoring gives it anew, under the rules of today. A permission that can no
//! longer be given stays behind, and an end that the rule forbids is chosen anew, unless an admin leaves it. Only an
//! admin brings back what an admin has deleted. An end that has passed does not keep a token from coming back: editing
//! is the way on, as for every other token that has ended.

use crate::domain::{
    Caller, Catalogue, Created, DeletedPage, DeletedRow, DeletedToken, Error, EventKind, Field, PAGE_ROWS,
    Permission, PermissionSet, Person, PersonStatus, Power, READ_TOKENS, RestorePrompt, Right, Target,
    Timestamp, Token, TokenForm, TokenId, TokenName, Undo, Workspace, may,
};
use crate::service::{
    KeyDigest, Restoration, Service, StoreError,
    people::manage::parse_cursor,
    tokens::manage::{check_expiry, name_key},
};
use serde_json::json;

/// The facts about a token before it is restored.
struct ToRestore {
    deleted: DeletedToken,
    owner: Person,
    /// Is the owner an account that was deleted?
    is_owner_gone: bool,
    catalogue: Catalogue,
    /// Permissions that it had and that cannot be given any more.
    dropped: PermissionSet,
    /// The rule that its end would break, if it were made now.
    broken_rule: Option<String>,
    /// Set where that end cannot stay: the last day that can be chosen, or empty.
    asks_end: Option<String>,
    /// Tokens that were deleted after this can be restored now.
    since: Timestamp,
    now: Timestamp,
}

/// Whether a token can be restored.
enum Found {
    Yes(Box<ToRestore>),
    /// Its time is over, or it is live.
    No(Undo),
}

/// The outcome of restoring a token.
#[derive(Clone, Debug)]
pub enum Restored {
    Done(Box<Created>),
    /// There is nothing to restore: its time is over, or it is live.
    Not(Undo),
}

impl ToRestore {
    fn kept(&self) -> PermissionSet {
        self.deleted.token.permissions.without(&self.dropped)
    }

    fn into_prompt(self) -> RestorePrompt {
        let kept = self.kept();
        let Self { deleted, owner, is_owner_gone, catalogue, dropped, broken_rule, asks_end, now, .. } = self;
        let another_name = deleted.another_name();
        let DeletedToken { token, deleted_at, deleted_by, is_name_taken } = deleted;
        let stays = |rule: &String| format!("{rule} This token was made before, and may stay as it is.");
        let rule = broken_rule.as_ref().filter(|_| asks_end.is_none()).map(stays);
        let held = token.held_in_words().map(|held| held + ".");
        let of_owner = caution_of_owner(&owner, is_owner_gone);
        let cautions = [token.why_no_secret_works(now), held, without(&dropped, &kept), rule, of_owner];
        RestorePrompt {
            id: token.id,
            name: token.name,
            owner: owner.name,
            secret_hint: token.secret_hint,
            deleted_at,
            deleted_by: deleted_by.name,
            is_whole: dropped.is_empty(),
            able: kept.in_words(&catalogue),
            cautions: cautions.into_iter().flatten().collect(),
            is_name_taken,
            another_name,
            asks_end,
            expiry_rule: broken_rule.unwrap_or_default(),
        }
    }
}

/// The caution about permissions that it does not get back.
fn without(dropped: &PermissionSet, kept: &PermissionSet) -> Option<String> {
    let names: Vec<&str> = dropped.iter().map(Permission::as_str).collect();
    (!names.is_empty()).then(|| {
        let then = if kept.is_empty() { " It can do nothing until somebody edits it." } else { "" };
        format!(
            "It comes back without permissions that can no longer be granted: {}.{then}",
            names.join(", ")
        )
    })
}

/// The caution about an owner whose tokens do not work, whatever the state of the tokens is.
fn caution_of_owner(owner: &Person, is_gone: bool) -> Option<String> {
    let name = owner.name.as_str();
    if is_gone {
        return Some(format!(
            "{name} was deleted, and no token of a deleted account works: transfer this one."
        ));
    }
    if owner.status == PersonStatus::Disabled {
        return Some(format!(
            "{name} is disabled, and so are all of their tokens: transfer this one, or enable {name}."
        ));
    }
    (!may(owner.role, Right::ManageOwnTokens))
        .then(|| format!("{name} is a {} now, whose tokens can do nothing: transfer this one.", owner.role))
}

impl Service {
    /// The tokens that exist for the caller and can be restored, the last to be deleted first.
    pub async fn deleted_tokens(&self, caller: &Caller, cursor: Option<&str>) -> Result<DeletedPage, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let cursor = parse_cursor(cursor)?;
        let workspace = self.workspace().await?;
        let may_undo_admins = caller.require(Right::ManageAllTokens).is_ok();
        let (mut rows, mut next, mut previous) = (Vec::new(), None, None);
        if let Some(since) = workspace.undo_since(self.clock.now()) {
            let reading = self.reading(caller).await?;
            let page = reading.deleted_tokens(caller.scope(), since, &cursor, PAGE_ROWS).await;
            let page = page?;
            (next, previous) = (page.next.map(|c| c.to_string()), page.previous.map(|c| c.to_string()));
            let row = |DeletedToken { token, deleted_at, deleted_by, .. }| DeletedRow {
                id: token.id,
                name: token.name,
                description: token.description,
                secret_hint: token.secret_hint,
                owner: token.owner.name,
                deleted_at,
                is_held: deleted_by.is_admin && !may_undo_admins,
                deleted_by: deleted_by.name,
                until: workspace.undo_until(deleted_at),
            };
            rows = page.items.into_iter().map(row).collect();
        }
        Ok(DeletedPage { rows, next, previous, undo_days: workspace.undo_days })
    }

    /// For the prompt.
    pub async fn restore_prompt(&self, caller: &Caller, id: TokenId) -> Result<Undo, Error> {
        Ok(match self.to_restore(caller, id).await? {
            Found::Yes(about) => Undo::Ask(Box::new(about.into_prompt())),
            Found::No(undo) => undo,
        })
    }

    /// A token that never existed and one outside the caller's scope give the same answer.
    async fn to_restore(&self, caller: &Caller, id: TokenId) -> Result<Found, Error> {
        let deleted = match self.store.deleted_token(id, caller.scope()).await.map_err(Error::from) {
            Ok(deleted) => deleted,
            Err(Error::NotFound) => {
                let Token { id, name, .. } = self.token_to_manage(caller, id).await?;
                return Ok(Found::No(Undo::Live { id, name }));
            }
            Err(other) => return Err(other),
        };
        self.may_manage(caller, &deleted.token).await?;
        let (workspace, now) = (self.workspace().await?, self.clock.now());
        let Some(since) = workspace.undo_since(now).filter(|since| deleted.deleted_at > *since) else {
            let DeletedToken { token, deleted_at, .. } = deleted;
            return Ok(Found::No(Undo::Over {
                name: token.name,
                deleted_at,
                undo_days: workspace.undo_days,
            }));
        };
        self.may_begin_again(caller, id, deleted.held_in_words()).await?;
        let is_allowed = workspace.policy.allows(deleted.token.expires_at, now);
        let broken_rule = workspace.policy.in_words(now).filter(|_| !is_allowed);
        let may_stay = is_allowed || caller.require(Right::ManageAllTokens).is_ok();
        let last_day = || workspace.policy.latest_end(now).and_then(Timestamp::ended_day).unwrap_or_default();
        let asks_end = (!may_stay).then(last_day);
        let owner = self.store.owner(deleted.token.owner.id).await?;
        let is_owner_gone = match self.store.account(owner.id).await {
            Err(StoreError::NoSuchAccount) => true,
            other => other.map(|_| false)?,
        };
        let reach = self.store.reach(owner.id).await?;
        let catalogue = self.grantable(caller).await?;
        let beyond = reach.beyond(&deleted.token.permissions);
        let gone = |permission: &&Permission| !catalogue.contains(permission) || beyond.contains(permission);
        let dropped = deleted.token.permissions.iter().filter(gone).cloned().collect();
        let about = ToRestore {
            deleted,
            owner,
            is_owner_gone,
            catalogue,
            dropped,
            broken_rule,
            asks_end,
            since,
            now,
        };
        Ok(Found::Yes(Box::new(about)))
    }

    /// Brings a token back, under another name if one is given, and with another end where its own cannot stay. Its new
    /// secret is in this answer and nowhere else.
    pub async fn restore_token(
        &self,
        caller: &Caller,
        id: TokenId,
        name: Option<&str>,
        end: Option<&str>,
    ) -> Result<Restored, Error> {
        let about = match self.to_restore(caller, id).await? {
            Found::Yes(about) => *about,
            Found::No(undo) => return Ok(Restored::Not(undo)),
        };
        let kept = about.kept();
        let ToRestore { mut deleted, since, dropped, asks_end, .. } = about;
        deleted.token.permissions = kept;
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
        let token = match self.store.restore_token(&restoration, &event).await {
            Err(StoreError::NameTaken) => {
                return Err(self.name_taken(deleted.token.owner.id, &restoration.name_key).await);
            }
            restored => restored?,
        };
        Ok(Restored::Done(Box::new(Created { token, secret: secret.reveal() })))
    }
}

/// The end of a restored token, chosen as for a new one.
fn chosen_end(typed: &str, workspace: &Workspace, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    let form = TokenForm { expires_at: Some(typed.to_owned()), ..TokenForm::default() };
    let end = form.parse_expiry().map_err(|wrong| Error::Invalid { errors: vec![wrong] })?;
    check_expiry(end, None, now)?;
    workspace.policy.check(end, now)?;
    Ok(end)
}
