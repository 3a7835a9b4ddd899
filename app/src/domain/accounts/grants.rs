//! What an account may give to its tokens. A token can do what it holds and its owner may give now.

use crate::domain::{
    Error, Field, GRANTS_MAX, Holder, Permission, PermissionSet, Right, Role, may, tokens_in_words,
};
use serde::{Deserialize, Serialize, Serializer};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// The right to give permissions: `*` for all of the catalogue, `projects:*` for all of a resource, or one by its name.
/// Tokenry's own permissions are never granted: they come with the role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Grant(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    #[error("A grant is written resource:action, resource:* or *, in lower case.")]
    Malformed,
    #[error("Tokenry’s own permissions come with the role of an admin, and cannot be granted.")]
    Own,
}

impl Grant {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn covers(&self, permission: &Permission) -> bool {
        let covers = match self.0.strip_suffix('*') {
            Some(beginning) => permission.as_str().starts_with(beginning),
            None => permission.as_str() == self.0,
        };
        covers && !permission.is_own()
    }
}

impl FromStr for Grant {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        if text == "*" {
            return Ok(Self(text.to_owned()));
        }
        // `projects:*` is written like a permission whose action is a star.
        let named =
            text.strip_suffix(":*").map_or_else(|| text.to_owned(), |resource| format!("{resource}:x"));
        let permission: Permission = named.parse().map_err(|_| GrantError::Malformed)?;
        if permission.is_own() { Err(GrantError::Own) } else { Ok(Self(text.to_owned())) }
    }
}

impl TryFrom<String> for Grant {
    type Error = GrantError;
    fn try_from(text: String) -> Result<Self, GrantError> {
        text.parse()
    }
}

impl Serialize for Grant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Grants in alphabetical order. The empty set gives nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants(BTreeSet<Grant>);

impl Grants {
    pub fn iter(&self) -> impl Iterator<Item = &Grant> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn covers(&self, permission: &Permission) -> bool {
        self.0.iter().any(|grant| grant.covers(permission))
    }

    /// The grants of this set that the other does not have.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// `billing:read projects:*`, as forms and the audit log have it.
    pub fn to_line(&self) -> String {
        self.0.iter().map(Grant::as_str).collect::<Vec<_>>().join(" ")
    }

    /// A line that [`Self::to_line`] wrote. Grants that were there before are never too many.
    pub fn of_line(line: &str) -> Result<Self, Error> {
        Self::read([line])
    }

    /// Grants as they are typed: separated by spaces, commas or lines. The error is about the field.
    pub fn parse<'a>(typed: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let grants = Self::read(typed)?;
        if grants.0.len() > GRANTS_MAX {
            let detail = format!("An account has {GRANTS_MAX} grants at most. Grant whole resources.");
            return Err(Error::field(Field::Permissions, "too_many", detail));
        }
        Ok(grants)
    }

    fn read<'a>(typed: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let words = typed.into_iter().flat_map(|text| text.split(|c: char| c.is_whitespace() || c == ','));
        let parsed = words.filter(|word| !word.is_empty()).map(|word| {
            word.parse::<Grant>().map_err(|wrong| {
                let code = if wrong == GrantError::Own { "own" } else { "malformed" };
                let word: String = word.chars().take(80).collect();
                Error::field(Field::Permissions, code, format!("“{word}”: {wrong}"))
            })
        });
        parsed.collect()
    }
}

impl FromIterator<Grant> for Grants {
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Self {
        Self(grants.into_iter().collect())
    }
}

/// What an account may give now: its own grants, those of its groups and those of *Everyone*, within its role. An admin
/// may give everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    pub role: Role,
    pub grants: Grants,
}

impl Reach {
    pub fn covers(&self, permission: &Permission) -> bool {
        match self.role {
            Role::Admin => true,
            role => may(role, Right::ManageOwnTokens) && self.grants.covers(permission),
        }
    }

    /// The permissions that count while the token's owner has this reach.
    pub fn within(&self, permissions: &PermissionSet) -> PermissionSet {
        permissions.iter().filter(|permission| self.covers(permission)).cloned().collect()
    }

