//! Randomness and hashing: the only file that draws secrets and digests them.

use crate::domain::{Error, Secret, SecretPrefix, Timestamp, TokenId};
use sha2::{Digest, Sha256};
use std::fmt;
use uuid::{Builder, Uuid};

/// SHA-256 of a whole secret: all that is kept of it. 178 random bits need no salt and no slow hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretDigest([u8; 32]);

impl SecretDigest {
    pub fn of(secret: &Secret) -> Self {
        Self(Sha256::digest(secret.expose_bytes()).into())
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDigest")
    }
}

/// A new secret from the operating system's random source (`getrandom`).
pub fn generate_secret(prefix: &SecretPrefix) -> Result<Secret, Error> {
    // 64 bytes hold 30 usable ones in all but one of 10^30 draws; then another draw is made.
    loop {
        let mut random = [0; 64];
        fill(&mut random)?;
        if let Some(secret) = Secret::from_random(prefix, &random) {
            return Ok(secret);
        }
    }
}

/// A new id, UUID version 7: ids sort by the time they were made, and cannot be guessed.
pub fn generate_id(now: Timestamp) -> Result<TokenId, Error> {
    generate_uuid(now).map(TokenId::from_uuid)
}

pub fn generate_uuid(now: Timestamp) -> Result<Uuid, Error> {
    let mut random = [0; 10];
    fill(&mut random)?;
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    Ok(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|cause| {
        tracing::error!(%cause, "the operating system gives no random numbers");
        Error::Unavailable
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashMap, HashSet};

    fn secrets(count: usize) -> Vec<String> {
        let prefix = SecretPrefix::default();
        (0..count)
            .filter_map(|_| generate_secret(&prefix).ok())
            .map(|secret| secret.reveal().as_str().to_owned())
            .collect()
    }

    #[test]
    fn a_hundred_thousand_secrets_are_all_different_and_well_formed() {
        let drawn: HashSet<String> = secrets(100_000).into_iter().collect();
        assert_eq!(drawn.len(), 100_000);
        assert!(drawn.iter().all(|text| Secret::parse(text).is_some()));
    }

    #[test]
    fn every_character_is_about_equally_likely() {
        let mut seen: HashMap<char, u32> = HashMap::new();
        for text in secrets(20_000) {
            for c in text["tkr_".len()..].chars().take(30) {
                *seen.entry(c).or_default() += 1;
            }
        }
        // 600,000 draws of 62: 9,677 expected with a standard deviation of 98; 6 of those either way.
        assert_eq!(seen.len(), 62);
        assert!(seen.values().all(|n| (9_090..=10_264).contains(n)), "{seen:?}");
    }

    #[test]
    fn the_digest_is_sha_256_of_the_whole_text() {
        let text = secrets(1).remove(0);
        let digest = Secret::parse(&text).map(|secret| SecretDigest::of(&secret));
        let expected: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        assert_eq!(digest.map(|d| *d.as_bytes()), Some(expected));
    }

    #[test]
    fn ids_made_later_sort_later() {
        let at = |millis| generate_id(Timestamp::from_millis(millis)).map(TokenId::as_uuid).ok();
        assert!(at(1_700_000_000_000).is_some());
        assert!(at(1_700_000_000_000) < at(1_700_000_000_001));
    }
}
