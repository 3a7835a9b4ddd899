//! Randomness and hashing: the only file that draws secrets and digests them.

use crate::domain::{Error, Event, PersonId, Secret, SecretPrefix, Timestamp, TokenId};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::{collections::HashSet, fmt, sync::LazyLock};
use uuid::{Builder, Uuid};

/// SHA-256 of something that opens something: a secret, the key in a cookie, the code in a link. Nothing else of it is
/// kept. Keys of 178 random bits and more need neither a salt nor a slow hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    pub fn of(key: &[u8]) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// A digest that was made elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest")
    }
}

/// SHA-256 of bytes that come one after the other.
#[derive(Clone, Default)]
pub struct RunningDigest(Sha256);

impl RunningDigest {
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes so far, in hexadecimal.
    pub fn so_far(&self) -> String {
        in_hex(&self.0.clone().finalize())
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Inverse of [`in_hex`]; `None` for any other text.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|two| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok()).collect()
}

/// The content of a cookie or a link: 256 random bits in hexadecimal. It does not print; [`Key::expose`] is the only
/// way out.
#[derive(Clone)]
pub struct Key(String);

const KEY_BYTES: usize = 32;

impl Key {
    pub fn generate() -> Result<Self, Error> {
        let mut random = [0; KEY_BYTES];
        fill(&mut random)?;
        Ok(Self(random.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Text in the form of a key. Only its digest tells whether it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits =
            text.len() == 2 * KEY_BYTES && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    pub fn digest(&self) -> KeyDigest {
        KeyDigest::of(self.0.as_bytes())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// The key that messages are signed with, of 256 random bits. It does not print; [`SigningKey::reveal`] and the data are
/// the only ways out.
#[derive(Clone)]
pub struct SigningKey(Vec<u8>);

impl SigningKey {
    pub fn generate() -> Result<Self, Error> {
        let mut random = vec![0; KEY_BYTES];
        fill(&mut random)?;
        Ok(Self(random))
    }

    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// `whsec_` and base64, as libraries of Standard Webhooks take it
    /// (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
    pub fn reveal(&self) -> String {
        format!("whsec_{}", BASE64.encode(&self.0))
    }

    /// The signature of a message by HMAC-SHA256 (RFC 2104), in base64. `at` is in seconds since 1970.
    pub fn sign(&self, id: &str, at: i64, body: &[u8]) -> String {
        let parts = [format!("{id}.{at}.").into_bytes(), body.to_vec()].concat();
        // A key of any length is taken.
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).map(|mac| mac.chain_update(parts));
        mac.map(|mac| BASE64.encode(mac.finalize().into_bytes())).unwrap_or_default()
    }
}

/// A short name for a text, by its content: half a SHA-256 in hexadecimal. It tells two states of a thing apart, and
/// proves nothing.
pub fn fingerprint(text: &[u8]) -> String {
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Placeholders for a key, and guesses that are tried before anything else.
const TRIED_FIRST: &str = "test testing secret password passwd pass changeme change-me change_me changeit default \
    example sample demo dummy foo bar foobar key apikey api-key api_key mykey my-key token mytoken my-token todo tbd \
    none null nil undefined empty admin administrator root user guest qwerty letmein welcome abc abc123 test123 \
    secret123 password1 password123 123 1234 12345 123456 1234567 12345678 123456789 1234567890 0000 1111 xxx xxxx";

/// Whether this is the digest of nothing, of one character, or of one of [`TRIED_FIRST`], with or without the end of a
/// line that `echo` writes.
pub fn is_tried_first(digest: &KeyDigest) -> bool {
    static DIGESTS: LazyLock<HashSet<[u8; 32]>> = LazyLock::new(|| {
        let words = TRIED_FIRST.split_whitespace().flat_map(|word| [word.to_owned(), word.to_uppercase()]);
        let chars = (' '..='~').map(String::from);
        let texts = words.chain(chars).chain([String::new()]);
        texts
            .flat_map(|text| {
                ["", "\n", "\r\n"].map(|end| *KeyDigest::of(format!("{text}{end}").as_bytes()).as_bytes())
            })
            .collect()
    });
    DIGESTS.contains(digest.as_bytes())
}

/// The link of the chain at a line of the audit log: SHA-256 over the link before it and every field of the line,
/// each with its length in front, so that no two lines read the same.
pub fn chain_link(previous: &[u8], id: i64, kind: &str, event: &Event) -> [u8; 32] {
    let uuid = |id: Option<Uuid>| id.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
    let mut hasher = Sha256::new();
    for field in [
        previous,
        &id.to_be_bytes(),
        &event.at.as_millis().to_be_bytes(),
        kind.as_bytes(),
        &uuid(event.actor.map(PersonId::as_uuid)),
        &uuid(event.token.map(TokenId::as_uuid)),
        &uuid(event.person.map(PersonId::as_uuid)),
        event.address.as_bytes(),
        event.request_id.as_bytes(),
        event.details.as_bytes(),
    ] {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field);
    }
    hasher.finalize().into()
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

/// What the codes of an authenticator app are made of: 160 random bits (RFC 4226, 4).
pub fn generate_seed() -> Result<[u8; 20], Error> {
    let mut random = [0; 20];
    fill(&mut random)?;
    Ok(random)
}

/// A recovery code: 80 random bits in base32, as in `k3vq-7aew-zm2c-jx5t`. So many cannot be found by their digest.
pub fn generate_recovery_code() -> Result<String, Error> {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut random = [0; 16];
    fill(&mut random)?;
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// The digest of a recovery code, however it is written, and of nobody else's.
pub fn recovery_digest(person: PersonId, code: &str) -> KeyDigest {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    KeyDigest::of(format!("recovery code of {person}: {}", plain.to_ascii_lowercase()).as_bytes())
}

/// A new id, UUID version 7: ids sort by the time they were made, and cannot be guessed.
pub fn generate_id(now: Timestamp) -> Result<Uuid, Error> {
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
    use std::collections::HashMap;

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
    fn what_anybody_would_try_first_is_known_by_its_digest() {
        for text in ["", "\n", "\r\n", " ", "x", "a\n", "test", "changeme\n", "PASSWORD", "123456"] {
            assert!(is_tried_first(&KeyDigest::of(text.as_bytes())), "{text:?}");
        }
        for text in ["sk_live_51Hx9Qf", "0123456789abcdef0123456789abcdef", "tested"] {
            assert!(!is_tried_first(&KeyDigest::of(text.as_bytes())), "{text:?}");
        }
    }

    #[test]
    fn the_digest_is_sha_256_of_the_whole_text() {
        let text = secrets(1).remove(0);
        let digest = Secret::parse(&text).map(|secret| KeyDigest::of(secret.expose_bytes()));
        let expected: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        assert_eq!(digest.map(|d| *d.as_bytes()), Some(expected));
    }

    #[test]
    fn a_message_is_signed_as_standard_webhooks_has_it() {
        // The example of its specification.
        let key =
            SigningKey::from_bytes(BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap_or_default());
        let signed = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(key.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[test]
    fn ids_made_later_sort_later() {
        let at = |millis| generate_id(Timestamp::from_millis(millis)).ok();
        assert!(at(1_700_000_000_000).is_some());
        assert!(at(1_700_000_000_000) < at(1_700_000_000_001));
    }
}
