//! Creating, reading, editing and deleting tokens. Rotating and disabling have files of their own.

use crate::domain::{
    Caller, Catalogue, Created, Error, EventKind, Field, Permission, PermissionSet, PersonId, Power,
    PromptData, READ_TOKENS, RECENT_MS, Right, Role, Scope, Target, Timestamp, Token, TokenDetails,
    TokenForm, TokenId, TokenName, TokenPatch,
};
use crate::service::{
    IdempotencyKey, KeyDigest, NewToken, Service, StoreError, Terms, TokenChange, TokenRemoval,
    accounts::unknown_owner, authorize::ender, crypto, names::look_key, tokens::idempotency::ChangeRequest,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const HOUR_MS: i64 = 60 * 60 * 1_000;

impl Service {
    pub async fn token(&self, caller: &Caller, id: TokenId) -> Result<Token, Error> {
        self.permit(caller, READ_TOKENS).await?;
        self.find_token(caller, id).await
    }

    /// A token that exists for the caller, whether or not they may read it.
    pub(in crate::service) async fn find_token(&self, caller: &Caller, id: TokenId) -> Result<Token, Error> {
        match self.store.token(id, caller.scope()).await.map_err(Error::from) {
            Err(error) => Err(self.missing(caller, Target::Token(id), error).await),
            found => found,
        }
    }

    /// The data of a prompt, about the token with this id or about none. An invalid id matches no token. A caller who
    /// may not change the token gets no prompt about it. A copy is a new token, and can be made of any token that
    /// exists for the caller.
    pub async fn prompt(
        &self,
        caller: &Caller,
        id: Option<&str>,
        is_copy: bool,
        owner: Option<&str>,
    ) -> Result<PromptData, Error> {
        let (token, recent_use, also_made) = match id {
            Some(id) if is_copy => {
                self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
                (Some(self.token(caller, id.parse()?).await?), String::new(), String::new())
            }
            Some(id) => {
                let token = self.token_to_manage(caller, id.parse()?).await?;
                let recent_use = self.recent_use(caller, &token).await?;
                let also_made = self.also_made(caller, token.id, "delete").await?;
                (Some(token), recent_use, also_made)
            }
            None => {
                self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
                (None, String::new(), String::new())
            }
        };
        let (now, catalogue) = (self.clock.now(), self.grantable(caller).await?);
        let is_new = is_copy || token.is_none();
        let owners = if is_new { self.owners_of_new(caller, owner).await? } else { Vec::new() };
        let givers = match &token {
            Some(token) if !is_new => vec![token.owner.id],
            _ => owners.iter().map(|owner| owner.id).collect(),
        };
        let beyond = self.beyond_all(&givers, &catalogue).await?;
        let owner = owners.iter().find(|one| owner == Some(one.id.to_string().as_str()));
        let owner = owner.map(|owner| owner.id.to_string()).unwrap_or_default();
        let current = token.as_ref().filter(|_| !is_copy).map(|token| token.expires_at);
        let workspace = self.workspace().await?;
        let expiry_rule = workspace.policy.beside_the_field(current, now);
        let when_deleted = workspace.when_deleted(true);
        let token = token.map(|token| if is_copy { to_begin_with(token, &catalogue, now) } else { token });
        Ok(PromptData {
            token,
            catalogue,
            beyond,
            owners,
            owner,
            recent_use,
            expiry_rule,
            when_deleted,
            also_made,
        })
    }

    /// The recent uses of a token, as a text to show.
    pub(in crate::service) async fn recent_use(
        &self,
        caller: &Caller,
        token: &Token,
    ) -> Result<String, Error> {
        Ok(self.recent_uses(caller, std::slice::from_ref(token)).await?.pop().unwrap_or_default())
    }

    /// [`Self::recent_use`] for each of several tokens.
    pub(in crate::service) async fn recent_uses(
        &self,
        caller: &Caller,
        tokens: &[Token],
    ) -> Result<Vec<String>, Error> {
        let (now, ids) = (self.clock.now(), tokens.iter().map(|token| token.id).collect::<Vec<_>>());
        // Uses are counted by the hour, and the first hour may have begun before.
        let after = Timestamp::from_millis(now.as_millis() - RECENT_MS - HOUR_MS);
        let recent = self.reading(caller).await?.recent_uses(&ids, after).await;
        let mut recent = recent?;
        let in_words = |token: &Token| {
            let last = token.last_used.as_ref().map(|used| used.at);
            recent.remove(&token.id).unwrap_or_default().in_words(last, now)
        };
        Ok(tokens.iter().map(in_words).collect())
    }

    /// Makes a token for the caller, with its first secret. The secret is in this answer and nowhere else.
    pub async fn create_token(&self, caller: &Caller, form: &TokenForm) -> Result<Created, Error> {
        self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
        self.make_token(caller, form, None).await
    }

    /// [`Self::create_token`] for a caller whose right is checked already.
    pub(in crate::service) async fn make_token(
        &self,
        caller: &Caller,
        form: &TokenForm,
        once: Option<IdempotencyKey>,
    ) -> Result<Created, Error> {
        let owner = self.chosen_owner(caller, form.owner.as_deref()).await?;
        let details = form.parse(&self.grantable(caller).await?, &PermissionSet::default())?;
        self.may_give(caller, Some(&Power::in_details(&details)), Target::Nothing).await?;
        self.owner_may_give(caller, owner, &details.permissions, Target::Nothing).await?;
        let at = self.clock.now();
        let workspace = self.workspace().await?;
        check_expiry(details.expires_at, None, at)?;
        workspace.policy.check(details.expires_at, at)?;
        if details.permissions.iter().any(Permission::is_own) {
            self.require_fresh(caller, Target::Nothing).await?;
        }
        let secret = self.new_secret(&workspace)?;
        let new = NewToken {
            id: TokenId::from_uuid(crypto::generate_id(at)?),
            owner,
            parent: caller.token(),
            name_key: name_key(&details.name),
            digest: KeyDigest::of(secret.expose_bytes()),
            hint: secret.hint(),
            at,
            most: self.tokens_per_person,
            details,
            once,
        };
        let event =
            self.event(caller, EventKind::TokenCreated).on_token(new.id).with(&described(&new.details));
        let token = match self.store.insert_token(&new, caller.reach(), &event).await {
            Err(StoreError::NoSuchAccount) => return Err(unknown_owner()),
            Err(StoreError::NameTaken) => return Err(self.name_taken(new.owner, &new.name_key).await),
            made => made?,
        };
        Ok(Created { token, secret: secret.reveal() })
    }

    /// Saves an edit that began from `version`. Saving what is already there changes nothing.
    pub async fn edit_token(
        &self,
        caller: &Caller,
        id: TokenId,
        version: i64,
        form: &TokenForm,
    ) -> Result<Token, Error> {
        // A token gets another owner by being handed over.
        if form.owner.is_some() {
            return Err(Error::Malformed);
        }
        let current = self.token_to_manage(caller, id).await?;
        if current.version != version {
            return Err(self.conflict(caller, current).await);
        }
        self.edit_found(caller, current, form, None).await
    }

    /// Saves an edit of a token that the caller may change, if it still has the version of `current`.
    async fn edit_found(
        &self,
        caller: &Caller,
        current: Token,
        form: &TokenForm,
        once: Option<IdempotencyKey>,
    ) -> Result<Token, Error> {
        let (id, version) = (current.id, current.version);
        let form = form.clone().completed_from(&current);
        let details = form.parse(&self.grantable(caller).await?, &current.permissions)?;
        let gained = Power::gained(&current, &details);
        self.may_give(caller, gained.as_ref(), Target::Token(id)).await?;
        let new = details.permissions.without(&current.permissions);
        self.owner_may_give(caller, current.owner.id, &new, Target::Token(id)).await?;
        let now = self.clock.now();
        check_expiry(details.expires_at, current.expires_at, now)?;
        // An end that was chosen before the rule stays until somebody changes it: a stricter rule must not keep anybody
        // from renaming a token or taking a permission away from it.
        if details.expires_at != current.expires_at {
            self.workspace().await?.policy.check(details.expires_at, now)?;
        }
        if !details.differ_from(&current) {
            return self.note_done(once.as_ref(), id).await.map(|()| current);
        }
        if gained.is_some() && details.permissions.iter().any(Permission::is_own) {
            self.require_fresh(caller, Target::Token(id)).await?;
        }
        let (mut before, mut after) = (described(&TokenDetails::of(&current)), described(&details));
        if current.metadata == details.metadata {
            // There may be much of it, and it is not what changed.
            for side in [&mut before, &mut after] {
                side.as_object_mut().and_then(|side| side.remove("metadata"));
            }
        }
        let changes = json!({ "before": before, "after": after });
        let event = self.event(caller, EventKind::TokenEdited).on_token(id).with(&changes);
        let (scope, owner, name_key) = (caller.reach(), current.owner.id, name_key(&details.name));
        let change = TokenChange { id, scope, version, name_key, details, at: event.at, once };
        match self.store.update_token(&change, &event).await {
            Err(StoreError::NameTaken) => Err(self.name_taken(owner, &change.name_key).await),
            saved => Ok(saved?),
        }
    }

    /// Saves a change of some details; the others stay as they are.
    pub async fn patch_token(
        &self,
        caller: &Caller,
        id: TokenId,
        terms: &Terms<'_>,
        patch: TokenPatch,
    ) -> Result<Token, Error> {
        let asked = ChangeRequest::Edit { edit: id, patch: &patch };
        let edit = |current: Token, once| {
            let form = patch.clone().applied_to(&current);
            async move { self.edit_found(caller, current, &form, once).await }
        };
        match self.change_on_terms(caller, id, terms, &asked, edit).await? {
            Ok(token) => Ok(token),
            Err(id) => self.find_token(caller, id).await,
        }
    }

    /// Says which token has the name: one that looks the same may be hard to find.
    pub(in crate::service) async fn name_taken(&self, owner: PersonId, key: &str) -> Error {
        match self.store.token_named(owner, key).await {
            Ok(Some(Token { name, secret_hint, .. })) => {
                name_taken(&format!(" It is “{}” ({secret_hint}).", name.as_str()))
            }
            _ => name_taken(""),
        }
    }

    /// The permissions that this caller can give to a token. Only admins give Tokenry's own.
    pub async fn grantable(&self, caller: &Caller) -> Result<Catalogue, Error> {
        let catalogue = self.catalogue().await?;
        Ok(if caller.role == Role::Admin { catalogue.with_own() } else { catalogue })
    }

    /// Deletes a token: its secrets are dead when this returns, and stay so. Its record can be brought back for a
    /// while.
    pub async fn delete_token(&self, caller: &Caller, id: TokenId) -> Result<(), Error> {
        self.delete_token_once(caller, id, &Terms::default()).await
    }

    /// [`Self::delete_token`] on these terms.
    pub async fn delete_token_once(
        &self,
        caller: &Caller,
        id: TokenId,
        terms: &Terms<'_>,
    ) -> Result<(), Error> {
        let delete = |token: Token, once| async move {
            match self.delete_noted(caller, &token, terms.if_match.version_of(&token), once).await {
                // If somebody else deleted it between the lines above, the wish is fulfilled all the same; if somebody
                // handed it over, it is not.
                Err(Error::NotFound) => match self.store.token(id, Scope::Everybody).await {
                    Err(StoreError::NotFound) => Ok(()),
                    Ok(_) => Err(Error::NotFound),
                    Err(other) => Err(other.into()),
                },
                other => other,
            }
        };
        let asked = ChangeRequest::Delete { delete: id };
        self.change_on_terms(caller, id, terms, &asked, delete).await.map(|_| ())
    }

    /// Deletes a token that the caller may change, if it still has this version; without one, whichever it has.
    pub(in crate::service) async fn delete_found(
        &self,
        caller: &Caller,
        token: &Token,
        version: Option<i64>,
    ) -> Result<(), Error> {
        self.delete_noted(caller, token, version, None).await
    }

    async fn delete_noted(
        &self,
        caller: &Caller,
        token: &Token,
        version: Option<i64>,
        once: Option<IdempotencyKey>,
    ) -> Result<(), Error> {
        let (id, details) = (token.id, json!({ "name": token.name }));
        let event = self.event(caller, EventKind::TokenDeleted).on_token(id).with(&details);
        let by = ender(caller, token.owner.id);
        let removal = TokenRemoval { id, scope: caller.reach(), version, by, at: event.at, once };
        Ok(self.store.delete_token(&removal, &event).await?)
    }

    /// A token that exists for the caller and that they may change.
    pub(in crate::service) async fn token_to_manage(
        &self,
        caller: &Caller,
        id: TokenId,
    ) -> Result<Token, Error> {
        let token = self.find_token(caller, id).await?;
        self.may_manage(caller, &token).await?;
        Ok(token)
    }

    pub(in crate::service) async fn may_manage(&self, caller: &Caller, token: &Token) -> Result<(), Error> {
        let is_theirs = token.owner.id == caller.id || self.stewards(caller, token.owner.id).await?;
        let right = if is_theirs { Right::ManageOwnTokens } else { Right::ManageAllTokens };
        self.require(caller, right, Target::Token(token.id)).await
    }
}

/// The values that a copy of a token begins with: no end that has passed, and no permission that the caller cannot
/// give.
fn to_begin_with(token: Token, catalogue: &Catalogue, now: Timestamp) -> Token {
    let given = token.permissions.iter().filter(|permission| catalogue.contains(permission)).cloned();
    Token { permissions: given.collect(), expires_at: token.expires_at.filter(|end| *end > now), ..token }
}

/// An end that has passed may stay on a token, but cannot be chosen.
pub(in crate::service) fn check_expiry(
    wanted: Option<Timestamp>,
    current: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Error> {
    match wanted {
        Some(end) if end <= now && wanted != current => {
            let detail = "This date has passed. Choose a later one, or none.";
            Err(Error::field(Field::ExpiresAt, "past", detail))
        }
        _ => Ok(()),
    }
}

/// The key that no two tokens of one person share.
pub(in crate::service) fn name_key(name: &TokenName) -> String {
    look_key(name.as_str())
}

/// `which` names the other token.
pub(in crate::service) fn name_taken(which: &str) -> Error {
    let detail =
        format!("Another token has this name, or one that looks the same.{which} Choose a different name.");
    Error::field(Field::Name, "taken", detail)
}

pub(in crate::service) fn described(details: &TokenDetails) -> Value {
    json!({
        "name": details.name,
        "description": details.description,
        "permissions": details.permissions,
        "expires_at": details.expires_at.map(|at| at.to_string()),
        "allowed_addresses": details.allowed_addresses.to_string(),
        "rate_limit": details.rate_limit.map(|l| format!("{} in {} s", l.requests, l.per_seconds)),
        "metadata": details.metadata.iter().collect::<BTreeMap<_, _>>(),
    })
}
