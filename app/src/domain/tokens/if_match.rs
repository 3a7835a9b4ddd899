//! From which version of a token a change begins (`If-Match`; RFC 9110, section 13.1.1).

use crate::domain::{Error, Token};

/// The versions from which a change may begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// Nothing is said about it.
    #[default]
    Absent,
    /// Whichever it has, as long as it exists: `*`.
    Exists,
    /// One of these.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// Goes on if the change may begin from the token as it is now.
    pub fn check(&self, current: &Token) -> Result<(), Error> {
        match self {
            Self::Versions(all) if !all.contains(&current.version) => Err(Error::conflict(current.clone())),
            Self::Absent | Self::Exists | Self::Versions(_) => Ok(()),
        }
    }

    /// The version that the token must still have when the change is written, if one was asked for.
    pub fn version_of(&self, current: &Token) -> Option<i64> {
        matches!(self, Self::Versions(_)).then_some(current.version)
    }
}
