//! Roles, and the one table of their rights.

use crate::domain::{Error, Field};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The role of a person in the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May do everything, for everybody.
    Admin,
    /// Manages their own tokens.
    Member,
    /// Reads everything.
    Viewer,
}

/// An ability that not every role has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// See everybody's tokens. Without it, people see only their own.
    SeeAllTokens,
    /// Create tokens, and change and delete their own.
    ManageOwnTokens,
    /// Change and delete anybody's tokens, and hand them to another person.
    ManageAllTokens,
    SeePeople,
    /// Invite, change roles, disable, end sessions.
    ManagePeople,
    /// Make groups and service accounts, and change what accounts may give.
    ManageAccounts,
    SeeAudit,
    /// Change the catalogue of permissions. Everybody can see it.
    ManageCatalogue,
    /// Change the name of the workspace and the rules for its tokens. Everybody can see them.
    ManageWorkspace,
    /// See webhooks: their URLs may open something elsewhere.
    SeeWebhooks,
    /// Set up where events are sent to.
    ManageWebhooks,
}

/// Does the role have the right?
pub const fn may(role: Role, right: Right) -> bool {
    use {Right as Do, Role as Is};
    match (role, right) {
        (Is::Admin, _) => true,
        (Is::Member, Do::ManageOwnTokens) => true,
        (Is::Viewer, Do::SeeAllTokens | Do::SeePeople | Do::SeeAudit) => true,
        (Is::Member | Is::Viewer, _) => false,
    }
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Admin, Self::Member, Self::Viewer];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }

    /// The meaning of the role, shown beside the choice.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Admin => "Manages everybody’s tokens, people, and this installation.",
            Self::Member => "Creates tokens, and sees and manages their own.",
            Self::Viewer => "Read-only access to everything.",
        }
    }

    /// The reason why the role does not have the right; `None` if it does.
    pub const fn why_not(self, right: Right) -> Option<&'static str> {
        if may(self, right) {
            return None;
        }
        Some(match (self, right) {
            (Self::Viewer, Right::SeeWebhooks) => "Only an admin can do this.",
            (Self::Viewer, _) => "Viewers have read-only access. An admin can give you another role.",
            (_, Right::ManageAllTokens | Right::SeeAllTokens) => {
                "As a member you manage your own tokens. An admin can do this."
            }
            _ => "Only an admin can do this.",
        })
    }

    /// Checked at the start of every use case that needs a right.
    pub fn require(self, right: Right) -> Result<(), Error> {
        match self.why_not(right) {
            None => Ok(()),
            Some(why) => Err(Error::Forbidden { why: why.to_owned() }),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|role| role.as_str() == text);
        known.ok_or_else(|| Error::field(Field::Role, "unknown", "Choose a role: admin, member or viewer."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_who_may_do_what() {
        use Right::{
            ManageAccounts, ManageAllTokens, ManageCatalogue, ManageOwnTokens, ManagePeople, ManageWebhooks,
            ManageWorkspace, SeeAllTokens, SeeAudit, SeePeople, SeeWebhooks,
        };
        let table = [
            (ManageOwnTokens, [true, true, false]),
            (SeeAllTokens, [true, false, true]),
            (ManageAllTokens, [true, false, false]),
            (SeePeople, [true, false, true]),
            (ManagePeople, [true, false, false]),
            (ManageAccounts, [true, false, false]),
            (SeeAudit, [true, false, true]),
            (ManageCatalogue, [true, false, false]),
            (ManageWorkspace, [true, false, false]),
            (SeeWebhooks, [true, false, false]),
            (ManageWebhooks, [true, false, false]),
        ];
        for (right, allowed) in table {
            assert_eq!(Role::ALL.map(|role| may(role, right)), allowed, "{right:?}");
            assert_eq!(Role::ALL.map(|role| role.why_not(right).is_none()), allowed, "{right:?}");
        }
    }

    #[test]
    fn a_role_is_written_in_one_way_only() {
        assert_eq!("viewer".parse(), Ok(Role::Viewer));
        for text in ["", "Admin", "admin ", "root", "owner"] {
            assert!(text.parse::<Role>().is_err(), "{text:?}");
        }
    }
}
