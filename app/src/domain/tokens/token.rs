//! A token, and the form that makes or changes one.

use crate::domain::{
    AllowedAddresses, Catalogue, Description, EndedBy, Error, Exposure, Field, FieldError, Metadata,
    PERMISSIONS_MAX, Parent, Permission, PermissionSet, PersonId, PersonName, RateLimit, RevealedSecret,
    SecretHint, TOKEN_NAME_CHARS_MAX, Timestamp, TokenId, TokenName,
};
use serde::{Deserialize, Serialize};

/// A token as people see it. It has no field that could hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub id: TokenId,
    pub name: TokenName,
    pub description: Description,
    pub permissions: PermissionSet,
    /// Those of its permissions that its owner may not give now: they have no effect.
    #[serde(default)]
    pub out_of_reach: PermissionSet,
    pub secret_hint: SecretHint,
    pub owner: Owner,
    /// The token that made it, if one did. No prompt shows it, so it is not sent to the browser.
    #[serde(skip)]
    pub parent: Option<Parent>,
    /// The moment at which all of its secrets stop working.
    pub expires_at: Option<Timestamp>,
    /// The moment at which it was disabled.
    pub disabled_at: Option<Timestamp>,
    /// The person who disabled it.
    #[serde(default, skip_serializing_if = "EndedBy::is_unknown")]
    pub disabled_by: EndedBy,
    /// Set if somebody has found its current secret. None of its secrets works until it is rotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposed: Option<Exposure>,
    /// The moment until which the previous secret keeps working.
    pub rotating_until: Option<Timestamp>,
    pub last_used: Option<LastUse>,
    /// The moment after which it counts as idle, unless it is used before. The workspace sets the time without use.
    pub idle_at: Timestamp,
    pub allowed_addresses: AllowedAddresses,
    pub rate_limit: Option<RateLimit>,
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Grows with every change. An edit names the version it begins from.
    pub version: i64,
}

/// The last time that a token was found valid, and the client's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUse {
    pub at: Timestamp,
    /// Empty when unknown.
    pub address: String,
}

/// The person who answers for a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub id: PersonId,
    pub name: PersonName,
}

/// A token and its secret, at the only moment when both exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    pub token: Token,
    pub secret: RevealedSecret,
}

/// The data of a prompt: the catalogue, the token that it is about, if it exists yet, and the rule for its end. The
/// browser gets the rule as a sentence, so that it does not need the code that words it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptData {
    pub token: Option<Token>,
    pub catalogue: Catalogue,
    /// What none of the owners that it can have may give.
    #[serde(default)]
    pub beyond: PermissionSet,
    /// The owners that a new token can have: its maker, and the accounts that they steward.
    #[serde(default)]
    pub owners: Vec<Owner>,
    /// The owner to begin with, of these.
    #[serde(default)]
    pub owner: String,
    /// Its recent use in words; empty without a token.
    pub recent_use: String,
    pub expiry_rule: String,
    /// The warning before it is deleted.
    pub when_deleted: String,
    /// The label of the box that ends the tokens it made, too; empty when there are none.
    pub also_made: String,
}

/// The form as it was typed, unparsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenForm {
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub permissions: Vec<String>,
    /// A day, which ends the token at the end of that day in UTC, or a moment in RFC 3339. An empty text means never.
    /// An absent field, here and below, stays as it is.
    #[serde(default)]
    pub expires_at: Option<String>,
    #[serde(default)]
    pub allowed_addresses: Option<String>,
    #[serde(default)]
    pub rate_requests: Option<String>,
    #[serde(default)]
    pub rate_seconds: Option<String>,
    /// Of a new token: the id of an account that its maker stewards. Empty or absent, it is the maker's own.
    #[serde(default)]
    pub owner: Option<String>,
    /// A line for each entry, as in `env: prod`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
}

