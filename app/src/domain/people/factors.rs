//! Second factors: what proves, beside the password, who signs in. A passkey proves it alone.

use crate::domain::{Error, Field, PasskeyId, PasskeyName, Role, Timestamp};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The people who need a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorRule {
    #[default]
    Nobody,
    Admins,
    Everybody,
}

impl FactorRule {
    pub const ALL: [Self; 3] = [Self::Nobody, Self::Admins, Self::Everybody];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Admins => "admins",
            Self::Everybody => "everybody",
        }
    }

    /// The rule, for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Nobody => "Nobody has to",
            Self::Admins => "Admins have to",
            Self::Everybody => "Everybody has to",
        }
    }

    /// Must somebody with this role have one?
    pub fn binds(self, role: Role) -> bool {
        self == Self::Everybody || self == Self::Admins && role == Role::Admin
    }
}

impl FromStr for FactorRule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|rule| rule.as_str() == text);
        let detail = "Choose who needs a second factor: nobody, admins or everybody.";
        known.ok_or_else(|| Error::field(Field::SecondFactor, "unknown", detail))
    }
}

/// The second factors of a person, as they see them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factors {
    /// The oldest first.
    pub passkeys: Vec<Passkey>,
    /// When the authenticator app was set up, if it was.
    pub app_since: Option<Timestamp>,
    /// Recovery codes that have not been used.
    pub codes_left: u32,
}

impl Factors {
    /// Recovery codes stand in for a factor, and are none.
    pub fn has_any(&self) -> bool {
        self.app_since.is_some() || !self.passkeys.is_empty()
    }
}

/// A passkey (W3C Web Authentication, 4), as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: PasskeyName,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    /// When its counter went back, as that of a copy does. It is refused since.
    pub copied_at: Option<Timestamp>,
}

/// The data of the profile's part about second factors, and of the prompts over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorsData {
    pub factors: Factors,
    /// Must the person have one?
    pub is_required: bool,
    /// Can a passkey be added? Passkeys belong to a name, so a server that is reached by an address has none.
    pub has_passkeys: bool,
}

/// An authenticator app that is being set up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApp {
    /// The key in base32 (RFC 4648, 6), in groups of four.
    pub key: String,
    /// The picture of the key: the path of an SVG, whose side is `side` long.
    pub path: String,
    pub side: u32,
}

impl std::fmt::Debug for NewApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewApp")
    }
}

/// A code of an authenticator app, or a recovery code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeForm {
    pub code: String,
}

impl std::fmt::Debug for CodeForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeForm")
    }
}

/// A new passkey: its name, and the answer of the browser as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyForm {
    pub name: String,
    #[serde(default)]
    pub passkey: String,
}

/// Another name for a passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyNameForm {
    pub id: String,
    pub name: String,
}

/// A form about a passkey with no other fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AboutPasskey {
    pub id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_binds_those_it_names() {
        for (rule, bound) in [
            (FactorRule::Nobody, [false, false, false]),
            (FactorRule::Admins, [true, false, false]),
            (FactorRule::Everybody, [true, true, true]),
        ] {
            assert_eq!(Role::ALL.map(|role| rule.binds(role)), bound, "{rule:?}");
            assert_eq!(rule.as_str().parse(), Ok(rule));
        }
        assert!("viewers".parse::<FactorRule>().is_err());
    }
}
