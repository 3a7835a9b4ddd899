//! Creating, reading, editing and deleting tokens.

use super::{NewToken, SecretDigest, Service, StoreError, TokenChange, TokenRemoval, crypto, hide_cause};
use crate::domain::{
    COUNT_MAX, Created, Cursor, Error, Event, EventKind, Field, PAGE_ROWS, PermissionSet, PromptData,
    Timestamp, Token, TokenDetails, TokenForm, TokenId, TokenName, TokenPage,
};
use serde_json::{Value, json};

impl Service {
    /// One page of live tokens, the newest first. A cursor comes from an earlier page, or is `None`.
    pub async fn tokens(&self, cursor: Option<&str>) -> Result<TokenPage, Error> {
        let cursor = match cursor {
            None => Cursor::start(),
            Some(text) => text.parse().map_err(|e: crate::domain::CursorError| {
                Error::field(Field::Cursor, "malformed", e.to_string())
            })?,
        };
        let page = self.store.tokens(&cursor, PAGE_ROWS).await.map_err(hide_cause)?;
        let count = self.store.count_tokens(COUNT_MAX + 1).await.map_err(hide_cause)?;
        Ok(TokenPage::of(page, count))
    }

    pub async fn token(&self, id: TokenId) -> Result<Token, Error> {
        self.store.token(id).await.map_err(hide_cause)
    }

    /// What a prompt needs, about the token with this id or about none. What is no id names no token.
    pub async fn prompt(&self, id: Option<&str>) -> Result<PromptData, Error> {
        let token = match id {
            Some(id) => Some(self.token(id.parse()?).await?),
            None => None,
        };
        Ok(PromptData { token, catalogue: self.catalogue().await? })
    }

    /// Makes a token and its first secret. The secret is in this answer and nowhere else.
    pub async fn create_token(&self, form: &TokenForm) -> Result<Created, Error> {
        let catalogue = self.catalogue().await?;
        let details = form.parse(&catalogue, &PermissionSet::default())?;
        let at = self.clock.now();
        let secret = crypto::generate_secret(&self.prefix)?;
        let new = NewToken {
            id: crypto::generate_id(at)?,
            name_key: name_key(&details.name),
            digest: SecretDigest::of(&secret),
            hint: secret.hint(),
            at,
            details,
        };
        let event = event(EventKind::TokenCreated, new.id, at, &described(&new.details));
        let token = self.store.insert_token(&new, &event).await.map_err(hide_cause)?;
        Ok(Created { token, secret: secret.reveal() })
    }

    /// Saves an edit that began from `version`. Saving what is already there changes nothing.
    pub async fn edit_token(&self, id: TokenId, version: i64, form: &TokenForm) -> Result<Token, Error> {
        let current = self.token(id).await?;
        if current.version != version {
            return Err(Error::Conflict { current: Box::new(current) });
        }
        let details = form.parse(&self.catalogue().await?, &current.permissions)?;
        if !details.differ_from(&current) {
            return Ok(current);
        }
        let at = self.clock.now();
        let before = TokenDetails {
            name: current.name,
            description: current.description,
            permissions: current.permissions,
        };
        let event = event(
            EventKind::TokenEdited,
            id,
            at,
            &json!({ "before": described(&before), "after": described(&details) }),
        );
        let change = TokenChange { id, version, name_key: name_key(&details.name), details, at };
        self.store.update_token(&change, &event).await.map_err(hide_cause)
    }

    /// Ends a token for good: its secrets are dead when this returns.
    pub async fn delete_token(&self, id: TokenId) -> Result<(), Error> {
        let at = self.clock.now();
        let token = self.token(id).await?;
        let event = event(EventKind::TokenDeleted, id, at, &json!({ "name": token.name }));
        match self.store.delete_token(&TokenRemoval { id, at }, &event).await {
            Ok(()) => Ok(()),
            // Somebody else deleted it between the two lines above: the wish is fulfilled all the same.
            Err(StoreError::NotFound) => Ok(()),
            Err(other) => Err(hide_cause(other)),
        }
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

fn event(kind: EventKind, token: TokenId, at: Timestamp, details: &Value) -> Event {
    Event { at, kind, token: Some(token), details: details.to_string() }
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