/// The details that can be chosen when a token is made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenDetails {
    pub name: TokenName,
    pub description: Description,
    pub permissions: PermissionSet,
    pub expires_at: Option<Timestamp>,
    pub allowed_addresses: AllowedAddresses,
    pub rate_limit: Option<RateLimit>,
    pub metadata: Metadata,
}

/// Reads the fields of a form, as a browser sends them. Fields with other names are ignored.
impl<'a> FromIterator<&'a (String, String)> for TokenForm {
    fn from_iter<I: IntoIterator<Item = &'a (String, String)>>(fields: I) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            let value = value.clone();
            match name.as_str() {
                "name" => form.name = value,
                "description" => form.description = value,
                "permissions" => form.permissions.push(value),
                "expires_at" => form.expires_at = Some(value),
                "allowed_addresses" => form.allowed_addresses = Some(value),
                "rate_requests" => form.rate_requests = Some(value),
                "rate_seconds" => form.rate_seconds = Some(value),
                "owner" => form.owner = Some(value),
                "metadata" => form.metadata = Some(value),
                _ => {}
            }
        }
        form
    }
}

impl TokenForm {
    /// The form filled in from a token.
    pub fn of(token: &Token) -> Self {
        let rate = |number: fn(RateLimit) -> u32| token.rate_limit.map(|limit| number(limit).to_string());
        let ranges: Vec<String> = token.allowed_addresses.iter().collect();
        Self {
            name: token.name.as_str().to_owned(),
            description: token.description.as_str().to_owned(),
            permissions: token.permissions.iter().map(ToString::to_string).collect(),
            expires_at: Some(token.expires_at.map(written_expiry).unwrap_or_default()),
            allowed_addresses: Some(ranges.join("\n")),
            rate_requests: Some(rate(|limit| limit.requests).unwrap_or_default()),
            rate_seconds: Some(rate(|limit| limit.per_seconds).unwrap_or_default()),
            owner: None,
            metadata: Some(token.metadata.as_str().to_owned()),
        }
    }

    /// The form for one more token like this one.
    pub fn copy_of(token: &Token) -> Self {
        let name: String =
            format!("Copy of {}", token.name.as_str()).chars().take(TOKEN_NAME_CHARS_MAX).collect();
        // A joiner with nothing left to join would be refused.
        let name = name.trim_end_matches([' ', '\u{200C}', '\u{200D}']).to_owned();
        Self { name, ..Self::of(token) }
    }

    /// The end in this form as a sentence; empty if it is invalid.
    pub fn expiry_in_words(&self, now: Timestamp) -> String {
        match self.parse_expiry() {
            Err(_) => String::new(),
            Ok(None) => "No expiry.".to_owned(),
            Ok(Some(end)) if end <= now => "This date has passed.".to_owned(),
            Ok(Some(end)) => format!("It works until {}.", end.end_in_words()),
        }
    }

