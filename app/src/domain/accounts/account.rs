//! Groups and service accounts. They own tokens as people do, and nobody signs in as one of them.

use crate::domain::{
    Catalogue, Description, Error, Field, FieldError, Grants, Losses, Metadata, Owner, PersonId, PersonName,
    Timestamp, TrustRow,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// The group that every account belongs to. It is there from the start, and always.
pub const EVERYONE: PersonId = PersonId::from_uuid(Uuid::from_u128(0x7000_8000_0000_0000_0001));

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    #[default]
    Person,
    /// A program or a machine.
    Service,
    /// A team.
    Group,
}

impl AccountKind {
    pub const ALL: [Self; 3] = [Self::Person, Self::Service, Self::Group];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
            Self::Group => "group",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// `Service account`, for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Service => "Service account",
            Self::Group => "Group",
        }
    }
}

impl fmt::Display for AccountKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A group or a service account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: PersonId,
    pub kind: AccountKind,
    pub name: PersonName,
    pub purpose: Description,
    /// The group whose stewards manage the tokens of a service account.
    pub stewards: Option<Owner>,
    /// Verification answers with it for every token that this account owns.
    pub metadata: Metadata,
    pub is_disabled: bool,
    pub created_at: Timestamp,
}

impl Account {
    pub fn is_everyone(&self) -> bool {
        self.id == EVERYONE
    }
}

/// One line of the list of groups, or of service accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    pub account: Account,
    /// Number of live tokens that it owns.
    pub tokens: u64,
    /// Number of members of a group.
    pub members: u64,
    /// When one of its tokens was last used.
    pub last_used_at: Option<Timestamp>,
}

/// Somebody, or a service account, in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMember {
    pub account: Owner,
    pub kind: AccountKind,
    /// Stewards manage the tokens of the group and of its service accounts, and decide about requests.
    pub is_steward: bool,
}

/// A group or a service account, with all that its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    pub row: AccountRow,
    pub members: Vec<GroupMember>,
    /// The groups of a service account.
    pub groups: Vec<Owner>,
    pub grants: Grants,
    /// Its own grants, those of its groups, and those of *Everyone*.
    pub may_give: Grants,
    /// Is it a person who may give everything, whatever is granted?
    pub is_admin: bool,
    /// The service accounts whose stewards are those of this group.
    pub stewards: Vec<Owner>,
    /// The trust rules that make tokens of this account.
    pub trust: Vec<TrustRow>,
}

/// The list of groups, or of service accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountsData {
    pub kind: AccountKind,
    /// The entry of metadata that all rows have, as it was asked for; empty for no filter.
    pub metadata: String,
    pub rows: Vec<AccountRow>,
}

/// The data of the prompts about an account, and of the one that makes one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPrompt {
    pub kind: AccountKind,
    /// `None` while it is yet to be made.
    pub page: Option<AccountPage>,
    /// The groups whose stewards can manage it.
    pub groups: Vec<Owner>,
    /// Everybody who can be put into the group.
    pub candidates: Vec<Owner>,
    /// The member that the prompt is about.
    pub member: Option<GroupMember>,
    /// What tokens lose: without the member, or without the group.
    pub losses: Losses,
    pub catalogue: Catalogue,
}

/// What a prompt asks about an account, which decides what has to be read for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountAsk {
    Details,
    /// Whom to put into the group.
    NewMember,
    /// About this member, by their id.
    Member(String),
    Deletion,
}

impl AccountAsk {
    /// As the URL has it: the last word of its path, and the member.
    pub fn of(word: &str, member: Option<String>) -> Self {
        match (word, member) {
            (_, Some(member)) => Self::Member(member),
            ("member", None) => Self::NewMember,
            ("delete", None) => Self::Deletion,
            _ => Self::Details,
        }
    }
}

/// The form that makes a group or a service account, unparsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAccountForm {
    /// `group` or `service`.
    pub kind: String,
    pub name: String,
    #[serde(default)]
    pub purpose: String,
    #[serde(default)]
    pub stewards: String,
    #[serde(default)]
    pub metadata: String,
}

/// The form that changes one, unparsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountEdit {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub purpose: String,
    #[serde(default)]
    pub stewards: String,
    #[serde(default)]
    pub metadata: String,
}

/// The form for a group or a service account, unparsed. Ids are texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountForm {
    pub name: String,
    #[serde(default)]
    pub purpose: String,
    /// A group, or empty.
    #[serde(default)]
    pub stewards: String,
    /// A line `key: value` for each entry.
    #[serde(default)]
    pub metadata: String,
}

/// The details of a group or a service account that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDetails {
    pub name: PersonName,
    pub purpose: Description,
    pub stewards: Option<PersonId>,
    pub metadata: Metadata,
}

impl AccountForm {
    /// Parses every field and reports all errors at once.
    pub fn parse(&self) -> Result<AccountDetails, Error> {
        let mut errors = Vec::new();
        let name = PersonName::parse(&self.name)
            .map_err(|e| errors.push(FieldError::new(Field::Name, e.code(), e.to_string())));
        let purpose = Description::parse(&self.purpose)
            .map_err(|e| errors.push(FieldError::new(Field::Purpose, e.code(), e.to_string())));
        let unknown = |_| FieldError::new(Field::Stewards, "unknown", "Choose a group, or nobody.");
        let stewards = match self.stewards.as_str() {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(unknown).map_err(|e| errors.push(e)),
        };
        let metadata = Metadata::parse(&self.metadata).map_err(|e| errors.push(e));
        match (name, purpose, stewards, metadata) {
            (Ok(name), Ok(purpose), Ok(stewards), Ok(metadata)) => {
                Ok(AccountDetails { name, purpose, stewards, metadata })
            }
            _ => Err(Error::Invalid { errors }),
        }
    }
}

/// Somebody to put into a group, or to take out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberForm {
    /// The group.
    pub id: String,
    #[serde(default)]
    pub member: String,
    #[serde(default)]
    pub is_steward: bool,
}

impl MemberForm {
    /// The group and the member.
    pub fn parse(&self) -> Result<(PersonId, PersonId), Error> {
        let group = self.id.parse().map_err(|_| Error::NoSuchAccount)?;
        let unknown = |_| Error::field(Field::Owner, "unknown", "Choose a person or a service account.");
        Ok((group, self.member.parse().map_err(unknown)?))
    }
}
