//! The shape of a secret: `<prefix>_` + 30 base62 characters + 6 base62 characters of CRC-32 over everything
//! before them. About 178 random bits (30 · log2 62); the checksum rejects typos and junk without a look-up
//! and lets scanners tell our secrets from look-alikes. It proves nothing else.
//!
//! Drawing random characters and hashing are not here: they need an operating system.

use serde::{Deserialize, Serialize};
use std::fmt;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Random characters of a secret.
pub const SECRET_RANDOM_CHARS: usize = 30;
const CHECKSUM_CHARS: usize = 6;
const LAST_CHARS: usize = 4;

/// The prefix of the secrets of this installation: 1 to 16 of `a-z 0-9 _`. It tells where a secret belongs, and nothing
/// about its power.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretPrefix(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A prefix is 1 to 16 characters of a-z, 0-9 and _.")]
pub struct SecretPrefixError;

impl SecretPrefix {
    pub fn parse(raw: &str) -> Result<Self, SecretPrefixError> {
        if Self::fits(raw) { Ok(Self(raw.to_owned())) } else { Err(SecretPrefixError) }
    }

    fn fits(raw: &str) -> bool {
        (1..=16).contains(&raw.len())
            && raw.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for SecretPrefix {
    fn default() -> Self {
        Self("tkr".to_owned())
    }
}

impl TryFrom<String> for SecretPrefix {
    type Error = SecretPrefixError;
    fn try_from(raw: String) -> Result<Self, SecretPrefixError> {
        Self::parse(&raw)
    }
}

impl From<SecretPrefix> for String {
    fn from(prefix: SecretPrefix) -> String {
        prefix.0
    }
}

/// A whole secret. It does not print, serialise or compare. [`Secret::reveal`] is the only way to show it to people,
/// [`Secret::expose_bytes`] the only way to hash it.
pub struct Secret(String);

impl Secret {
    /// Makes a secret from random bytes. Bytes of 248 and above are skipped, so that every character is equally likely.
    /// `None` when there are not enough usable bytes.
    pub fn from_random(prefix: &SecretPrefix, random: &[u8]) -> Option<Self> {
        let mut text = format!("{}_", prefix.as_str());
        let usable = random.iter().filter(|b| **b < 248).map(|b| char::from(ALPHABET[usize::from(*b % 62)]));
        let before = text.len();
        text.extend(usable.take(SECRET_RANDOM_CHARS));
        if text.len() < before + SECRET_RANDOM_CHARS {
            return None;
        }
        let sum = checksum(&text);
        text.extend(sum.into_iter().map(char::from));
        Some(Self(text))
    }

    /// Accepts a text with the right shape and checksum, whether or not it was ever issued.
    pub fn parse(text: &str) -> Option<Self> {
        Self::is_well_formed(text).then(|| Self(text.to_owned()))
    }

    /// Does it have the right shape and checksum?
    pub fn is_well_formed(text: &str) -> bool {
        // Every verification asks this twice. The place of the last underscore follows from the length.
        let Some(end) = text.len().checked_sub(1 + SECRET_RANDOM_CHARS + CHECKSUM_CHARS) else {
            return false;
        };
        let Some((prefix, rest)) = text.split_at_checked(end) else { return false };
        let fits = SecretPrefix::fits(prefix)
            && rest.strip_prefix('_').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphanumeric()));
        fits && {
            let (body, sum) = text.split_at(text.len() - CHECKSUM_CHARS);
            checksum(body) == sum.as_bytes()
        }
    }

    /// The part of it that a table may show.
    pub fn hint(&self) -> SecretHint {
        let prefix = self.0.rsplit_once('_').map_or("", |(prefix, _)| prefix).to_owned();
        SecretHint { prefix, last: self.0[self.0.len() - LAST_CHARS..].to_owned() }
    }

    /// The bytes to hash.
    pub fn expose_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The secret for the one response that shows it to the person who asked for it.
    pub fn reveal(self) -> RevealedSecret {
        RevealedSecret(self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

fn checksum(body: &str) -> [u8; CHECKSUM_CHARS] {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; CHECKSUM_CHARS];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

/// A secret on its way to the person who asked for it: it serialises, once, and still does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RevealedSecret(String);

impl RevealedSecret {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RevealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RevealedSecret")
    }
}

/// Enough of a secret to recognise it, too little to use it. Displays as `tkr_…x9Qf`; for a secret that was made
/// elsewhere, as `…x9Qf` or `imported`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretHint {
    pub prefix: String,
    pub last: String,
}

impl SecretHint {
    /// Is it the hint of a secret that was made elsewhere? Such a secret has no prefix of ours, and may have any shape.
    pub fn is_foreign(&self) -> bool {
        self.prefix.is_empty()
    }

