//! A person who can sign in, their status, and the form that adds one.

use crate::domain::{Email, Error, Field, FieldError, PersonId, PersonName, Role, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A person, as other people see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub name: PersonName,
    pub email: Email,
    pub role: Role,
    pub status: PersonStatus,
    pub theme: Theme,
    pub created_at: Timestamp,
}

/// May they sign in?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonStatus {
    /// Has a link, but no password yet.
    Invited,
    Active,
    Disabled,
}

impl PersonStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::Active => "Active",
            Self::Disabled => "Disabled",
        }
    }

    /// The meaning of the status, for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Invited => "Has not chosen a password yet.",
            Self::Active => "Can sign in.",
            Self::Disabled => "Cannot sign in, and their tokens are refused.",
        }
    }
}

/// One line of the list of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub person: Person,
    /// Number of live tokens that they own.
    pub tokens: u64,
    pub last_seen_at: Option<Timestamp>,
}

/// The look of the console for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the operating system is set.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl FromStr for Theme {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|theme| theme.as_str() == text);
        known.ok_or_else(|| Error::field(Field::Theme, "unknown", "Choose a theme: system, light or dark."))
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A password link made for somebody. Without a name, the operator made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkNews {
    pub at: Timestamp,
    pub by: Option<String>,
}

/// The form for a person as it was typed, unparsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonForm {
    pub name: String,
    pub email: String,
    #[serde(default)]
    pub role: String,
}

/// The details of a person to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDetails {
    pub name: PersonName,
    pub email: Email,
    pub role: Role,
}

impl PersonForm {
    /// Parses every field and reports all errors at once.
    pub fn parse(&self) -> Result<PersonDetails, Error> {
        let mut errors = Vec::new();
        let name = PersonName::parse(&self.name)
            .map_err(|e| errors.push(FieldError::new(Field::Name, e.code(), e.to_string())));
        let email = Email::parse(&self.email)
            .map_err(|e| errors.push(FieldError::new(Field::Email, e.code(), e.to_string())));
        let role = self.role.parse().map_err(|e| {
            if let Error::Invalid { errors: found } = e {
                errors.extend(found);
            }
        });
        match (name, email, role) {
            (Ok(name), Ok(email), Ok(role)) => Ok(PersonDetails { name, email, role }),
            _ => Err(Error::Invalid { errors }),
        }
    }
}
