//! The person who ended a token. If it was an admin, only an admin can undo it.

use crate::domain::{DeletedToken, PersonName, Timestamp, Token};
use serde::{Deserialize, Serialize};

/// The person who disabled or deleted a token, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedBy {
    /// `None` for the operator, and for somebody who ended a secret by presenting it.
    pub name: Option<PersonName>,
    /// Somebody who manages everybody's tokens ended it, and it was not their own.
    pub is_admin: bool,
}

impl EndedBy {
    pub fn is_unknown(&self) -> bool {
        self.name.is_none() && !self.is_admin
    }

    /// `Disabled by Ada Moreau on 3 May 2027`; `None` when it is not known who it was.
    pub fn in_words(&self, what: &str, at: Timestamp) -> Option<String> {
        let who = match (&self.name, self.is_admin) {
            (Some(name), _) => name.as_str(),
            (None, true) => "the operator",
            (None, false) => return None,
        };
        Some(format!("{what} by {who} on {}", at.date()))
    }
}

impl Token {
    /// A clause with who disabled it and when, if it is disabled and that is known.
    pub fn disabled_in_words(&self) -> Option<String> {
        self.disabled_by.in_words("Disabled", self.disabled_at?)
    }

    /// [`Self::disabled_in_words`], if only an admin may enable it again.
    pub fn held_in_words(&self) -> Option<String> {
        self.disabled_in_words().filter(|_| self.disabled_by.is_admin)
    }
}

impl DeletedToken {
    /// A clause with who deleted it and when, if that is known.
    pub fn deleted_in_words(&self) -> Option<String> {
        self.deleted_by.in_words("Deleted", self.deleted_at)
    }

    /// [`Self::deleted_in_words`], if only an admin may restore it.
    pub fn held_in_words(&self) -> Option<String> {
        self.deleted_in_words().filter(|_| self.deleted_by.is_admin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_ended_it_and_when_is_one_clause() {
        let at = Timestamp::from_millis(1_795_457_045_120);
        let said = |name: Option<&str>, is_admin| {
            let name = name.and_then(|name| PersonName::parse(name).ok());
            EndedBy { name, is_admin }.in_words("Disabled", at).unwrap_or_default()
        };
        assert_eq!(said(Some("Ada Moreau"), true), "Disabled by Ada Moreau on 23 Nov 2026");
        assert_eq!(said(Some("Ines Okafor"), false), "Disabled by Ines Okafor on 23 Nov 2026");
        assert_eq!(said(None, true), "Disabled by the operator on 23 Nov 2026");
        assert_eq!(said(None, false), "", "whoever presents a secret may end it");
    }
}