    /// The permissions of the catalogue that the owner may not give now. Tokenry's own are a matter of the role alone.
    pub fn beyond(&self, permissions: &PermissionSet) -> PermissionSet {
        let is_beyond = |p: &&Permission| self.role != Role::Admin && !p.is_own() && !self.grants.covers(p);
        permissions.iter().filter(is_beyond).cloned().collect()
    }
}

/// A change of what an account may give. `seen` is the line of grants that the form began with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantsForm {
    pub id: String,
    #[serde(default)]
    pub seen: Option<String>,
    #[serde(default)]
    pub grants: Vec<String>,
    /// Whether the loss for existing tokens was seen.
    #[serde(default)]
    pub confirmed: bool,
}

/// A live token that a change takes permissions from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    pub token: Holder,
    pub permissions: PermissionSet,
}

/// The newest tokens that a change takes permissions from, and the number of all, which is exact up to
/// [`crate::domain::COUNT_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Losses {
    pub first: Vec<Loss>,
    /// `None` when there are too many tokens to look at in time: taking power away depends on no count.
    pub count: Option<u64>,
}

impl Default for Losses {
    fn default() -> Self {
        Self { first: Vec::new(), count: Some(0) }
    }
}

impl Losses {
    /// Is it known that no token can do less?
    pub const fn are_none(&self) -> bool {
        matches!(self.count, Some(0))
    }

    /// `3 tokens lose permissions, from the next request on.`
    pub fn in_words(&self) -> String {
        let who = match self.count {
            None => "There are too many tokens to say now which of them lose".to_owned(),
            Some(1) => "1 token loses".to_owned(),
            Some(count) => format!("{} lose", tokens_in_words(count)),
        };
        format!("{who} permissions, from the next request on.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_that_could_not_be_counted_are_not_taken_for_none() {
        let losses = |count| Losses { first: Vec::new(), count };
        assert!(Losses::default().are_none() && !losses(None).are_none() && !losses(Some(2)).are_none());
        for (count, words) in [
            (Some(1), "1 token loses permissions, from the next request on."),
            (Some(2), "2 tokens lose permissions, from the next request on."),
            (
                None,
                "There are too many tokens to say now which of them lose permissions, from the next request on.",
            ),
        ] {
            assert_eq!(losses(count).in_words(), words);
        }
    }

    fn permission(text: &str) -> Permission {
        text.parse().unwrap_or_else(|_| unreachable!("{text} is a permission"))
    }

    #[test]
    fn a_grant_covers_what_it_names_and_nothing_beside_it() {
        let grants = |text: &str| Grants::parse([text]).unwrap_or_default();
        let covered = |text: &str, of: &str| grants(of).covers(&permission(text));
        assert!(covered("projects:read", "*") && covered("projects:read", "projects:*"));
        assert!(covered("projects:read", "billing:*, projects:read"));
        assert!(!covered("projects:write", "projects:read") && !covered("projects:read", ""));
        assert!(!covered("projects.old:read", "projects:*") && !covered("projects:readers", "projects:read"));
        assert!(!covered("tokenry.tokens:read", "*"), "Tokenry’s own are never granted");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["projects", "projects:", "*:read", "pro*:read", "projects:re*", "**", "Projects:read"] {
            assert_eq!(text.parse::<Grant>(), Err(GrantError::Malformed), "{text:?}");
        }
        for text in ["tokenry.tokens:verify", "tokenry.people:*", "tokenryx:*"] {
            assert_eq!(text.parse::<Grant>(), Err(GrantError::Own), "{text:?}");
        }
    }

    #[test]
    fn a_reach_is_within_the_role_and_an_admin_has_no_bounds() {
        let grants = Grants::parse(["projects:*"]).unwrap_or_default();
        let of = |role| Reach { role, grants: grants.clone() };
        let held: PermissionSet =
            ["projects:read", "billing:read", "tokenry.tokens:read"].map(permission).into_iter().collect();
        assert_eq!(of(Role::Admin).within(&held), held);
        assert_eq!(of(Role::Member).within(&held).to_line(), "projects:read");
        assert_eq!(of(Role::Viewer).within(&held).to_line(), "");
        assert_eq!(of(Role::Member).beyond(&held).to_line(), "billing:read");
        assert!(of(Role::Admin).beyond(&held).is_empty());
    }
}
