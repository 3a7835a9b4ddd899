//! The data of the pages about people, and their forms.

use crate::domain::{FactorsData, Identity, LinkNews, NoticesData, Person, PersonId, PersonRow, SessionRow};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One page of the list of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeoplePage {
    pub people: Vec<PersonRow>,
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// The data of the People page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleData {
    pub page: PeoplePage,
    /// The viewer.
    pub me: PersonId,
}

/// The data of the viewer's own profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileData {
    pub person: Person,
    pub sessions: Vec<SessionRow>,
    /// A recent password link: anybody who had it could sign in as this person.
    pub link: Option<LinkNews>,
    /// What they are told of by mail.
    pub notices: NoticesData,
    /// Their accounts at identity providers.
    pub identities: Vec<Identity>,
    /// Can they sign in by password?
    pub has_password: bool,
    pub factors: FactorsData,
}

// Ids travel as text: an invalid one matches nobody, which is not the same error as a malformed form.

/// A form about a person with no other fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AboutPerson {
    pub id: String,
}

/// A new role for a person. `keep` and `work` name tokens that keep Tokenry's own permissions, or work again.
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

/// A new owner for all tokens of a person. `keep` names those that keep Tokenry's own permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonHandOver {
    pub id: String,
    #[serde(default)]
    pub owner: String,
    #[serde(default)]
    pub keep: Vec<String>,
}

/// A person who may sign in again. `work` names the tokens that work again.
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

/// A new password, typed twice, and the one that it replaces.
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

/// A session to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionEnd {
    pub id: String,
}

/// A form without fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}
