//! What an issuer publishes (OpenID Connect Discovery 1.0): its endpoints and its keys, kept in memory. They are read
//! again when they are old, and once a minute at most when a token names a key that nobody knows.

use super::token::{Audience, Claims, TokenError, verify};
use crate::net::fetch::{fetch, is_askable};
use app::domain::Timestamp;
use openidconnect::{JsonWebKeySet, JsonWebKeySetUrl, core::CoreJsonWebKeySet};
use serde::Deserialize;
use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{sync::Mutex as Turn, time::timeout};

/// Age from which it is read again: one hour, in milliseconds.
const FRESH_MS: i64 = 60 * 60 * 1_000;
/// Age up to which it is used while the issuer does not answer: one day, in milliseconds.
const USABLE_MS: i64 = 24 * FRESH_MS;
/// Pause between two readings for the sake of unknown keys: one minute, in milliseconds.
const KEYS_PAUSE_MS: i64 = 60 * 1_000;
/// Pause after a failure, in which nobody waits for another one: half a minute from its end, in milliseconds. An attempt
/// takes a third of that at most.
const FAILED_PAUSE_MS: i64 = 30 * 1_000;
/// Longest wait for something newer than what can be used.
const MOMENT: Duration = Duration::from_secs(1);
/// Most keys of an issuer that are looked at.
const KEYS_MAX: usize = 100;

/// The endpoints of an issuer. One for clusters and CI has keys and nothing else.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    pub issuer: String,
    pub jwks_uri: String,
    pub authorization_endpoint: Option<String>,
    pub token_endpoint: Option<String>,
    pub userinfo_endpoint: Option<String>,
    #[serde(rename = "end_session_endpoint")]
    pub sign_out_endpoint: Option<String>,
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

#[derive(Debug)]
pub struct Published {
    pub metadata: Metadata,
    keys: CoreJsonWebKeySet,
    read_at: Timestamp,
}

/// The issuer does not answer, or not as it has to.
#[derive(Debug)]
pub struct Away;

