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
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Mutex as Turn;
use tokio_rustls::rustls::pki_types::{SubjectPublicKeyInfoDer, pem::PemObject};

/// How long keys are believed without a look at GitHub.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// Longest time for which they are believed while GitHub cannot be asked.
const BELIEVED: Duration = Duration::from_secs(24 * 60 * 60);
/// Shortest time between two looks while keys are old, and for the sake of unknown ones, which anybody can name.
const PAUSE: Duration = Duration::from_secs(60);
const UNKNOWN_PAUSE: Duration = Duration::from_secs(10 * 60);
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
    unknown_pause: Duration,
    kept: Mutex<Kept>,
    /// One look at a time. The keys can be used meanwhile.
    turn: Turn<()>,
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
        let (kept, turn) = Default::default();
        Self { url, pause: PAUSE, unknown_pause: UNKNOWN_PAUSE, kept, turn }
    }

    /// Looks again whenever a key is unknown, for tests.
    #[must_use]
    pub fn without_pause(self) -> Self {
        Self { pause: Duration::ZERO, unknown_pause: Duration::ZERO, ..self }
    }

    /// Has the owner of this key signed the message? The keys are read again when they are old, or this one is unknown.
    pub async fn check(&self, id: &str, signature: &[u8], message: &[u8]) -> Result<(), NotSigned> {
        self.check_at(Instant::now(), id, signature, message).await
    }

    async fn check_at(
        &self,
        now: Instant,
        id: &str,
        signature: &[u8],
        message: &[u8],
    ) -> Result<(), NotSigned> {
        if self.is_worth_a_look(now, id) {
            // A key that is known is good enough while somebody else looks.
            let is_known = self.lock().key(now, id).is_some();
            let turn = if is_known { self.turn.try_lock().ok() } else { Some(self.turn.lock().await) };
            if turn.is_some() && self.is_worth_a_look(now, id) {
                self.look(now).await;
            }
        }
        let kept = self.lock();
        match kept.key(now, id) {
            // A key that is new there would be unknown here.
            None if kept.read_at < kept.tried_at => Err(NotSigned::Unread),
            None => Err(NotSigned::UnknownKey),
            Some(key) if !key.is_current => Err(NotSigned::OldKey),
            Some(key) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key.point)
                .verify(message, signature)
                .map_err(|_| NotSigned::Wrong),
        }
    }

    fn is_worth_a_look(&self, now: Instant, id: &str) -> bool {
        let kept = self.lock();
        let is_old = kept.read_at.is_none_or(|at| now.duration_since(at) >= KEPT);
        let pause = if is_old { self.pause } else { self.unknown_pause };
        let has_paused = kept.tried_at.is_none_or(|at| now.duration_since(at) >= pause);
        has_paused && (is_old || kept.key(now, id).is_none())
    }

    async fn look(&self, now: Instant) {
        let began = Instant::now();
        let found = read(&self.url).await;
        let ended = now + began.elapsed();
        let mut kept = self.lock();
        kept.tried_at = Some(ended);
        match found {
            Ok(keys) => (kept.keys, kept.read_at) = (keys, Some(ended)),
            Err(cause) => tracing::warn!(%cause, "the keys of GitHub's secret scanning cannot be read"),
        }
    }

    // A lock is poisoned by a panic under it; nothing here panics.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// The key of this name, if it is still believed.
    fn key(&self, now: Instant, id: &str) -> Option<&Key> {
        self.read_at.filter(|at| now.duration_since(*at) < BELIEVED)?;
        self.keys.iter().find(|key| key.id == id)
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

    #[tokio::test]
    async fn unknown_keys_are_asked_for_every_ten_minutes_and_old_ones_believed_for_a_day() {
        let (keys, now) = (keys(true), Instant::now());
        let after = |minutes: u64| now + Duration::from_secs(minutes * 60);
        let signature = STANDARD.decode(SIGNATURE).unwrap();
        let tried_at = || keys.lock().tried_at.unwrap();
        let first = tried_at();
        // Nobody answers at its address.
        assert_eq!(keys.check_at(after(9), "90a5", b"", b"").await, Err(NotSigned::UnknownKey));
        assert_eq!(tried_at(), first);
        assert_eq!(keys.check_at(after(11), "90a5", b"", b"").await, Err(NotSigned::Unread));
        assert!(tried_at() >= after(11));
        assert_eq!(keys.check_at(after(23 * 60), "90a4", &signature, MESSAGE).await, Ok(()));
        assert!(tried_at() >= after(23 * 60));
        let late = keys.check_at(after(25 * 60), "90a4", &signature, MESSAGE).await;
        assert_eq!(late, Err(NotSigned::Unread));
    }

    #[tokio::test]
    async fn while_one_asks_in_vain_the_others_are_answered_from_what_is_known() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let keys = GithubKeys { url, ..keys(true) };
        let (signature, later) = (STANDARD.decode(SIGNATURE).unwrap(), Instant::now() + 2 * KEPT);
        let check = || keys.check_at(later, "90a4", &signature, MESSAGE);
        let (mut asks, mut other) = (Box::pin(check()), Box::pin(check()));
        tokio::select! {
            biased;
            _ = &mut asks => panic!("it waits for an answer that never comes"),
            answered = &mut other => assert_eq!(answered, Ok(())),
        }
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
