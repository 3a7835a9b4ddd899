//! In which order a list of tokens is wanted.

use std::{fmt, str::FromStr};

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    CreatedAt,
    /// As Unicode sorts them: numbers by value, letter case and accents last.
    Name,
    /// By how many there are.
    Permissions,
    LastUsedAt,
    ExpiresAt,
    /// By the names of the owners; of one owner, the newest first.
    Owner,
    /// From what works to what does not; of one status, the newest first.
    Status,
}

impl SortBy {
    pub const ALL: [Self; 7] = [
        Self::CreatedAt,
        Self::Name,
        Self::Permissions,
        Self::LastUsedAt,
        Self::ExpiresAt,
        Self::Owner,
        Self::Status,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::Name => "name",
            Self::Permissions => "permissions",
            Self::LastUsedAt => "last_used_at",
            Self::ExpiresAt => "expires_at",
            Self::Owner => "owner",
            Self::Status => "status",
        }
    }

    /// Can a token be without it? Those come last, whichever way the others go.
    pub const fn can_be_missing(self) -> bool {
        matches!(self, Self::LastUsedAt | Self::ExpiresAt)
    }

    /// In a cursor. An `n` was one by another key, of earlier versions.
    pub(in crate::domain) const fn letter(self) -> char {
        match self {
            Self::CreatedAt => 'c',
            Self::Name => 'a',
            Self::Permissions => 'p',
            Self::LastUsedAt => 'u',
            Self::ExpiresAt => 'e',
            Self::Owner => 'o',
            Self::Status => 's',
        }
    }
}

/// `name`, or `-created_at` for the greatest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenSort {
    pub by: SortBy,
    pub is_descending: bool,
}

impl TokenSort {
    /// The other way round.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self { is_descending: !self.is_descending, ..self }
    }
}

/// The newest first.
impl Default for TokenSort {
    fn default() -> Self {
        Self { by: SortBy::CreatedAt, is_descending: true }
    }
}

impl fmt::Display for TokenSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_descending { "-" } else { "" }, self.by.as_str())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Sort by created_at, name, permissions, last_used_at, expires_at, owner or status; with - in front, the other \
     way round."
)]
pub struct SortError;

impl FromStr for TokenSort {
    type Err = SortError;

    fn from_str(text: &str) -> Result<Self, SortError> {
        let (name, is_descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let by = SortBy::ALL.into_iter().find(|by| by.as_str() == name).ok_or(SortError)?;
        Ok(Self { by, is_descending })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_written_in_one_way() {
        for by in SortBy::ALL {
            for is_descending in [false, true] {
                let sort = TokenSort { by, is_descending };
                assert_eq!(sort.to_string().parse(), Ok(sort));
                assert_eq!(sort.reversed().reversed(), sort);
            }
        }
        assert_eq!("-created_at".parse(), Ok(TokenSort::default()));
        for wrong in ["", "-", "--name", "Name", "name ", "id", "name;drop table token"] {
            assert_eq!(wrong.parse::<TokenSort>(), Err(SortError), "{wrong}");
        }
    }

    #[test]
    fn an_order_that_is_not_known_is_told_those_that_are() {
        let said = SortError.to_string();
        assert!(SortBy::ALL.into_iter().all(|by| said.contains(by.as_str())), "{said}");
    }
}
