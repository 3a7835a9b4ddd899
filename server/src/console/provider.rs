//! Signing in through an identity provider: the way there, and the way back.
//!
//! The way there leaves a cookie and nothing else. The way back is a request that a page of the provider leads to, so
//! what makes it ours is that cookie.

use crate::{
    console::sign_in::ways,
    http::{
        cookies,
        extract::{Page, PageError, PageQuery},
    },
    oidc::provider::{Answer, Failure, Provider},
};
use app::{
    domain::{Error, PROVIDED_SIGN_IN_MS, Timestamp},
    paths,
    service::{Key, SignedIn},
    sign_in::{SignInReason, sign_in},
};
use axum::{
    extract::Path,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct BeginQuery {
    #[serde(default)]
    next: String,
    again: Option<String>,
}

/// The answer of a provider (RFC 6749, 4.1.2; RFC 9207).
#[derive(Deserialize)]
pub struct AnswerQuery {
    code: Option<String>,
    #[serde(default)]
    state: String,
    iss: Option<String>,
}

/// A sign-in on its way, as its browser keeps it.
struct Way {
    key: Key,
    begun_at: Timestamp,
    is_again: bool,
    provider: String,
    next: String,
}

impl Way {
    fn to_text(&self) -> String {
        let (key, at, again) = (self.key.expose(), self.begun_at.as_millis(), u8::from(self.is_again));
        format!("{key} {at} {again} {} {}", self.provider, self.next)
    }

    /// `None` when it is no sign-in, is too old, or leads to another provider.
    fn parse(text: &str, provider: &str, now: Timestamp) -> Option<Self> {
        let mut parts = text.splitn(5, ' ');
        let way = Self {
            key: Key::parse(parts.next()?)?,
            begun_at: Timestamp::from_millis(parts.next()?.parse().ok()?),
            is_again: parts.next()? == "1",
            provider: parts.next()?.to_owned(),
            next: parts.next()?.to_owned(),
        };
        let age = now.as_millis().saturating_sub(way.begun_at.as_millis());
        ((0..PROVIDED_SIGN_IN_MS).contains(&age) && way.provider == provider).then_some(way)
    }
}

/// Sends the browser to the provider.
pub async fn begin(
    page: Page,
    Path(name): Path<String>,
    PageQuery(query): PageQuery<BeginQuery>,
) -> Result<Response, PageError> {
    let provider = page.state.providers.find(&name).ok_or(Error::NoSuchRoute)?;
    let way = Way {
        key: Key::generate()?,
        begun_at: page.state.service.now(),
        is_again: query.again.is_some(),
        provider: name,
        // Leads only to a place of this site.
        next: paths::own(&query.next).unwrap_or(paths::TOKENS).to_owned(),
    };
    Ok(match provider.begin(&way.key, way.is_again, way.begun_at).await {
        Ok(url) => {
            let kept = cookies::keep_way(way.to_text(), page.state.network.secure);
            (kept, Redirect::to(&url)).into_response()
        }
        Err(error) => refuse(&page, &way.next, &error),
    })
}

/// Takes the answer of the provider.
pub async fn finish(
    page: Page,
    headers: HeaderMap,
    Path(name): Path<String>,
    PageQuery(query): PageQuery<AnswerQuery>,
) -> Result<Response, PageError> {
    let provider = page.state.providers.find(&name).ok_or(Error::NoSuchRoute)?;
    let secure = page.state.network.secure;
    let way = Way::parse(&cookies::way(&headers, secure), &name, page.state.service.now());
    let next = way.as_ref().map_or(paths::TOKENS, |way| &way.next).to_owned();
    let done = match way {
        Some(way) => signed_in(&page, &headers, provider, &way, &query).await,
        None => Err(provider.failed("state")),
    };
    let gone = cookies::forget_way(secure);
    Ok(match done {
        Ok(signed_in) => (gone, cookies::keep(&signed_in, secure), Redirect::to(&next)).into_response(),
        Err(Failure { reason, error }) => {
            // The service has noted its own refusals.
            if !reason.is_empty() {
                page.state.service.provided_failed(&name, reason, None, &page.visit).await?;
            }
            (gone, refuse(&page, &next, &error)).into_response()
        }
    })
}

async fn signed_in(
    page: &Page,
    headers: &HeaderMap,
    provider: &Provider,
    way: &Way,
    query: &AnswerQuery,
) -> Result<SignedIn, Failure> {
    let service = &page.state.service;
    let by_service = |error| Failure { reason: "", error };
    let code = query.code.as_deref();
    let answer = Answer {
        code: code.unwrap_or_default(),
        state: &query.state,
        issuer: query.iss.as_deref(),
        is_again: way.is_again,
    };
    provider.fits(&way.key, &answer)?;
    service.finish_provided_sign_in(&way.key, &page.visit).await.map_err(by_service)?;
    if code.is_none() {
        return Err(provider.failed("denied"));
    }
    let provided = provider.finish(&way.key, &answer, service.now()).await?;
    let keys = cookies::read(headers, page.state.network.secure);
    service.sign_in_provided(&provided, keys, &page.visit).await.map_err(by_service)
}

fn refuse(page: &Page, next: &str, error: &Error) -> Response {
    let ways = ways(&page.state, next, false);
    page.refuse(
        error,
        sign_in(
            page.demonstration(),
            SignInReason::None,
            &ways,
            ("", next),
            page.state.service.has_passkey_sign_in(),
            Some(error),
        ),
    )
}
