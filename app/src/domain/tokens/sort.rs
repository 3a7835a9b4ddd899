//! The order of a list of tokens.

use std::{fmt, str::FromStr};

/// The key that a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    CreatedAt,
    /// As Unicode sorts them: numbers by value, letter case and accents last.
    Name,
    /// By the number of permissions.
    Permissions,
    LastUsedAt,
    ExpiresAt,
    /// By the names of the owners; for one owner, the newest first.
    Owner,
    /// From tokens that work to those that do not; for one status, the newest first.
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

    /// Can a token be without it? Such tokens come last in both directions.
    pub const fn can_be_missing(self) -> bool {
        matches!(self, Self::LastUsedAt | Self::ExpiresAt)
    }

    /// Its letter in a cursor. `n` is taken: earlier versions used it with another key.
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

/// An order and its direction: `name`, or `-created_at` for the greatest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenSort {
    pub by: SortBy,
    pub is_descending: bool,
}

impl TokenSort {
    /// The opposite order.
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
