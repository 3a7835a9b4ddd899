//! A password on its way to being hashed: long enough, and otherwise whatever a person likes.
//!
//! There are no rules about letters and digits, no forced changes, and nothing is cut off (NIST SP 800-63B-4, 3.1.1.2).
//! The service has the lists of common passwords and checks against them.

use crate::domain::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use std::fmt;

/// A plain password. It does not print or serialise; [`Password::expose`] is the only way to read it.
pub struct Password(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("Use at least {PASSWORD_CHARS_MIN} characters. This has {0}.")]
    TooShort(usize),
    #[error("At most {PASSWORD_CHARS_MAX} characters fit.")]
    TooLong,
    #[error("The two passwords are not the same. Type the new one again, twice.")]
    Different,
    #[error(
        "This password is one of the first that anybody would try. Take another one: a few words that have nothing to do with each other."
    )]
    Common,
}

impl PasswordError {
    /// The stable code for scripts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort(_) => "too_short",
            Self::TooLong => "too_long",
            Self::Different => "different",
            Self::Common => "common",
        }
    }
}

impl Password {
    /// A new password that somebody chooses. Its length is counted in Unicode scalar values.
    pub fn choose(raw: &str) -> Result<Self, PasswordError> {
        match raw.chars().count() {
            few if few < PASSWORD_CHARS_MIN => Err(PasswordError::TooShort(few)),
            many if many > PASSWORD_CHARS_MAX => Err(PasswordError::TooLong),
            _ => Ok(Self(raw.to_owned())),
        }
    }

    /// A password to compare with the chosen one. It keeps at most one character beyond the limit.
    pub fn attempt(raw: &str) -> Self {
        Self(raw.chars().take(PASSWORD_CHARS_MAX + 1).collect())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fourteen_characters_are_too_few_and_fifteen_are_enough() {
        assert_eq!(Password::choose(&"x".repeat(14)).err(), Some(PasswordError::TooShort(14)));
        for long in ["x".repeat(15), "x".repeat(64), "x".repeat(1_000), "é".repeat(15), "a b ".repeat(5)] {
            assert!(Password::choose(&long).is_ok(), "{long}");
        }
        assert_eq!(Password::choose(&"x".repeat(1_001)).err(), Some(PasswordError::TooLong));
    }

    #[test]
    fn a_password_never_prints() {
        let printed = Password::choose("correct horse battery").map(|p| format!("{p:?}"));
        assert_eq!(printed, Ok("Password".to_owned()));
    }
}
