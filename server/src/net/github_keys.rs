//! The keys with which GitHub signs what its secret scanning has found, read from GitHub and kept for a while.
//!
//! <https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program>

use super::{
    client::ClientError,
    fetch::{FetchError, fetch},
};
use http::{Request, header};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde::Deserialize;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio_rustls::rustls::pki_types::{SubjectPublicKeyInfoDer, pem::PemObject};

/// How long keys are believed without a look at GitHub.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// Shortest time between two looks, whoever asks for unknown keys.
const PAUSE: Duration = Duration::from_secs(60);
/// Most keys; GitHub has some ten.
const KEYS_MAX: usize = 100;
/// What stands in front of the point of every key on the curve P-256 (RFC 5480): its algorithm and its curve.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The reason a signature is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSigned {
    /// The keys cannot be read.
    Unread,
    UnknownKey,
    /// GitHub has taken another key since.
    OldKey,
    Wrong,
}

/// Where the keys are, and what was last read there.
#[derive(Debug)]
pub struct GithubKeys {
    url: String,
    pause: Duration,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    keys: Vec<Key>,
    read_at: Option<Instant>,
    tried_at: Option<Instant>,
}

#[derive(Debug)]
struct Key {
    id: String,
    point: Vec<u8>,
    is_current: bool,
}

/// The answer of GitHub.
#[derive(Deserialize)]
struct Answer {
    public_keys: Vec<AnsweredKey>,
}

#[derive(Deserialize)]
struct AnsweredKey {
    key_identifier: String,
    /// In PEM.
    key: String,
    #[serde(default)]
    is_current: bool,
}

#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("the answer has status {0}")]
    Status(u16),
    #[error("the answer is not a list of keys")]
    Answer,
}

impl GithubKeys {
    /// The keys at this URL.
    pub fn at(url: String) -> Self {
        Self { url, pause: PAUSE, kept: Mutex::default() }
    }

    /// Looks again whenever a key is unknown, for tests.
    #[must_use]
    pub fn without_pause(self) -> Self {
        Self { pause: Duration::ZERO, ..self }
    }

    /// Has the owner of this key signed the message? The keys are read again when they are old, or this one is unknown.
    pub async fn check(&self, id: &str, signature: &[u8], message: &[u8]) -> Result<(), NotSigned> {
        let mut kept = self.kept.lock().await;
        let is_fresh = kept.read_at.is_some_and(|at| at.elapsed() < KEPT);
        let is_known = kept.keys.iter().any(|key| key.id == id);
        if (!is_fresh || !is_known) && kept.tried_at.is_none_or(|at| at.elapsed() >= self.pause) {
            kept.tried_at = Some(Instant::now());
            match read(&self.url).await {
                Ok(keys) => (kept.keys, kept.read_at) = (keys, Some(Instant::now())),
                Err(cause) => tracing::warn!(%cause, "the keys of GitHub's secret scanning cannot be read"),
            }
        }
        match kept.keys.iter().find(|key| key.id == id) {
            // A key that is new there would be unknown here.
            None if kept.read_at < kept.tried_at => Err(NotSigned::Unread),
            None => Err(NotSigned::UnknownKey),
            Some(key) if !key.is_current => Err(NotSigned::OldKey),
            Some(key) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key.point)
                .verify(message, signature)
                .map_err(|_| NotSigned::Wrong),
        }
    }
}

async fn read(url: &str) -> Result<Vec<Key>, ReadError> {
    let request = Request::get(url)
        .header(header::ACCEPT, "application/json")
        // GitHub's API refuses who does not say a name.
        .header(header::USER_AGENT, "tokenry")
        .body(Vec::new())
        .map_err(|_| FetchError::from(ClientError::Url))?;
    let answer = fetch(request).await?;
    if answer.status() != 200 {
        return Err(ReadError::Status(answer.status().as_u16()));
    }
    let Answer { public_keys } = serde_json::from_slice(answer.body()).map_err(|_| ReadError::Answer)?;
    // A key of a kind that is not known here keeps no other from being used.
    Ok(public_keys.into_iter().take(KEYS_MAX).filter_map(key).collect())
}

fn key(AnsweredKey { key_identifier: id, key, is_current }: AnsweredKey) -> Option<Key> {
    let key = SubjectPublicKeyInfoDer::from_pem_slice(key.as_bytes()).ok()?;
    let point = key.as_ref().strip_prefix(&P256)?.to_vec();
    Some(Key { id, point, is_current })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use base64::{Engine, engine::general_purpose::STANDARD};

    /// A message, its signature and the key from GitHub's documentation.
    const MESSAGE: &[u8] = br#"[{"token":"some_token","type":"some_type","url":"some_url"}]"#;
    const SIGNATURE: &str =
        "MEUCIQDKZokqnCjrRtw0tni+2Ltvl/uiMJ1EGumEsp1BsNr32AIgQY1YXD2nlj+XNfGK4rBfkMJ1JDOQcYXxa2sY8FNkrKc=";
    const KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9MJJHnMfn2+H4xL4YaPDA4RpJqUq\n\
        kCmRCBnYERxZanmcpzQSXs1X/AljlKkbJ8qpVIW4clayyef9gWhFbNHWAA==\n\
        -----END PUBLIC KEY-----\n";

    fn keys(is_current: bool) -> GithubKeys {
        let answered = AnsweredKey { key_identifier: "90a4".to_owned(), key: KEY.to_owned(), is_current };
        let now = Some(Instant::now());
        let kept = Kept { keys: vec![key(answered).unwrap()], read_at: now, tried_at: now };
        GithubKeys { kept: Mutex::new(kept), ..GithubKeys::at(String::new()) }
    }

    #[tokio::test]
    async fn what_github_has_signed_is_believed_and_nothing_else() {
        let signature = STANDARD.decode(SIGNATURE).unwrap();
        assert_eq!(keys(true).check("90a4", &signature, MESSAGE).await, Ok(()));
        assert_eq!(keys(true).check("90a4", &signature, b"[]").await, Err(NotSigned::Wrong));
        assert_eq!(keys(true).check("90a4", b"", MESSAGE).await, Err(NotSigned::Wrong));
        assert_eq!(keys(true).check("90a5", &signature, MESSAGE).await, Err(NotSigned::UnknownKey));
        assert_eq!(keys(false).check("90a4", &signature, MESSAGE).await, Err(NotSigned::OldKey));
    }

    #[test]
    fn a_key_of_another_kind_is_passed_over() {
        let of =
            |key: &str| AnsweredKey { key_identifier: String::new(), key: key.to_owned(), is_current: true };
        assert!(key(of(KEY)).is_some());
        for wrong in ["", "nonsense", &KEY.replace("MFkw", "MFkx"), &KEY.replace("PUBLIC", "PRIVATE")] {
            assert!(key(of(wrong)).is_none(), "{wrong}");
        }
    }
}
