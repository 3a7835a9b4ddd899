//! Creating, reading, editing and deleting tokens.

use super::{
    KeyDigest, NewToken, Service, StoreError, TokenChange, TokenRemoval, crypto, hide_cause,
    people::parse_cursor,
};
use crate::domain::{
    COUNT_MAX, Caller, Created, Error, EventKind, Field, PAGE_ROWS, PermissionSet, PromptData, Right, Scope,
    Target, Token, TokenDetails, TokenForm, TokenId, TokenName, TokenPage,
};
use serde_json::{Value, json};

impl Service {
    /// One page of the live tokens that exist for the caller, the newest first. A cursor comes from an earlier
    /// page, or is `None`.
    pub async fn tokens(&self, caller: &Caller, cursor: Option<&str>) -> Result<TokenPage, Error> {
        let (scope, cursor) = (caller.scope(), parse_cursor(cursor)?);
        let page = self.store.tokens(scope, &cursor, PAGE_ROWS).await.map_err(hide_cause)?;
        let count = self.store.count_tokens(scope, COUNT_MAX + 1).await.map_err(hide_cause)?;
        Ok(TokenPage::of(page, count))
    }

    pub async fn token(&self, caller: &Caller, id: TokenId) -> Result<Token, Error> {
        match self.store.token(id, caller.scope()).await.map_err(hide_cause) {
            Err(error) => Err(self.missing(caller, Target::Token(id), error).await),
            found => found,
        }
    }

    /// What a prompt needs, about the token with this id or about none. What is no id names no token. Whoever may
    /// not change the token gets no prompt about it.
    pub async fn prompt(&self, caller: &Caller, id: Option<&str>) -> Result<PromptData, Error> {
        let token = match id {
            Some(id) => Some(self.token_to_manage(caller, id.parse()?).await?),
            None => {
                self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
                None
            }
        };
        Ok(PromptData { token, catalogue: self.catalogue().await? })
    }

    /// Makes a token of the caller's and its first secret. The secret is in this answer and nowhere else.
    pub async fn create_token(&self, caller: &Caller, form: &TokenForm) -> Result<Created, Error> {
        self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
        let catalogue = self.catalogue().await?;
        let details = form.parse(&catalogue, &PermissionSet::default())?;
        let at = self.clock.now();
        let secret = crypto::generate_secret(&self.prefix)?;
        let new = NewToken {
            id: TokenId::from_uuid(crypto::generate_id(at)?),
            owner: caller.id,
            name_key: name_key(&details.name),
            digest: KeyDigest::of(secret.expose_bytes()),
            hint: secret.hint(),
            at,
            details,
        };
        let event =
            self.event(caller, EventKind::TokenCreated).on_token(new.id).with(&described(&new.details));
        let token = self.store.insert_token(&new, &event).await.map_err(hide_cause)?;
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
        let current = self.token_to_manage(caller, id).await?;
        if current.version != version {
            return Err(Error::Conflict { current: Box::new(current) });
        }
        let details = form.parse(&self.catalogue().await?, &current.permissions)?;
        if !details.differ_from(&current) {
            return Ok(current);
        }
        let before = TokenDetails {
            name: current.name,
            description: current.description,
            permissions: current.permissions,
        };
        let changes = json!({ "before": described(&before), "after": described(&details) });
        let event = self.event(caller, EventKind::TokenEdited).on_token(id).with(&changes);
        let (scope, name_key) = (caller.scope(), name_key(&details.name));
        let change = TokenChange { id, scope, version, name_key, details, at: event.at };
        self.store.update_token(&change, &event).await.map_err(hide_cause)
    }

    /// Ends a token for good: its secrets are dead when this returns.
    pub async fn delete_token(&self, caller: &Caller, id: TokenId) -> Result<(), Error> {
        let token = self.token_to_manage(caller, id).await?;
        let details = json!({ "name": token.name });
        let event = self.event(caller, EventKind::TokenDeleted).on_token(id).with(&details);
        let removal = TokenRemoval { id, scope: caller.scope(), at: event.at };
        match self.store.delete_token(&removal, &event).await {
            Ok(()) => Ok(()),
            // Deleted by somebody else between the two lines above, the wish is fulfilled all the same; handed over,
            // it is not.
            Err(StoreError::NotFound) => match self.store.token(id, Scope::Everybody).await {
                Err(StoreError::NotFound) => Ok(()),
                Ok(_) => Err(Error::NotFound),
                Err(other) => Err(hide_cause(other)),
            },
            Err(other) => Err(hide_cause(other)),
        }
    }

    /// A token that exists for the caller and that they may change.
    async fn token_to_manage(&self, caller: &Caller, id: TokenId) -> Result<Token, Error> {
        let token = self.token(caller, id).await?;
        let right = if token.owner.id == caller.id { Right::ManageOwnTokens } else { Right::ManageAllTokens };
        self.require(caller, right, Target::Token(id)).await?;
        Ok(token)
    }
}

/// What two names share that a person could take for one another: letter case, accents composed or not, and
/// the look-alikes of Unicode Technical Standard 39 (`skeleton`).
fn name_key(name: &TokenName) -> String {
    let folded = name.as_str().to_lowercase();
    unicode_security::skeleton(&folded).collect::<String>().to_lowercase()
}

pub(super) fn name_taken() -> Error {
    Error::field(
        Field::Name,
        "taken",
        "Another token has this name, or one that looks the same. Choose a different name.",
    )
}

fn described(details: &TokenDetails) -> Value {
    json!({ "name": details.name, "description": details.description, "permissions": details.permissions })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Option<String> {
        TokenName::parse(name).ok().map(|name| name_key(&name))
    }

    #[test]
    fn names_that_look_the_same_share_a_key() {
        let latin = key("Paypal sync");
        assert_eq!(key("paypal SYNC"), latin);
        assert_eq!(key("Pаypаl sync"), latin, "Cyrillic а");
        assert_eq!(key("Ｐaypal sync"), latin, "full-width P");
        assert_eq!(key("Cafe\u{301}"), key("Café"), "composed or not");
    }

    #[test]
    fn names_that_look_different_keep_their_own_key() {
        assert_ne!(key("Billing sync"), key("Billing sync 2"));
        assert_ne!(key("Key 10"), key("Key 11"));
        assert_ne!(key("Café"), key("Cafe"));
    }
}