    /// The hint of a secret that was made elsewhere. Only its digest is known, and perhaps its last characters, of
    /// which no more are kept than of one of ours.
    pub fn foreign(last: &str) -> Result<Self, SecretHintError> {
        let fits = last.len() <= LAST_CHARS && last.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self { prefix: String::new(), last: last.to_owned() }) } else { Err(SecretHintError) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The last characters of a key are at most four, and can be seen.")]
pub struct SecretHintError;

impl fmt::Display for SecretHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.prefix.as_str(), self.last.as_str()) {
            ("", "") => f.write_str("imported"),
            ("", last) => write!(f, "…{last}"),
            (prefix, last) => write!(f, "{prefix}_…{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(seed: u8) -> Option<RevealedSecret> {
        let random: Vec<u8> =
            (0..64u8).map(|i| seed.wrapping_mul(31).wrapping_add(i.wrapping_mul(7))).collect();
        Secret::from_random(&SecretPrefix::default(), &random).map(Secret::reveal)
    }

    #[test]
    fn a_secret_has_the_documented_shape() {
        let text = sample(3).map(|s| s.as_str().to_owned()).unwrap_or_default();
        assert_eq!(text.len(), "tkr_".len() + 36);
        assert!(text.starts_with("tkr_"));
        assert!(text[4..].bytes().all(|b| b.is_ascii_alphanumeric()));
    }

    #[test]
    fn the_checksum_is_the_published_one() {
        // CRC-32 (ISO-HDLC) of "123456789" is 0xCBF43926: 3421780262 in base 62, most significant digit first.
        assert_eq!(checksum("123456789"), *b"3jZRME");
    }

    #[test]
    fn too_few_usable_bytes_make_no_secret() {
        assert!(Secret::from_random(&SecretPrefix::default(), &[255; 512]).is_none());
        assert!(Secret::from_random(&SecretPrefix::default(), &[0; 29]).is_none());
    }

    #[test]
    fn a_hint_shows_the_prefix_and_the_last_four() {
        let text = sample(9).map(|s| s.as_str().to_owned()).unwrap_or_default();
        let hint = Secret::parse(&text).map(|s| s.hint().to_string());
        assert_eq!(hint, Some(format!("tkr_…{}", &text[text.len() - 4..])));
    }

    #[test]
    fn of_an_imported_key_no_more_is_shown_than_of_ours() {
        let hint = |last: &str| SecretHint::foreign(last).map(|hint| (hint.to_string(), hint.is_foreign()));
        assert_eq!(hint("x9Qf"), Ok(("…x9Qf".to_owned(), true)));
        assert_eq!(hint(""), Ok(("imported".to_owned(), true)));
        for refused in ["x9Qf1", "x9 f", "é"] {
            assert_eq!(hint(refused), Err(SecretHintError), "{refused}");
        }
    }

    #[test]
    fn a_secret_never_prints() {
        let text = sample(1).map(|s| s.as_str().to_owned()).unwrap_or_default();
        assert_eq!(
            format!("{:?} {:?}", Secret::parse(&text), sample(1)),
            "Some(Secret) Some(RevealedSecret)"
        );
    }

    #[test]
    fn a_prefix_is_short_and_plain() {
        for good in ["t", "tkr", "acme_live", "0123456789abcdef"] {
            assert!(SecretPrefix::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "Tkr", "tkr-", "tk r", "0123456789abcdefg", "tkré"] {
            assert!(SecretPrefix::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_secret_parses(prefix in "[a-z0-9_]{1,16}", random in proptest::collection::vec(0u8..248, 30)) {
            let prefix = SecretPrefix::parse(&prefix)?;
            let text = Secret::from_random(&prefix, &random).map(|s| s.reveal().as_str().to_owned()).unwrap_or_default();
            prop_assert!(Secret::parse(&text).is_some(), "{}", text);
        }

        #[test]
        fn changing_one_character_is_noticed(seed: u8, at in 0usize..40, to in "[0-9A-Za-z_]") {
            let text = sample(seed).map(|s| s.as_str().to_owned()).unwrap_or_default();
            let mut changed = text.clone();
            changed.replace_range(at..=at, &to);
            prop_assert_eq!(Secret::parse(&changed).is_some(), changed == text);
        }

        #[test]
        fn parsing_never_panics(text in ".{0,80}") {
            let _ = Secret::parse(&text);
        }
    }
}