/// The reason a token has no claims that count.
#[derive(Debug)]
pub enum Refused {
    Away,
    Token(TokenError),
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Issuer {
    url: Arc<str>,
    known: Arc<Mutex<Known>>,
    /// One reader at a time.
    turn: Arc<Turn<()>>,
}

#[derive(Default)]
struct Known {
    published: Option<Arc<Published>>,
    failed_at: Option<Timestamp>,
}

impl Issuer {
    pub fn new(url: &str) -> Self {
        Self { url: url.into(), known: Arc::default(), turn: Arc::default() }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// What is known without asking.
    pub fn known(&self) -> Option<Arc<Published>> {
        self.lock().published.clone()
    }

    /// What the issuer publishes, at most an hour old; or a day, while it does not answer.
    pub async fn published(&self, now: Timestamp) -> Result<Arc<Published>, Away> {
        if let Some(published) = self.kept(now, FRESH_MS) {
            return Ok(published);
        }
        if self.kept(now, USABLE_MS).is_none() {
            return self.renewed(now, FRESH_MS).await;
        }
        // One asks, and waits for a moment; what is known is good enough meanwhile, and for everybody else.
        if let Ok(turn) = self.turn.clone().try_lock_owned()
            && !self.has_failed(now)
        {
            let issuer = self.clone();
            let read = tokio::spawn(async move {
                issuer.read(now).await;
                drop(turn);
            });
            let _ = timeout(MOMENT, read).await;
        }
        self.kept(now, USABLE_MS).ok_or(Away)
    }

    /// The claims of a token of this issuer, if it is valid.
    pub async fn verify(
        &self,
        text: &str,
        audience: &Audience<'_>,
        now: Timestamp,
    ) -> Result<Claims, Refused> {
        let published = self.published(now).await.map_err(|Away| Refused::Away)?;
        match verify(text, &self.url, &published.keys, audience, now) {
            Err(TokenError::UnknownKey) => {
                let published = self.renewed(now, KEYS_PAUSE_MS).await;
                let published = published.map_err(|Away| Refused::Away)?;
                verify(text, &self.url, &published.keys, audience, now)
            }
            verified => verified,
        }
        .map_err(Refused::Token)
    }

    /// What it publishes at most so long ago, or else as it says now. Everybody waits for the one who asks.
    async fn renewed(&self, now: Timestamp, age_ms: i64) -> Result<Arc<Published>, Away> {
        let _turn = self.turn.lock().await;
        if self.kept(now, age_ms).is_none() && !self.has_failed(now) {
            self.read(now).await;
        }
        self.kept(now, USABLE_MS).ok_or(Away)
    }

    fn has_failed(&self, now: Timestamp) -> bool {
        self.lock().failed_at.is_some_and(|at| age(at, now) < FAILED_PAUSE_MS)
    }

    fn kept(&self, now: Timestamp, age_ms: i64) -> Option<Arc<Published>> {
        self.known().filter(|published| age(published.read_at, now) < age_ms)
    }

    /// Asks the issuer, and keeps what it says, or when that was in vain.
    async fn read(&self, now: Timestamp) {
        let began = Instant::now();
        let asked = async {
            let metadata = read_metadata(&self.url).await?;
            let keys = JsonWebKeySetUrl::new(metadata.jwks_uri.clone()).map_err(said)?;
            let keys: CoreJsonWebKeySet = JsonWebKeySet::fetch_async(&keys, &fetch).await.map_err(said)?;
            let keys = JsonWebKeySet::new(keys.keys().iter().take(KEYS_MAX).cloned().collect());
            Ok::<_, String>(Published { metadata, keys, read_at: now })
        };
        match asked.await {
            Ok(published) => *self.lock() = Known { published: Some(Arc::new(published)), failed_at: None },
            Err(cause) => {
                tracing::warn!(issuer = &*self.url, cause, "what an issuer publishes cannot be read");
                let took = i64::try_from(began.elapsed().as_millis()).unwrap_or_default();
                self.lock().failed_at = Some(Timestamp::from_millis(now.as_millis() + took));
            }
        }
    }

    // A lock is poisoned by a panic under it; nothing here panics.
    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn age(at: Timestamp, now: Timestamp) -> i64 {
    now.as_millis() - at.as_millis()
}

async fn read_metadata(issuer: &str) -> Result<Metadata, String> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let request = http::Request::get(url).header("accept", "application/json").body(Vec::new());
    let answer = fetch(request.map_err(said)?).await.map_err(said)?;
    if answer.status() != http::StatusCode::OK {
        return Err(format!("it answers with {}", answer.status()));
    }
    let metadata: Metadata = serde_json::from_slice(answer.body()).map_err(said)?;
    if metadata.issuer != issuer {
        return Err("it calls itself by another name than the configuration".to_owned());
    }
    let endpoints = [
        Some(&metadata.jwks_uri),
        metadata.authorization_endpoint.as_ref().filter(|_| metadata.token_endpoint.is_some()),
        metadata.token_endpoint.as_ref(),
        metadata.userinfo_endpoint.as_ref(),
        metadata.sign_out_endpoint.as_ref(),
    ];
    let are_safe = endpoints.into_iter().flatten().all(|endpoint| is_safe(endpoint, issuer));
    if are_safe { Ok(metadata) } else { Err("one of its endpoints is not https".to_owned()) }
}

/// Is this an endpoint that only the issuer answers at? In the clear, only on this machine, and only for an issuer there.
fn is_safe(endpoint: &str, issuer: &str) -> bool {
    is_askable(endpoint) && (endpoint.starts_with("https:") || issuer.starts_with("http:"))
}

/// An error with what caused it. Bodies and headers are left out.
pub fn said(error: impl Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        said = format!("{said}: {next}");
        cause = next.source();
    }
    said
}