    /// This form, with its absent fields taken from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            expires_at: self.expires_at.or(other.expires_at),
            allowed_addresses: self.allowed_addresses.or(other.allowed_addresses),
            rate_requests: self.rate_requests.or(other.rate_requests),
            rate_seconds: self.rate_seconds.or(other.rate_seconds),
            metadata: self.metadata.or(other.metadata),
            ..self
        }
    }

    /// This form, with its absent fields taken from the token.
    #[must_use]
    pub fn completed_from(self, token: &Token) -> Self {
        self.or(Self::of(token))
    }

    /// Parses every field and reports all errors at once. `held` are the permissions that the token already has: it may
    /// keep those that have left the catalogue since.
    pub fn parse(&self, catalogue: &Catalogue, held: &PermissionSet) -> Result<TokenDetails, Error> {
        let mut errors = Vec::new();
        let name = TokenName::parse(&self.name)
            .map_err(|e| errors.push(FieldError::new(Field::Name, e.code(), e.to_string())));
        let description = Description::parse(&self.description)
            .map_err(|e| errors.push(FieldError::new(Field::Description, e.code(), e.to_string())));
        let permissions = self.parse_permissions(catalogue, held).map_err(|e| errors.push(e));
        let expires_at = self.parse_expiry().map_err(|e| errors.push(e));
        let addresses = self.parse_addresses().map_err(|e| errors.push(e));
        let rate = self.parse_rate().map_err(|e| errors.push(e));
        let metadata = self.parse_metadata().map_err(|e| errors.push(e));
        match (name, description, permissions, expires_at, addresses, rate, metadata) {
            (
                Ok(name),
                Ok(description),
                Ok(permissions),
                Ok(expires_at),
                Ok(allowed_addresses),
                Ok(rate_limit),
                Ok(metadata),
            ) => Ok(TokenDetails {
                name,
                description,
                permissions,
                expires_at,
                allowed_addresses,
                rate_limit,
                metadata,
            }),
            _ => Err(Error::Invalid { errors }),
        }
    }

    /// The well-formed permissions in this form, known to the catalogue or not.
    pub fn parsed_permissions(&self) -> PermissionSet {
        self.permissions.iter().filter_map(|text| text.parse().ok()).collect()
    }

    pub fn parse_expiry(&self) -> Result<Option<Timestamp>, FieldError> {
        let typed = text(&self.expires_at);
        if typed.is_empty() {
            return Ok(None);
        }
        let refused = || {
            let detail = "Write a day, as in 2027-02-21, or a moment with its time zone, as in \
                2027-02-21T18:00:00Z; 9999-12-31 is the last day there is. For never, write nothing.";
            FieldError::new(Field::ExpiresAt, "malformed", detail)
        };
        Timestamp::end_of_day(typed).or_else(|| Timestamp::parse(typed)).map(Some).ok_or_else(refused)
    }

    pub fn parse_addresses(&self) -> Result<AllowedAddresses, FieldError> {
        AllowedAddresses::parse(text(&self.allowed_addresses))
    }

    pub fn parse_rate(&self) -> Result<Option<RateLimit>, FieldError> {
        RateLimit::parse(text(&self.rate_requests), text(&self.rate_seconds))
    }

    pub fn parse_metadata(&self) -> Result<Metadata, FieldError> {
        Metadata::parse(text(&self.metadata))
    }

    fn parse_permissions(
        &self,
        catalogue: &Catalogue,
        held: &PermissionSet,
    ) -> Result<PermissionSet, FieldError> {
        let refuse = |code, detail| Err(FieldError::new(Field::Permissions, code, detail));
        if self.permissions.len() > PERMISSIONS_MAX {
            return refuse("too_many", format!("A token can hold {PERMISSIONS_MAX} permissions at most."));
        }
        let mut set = Vec::with_capacity(self.permissions.len());
        for text in &self.permissions {
            match text.parse::<Permission>() {
                Ok(known) if catalogue.contains(&known) || held.contains(&known) => set.push(known),
                Ok(other) => {
                    return refuse("unknown", format!("There is no permission “{other}” in the catalogue."));
                }
                Err(malformed) => return refuse("malformed", malformed.to_string()),
            }
        }
        if set.is_empty() {
            return refuse("empty", "Select at least one permission.".into());
        }
        Ok(set.into_iter().collect())
    }
}

fn text(field: &Option<String>) -> &str {
    field.as_deref().unwrap_or_default().trim()
}

/// The day, if the moment is the end of one; otherwise the exact moment, so that saving it again changes nothing.
fn written_expiry(at: Timestamp) -> String {
    at.ended_day().unwrap_or_else(|| at.to_string())
}

impl TokenDetails {
    /// The current details of a token.
    pub fn of(token: &Token) -> Self {
        Self {
            name: token.name.clone(),
            description: token.description.clone(),
            permissions: token.permissions.clone(),
            expires_at: token.expires_at,
            allowed_addresses: token.allowed_addresses.clone(),
            rate_limit: token.rate_limit,
            metadata: token.metadata.clone(),
        }
    }

    /// Would saving these change the token?
    pub fn differ_from(&self, token: &Token) -> bool {
        *self != Self::of(token)
    }
}

#[cfg(test)]
mod tests;
