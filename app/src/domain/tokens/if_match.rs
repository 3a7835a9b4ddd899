//! The version of a token that a change begins from (`If-Match`; RFC 9110, section 13.1.1).

use crate::domain::{Error, Token};

/// The versions that a change may begin from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// The header is absent.
    #[default]
    Absent,
    /// Any version, as long as the token exists: `*`.
    Exists,
    /// One of these.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// Fails with a conflict unless the change may begin from the token as it is now.
    pub fn check(&self, current: &Token) -> Result<(), Error> {
        match self {
            Self::Versions(all) if !all.contains(&current.version) => Err(Error::conflict(current.clone())),
            Self::Absent | Self::Exists | Self::Versions(_) => Ok(()),
        }
    }

    /// The version that the token must still have when the change is written, if the header names any.
    pub fn version_of(&self, current: &Token) -> Option<i64> {
        matches!(self, Self::Versions(_)).then_some(current.version)
    }
}
