//! What the pages about people show, and what their forms send.

use crate::domain::{LinkNews, Person, PersonId, PersonRow, SessionRow};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeoplePage {
    pub people: Vec<PersonRow>,
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// The People page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleData {
    pub page: PeoplePage,
    /// Who looks at it.
    pub me: PersonId,
}

/// One's own page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileData {
    pub person: Person,
    pub sessions: Vec<SessionRow>,
    /// Whoever had this link could sign in as the person.
    pub link: Option<LinkNews>,
}

// Ids travel as text: what is none names nobody, which is not the same as a form that makes no sense.

/// Somebody, and nothing else to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AboutPerson {
    pub id: String,
}

/// Another role for somebody, and the tokens that are to keep or to do something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleForm {
    pub id: String,
    #[serde(default)]
    pub role: String,
    #[serde(default)]
    pub keep: Vec<String>,
    #[serde(default)]
    pub work: Vec<String>,
}

/// Another owner for all tokens of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonHandOver {
    pub id: String,
    #[serde(default)]
    pub owner: String,
    #[serde(default)]
    pub keep: Vec<String>,
}

/// Somebody who may sign in again, and the tokens that work again with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonEnabling {
    pub id: String,
    #[serde(default)]
    pub work: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameForm {
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeForm {
    pub theme: String,
}

/// A new password, twice, and the one that it replaces.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordForm {
    pub current_password: String,
    pub password: String,
    pub again: String,
}

impl fmt::Debug for PasswordForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordForm")
    }
}

/// A session that is to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionEnd {
    pub id: String,
}

/// A form that is only sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}
