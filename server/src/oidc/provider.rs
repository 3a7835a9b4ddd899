//! One identity provider: where a browser is sent, and what its answer means (authorization code flow with PKCE, RFC
//! 7636).
//!
//! A sign-in on its way is one random key in a cookie. `state`, `nonce` and the PKCE verifier are digests of it and of
//! the provider's name: an answer that was meant for another browser, or comes from another provider, fits nothing.

use super::{
    claims,
    issuer::{Issuer, Published, Refused, said},
    settings::ProviderSettings,
    token::{Audience, Claims, Others},
};
use crate::net::fetch::fetch;
use app::{
    domain::{Error, SESSION_MS, Timestamp},
    paths,
    service::{Key, KeyDigest, Provided, in_hex},
};
use openidconnect::{
    AuthType, AuthUrl, AuthenticationFlow, AuthorizationCode, Client, ClientId, CsrfToken,
    EmptyExtraTokenFields, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl, JsonWebKeySet, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenUrl,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde_json::Value;
use std::time::Duration;
use tokio::sync::Semaphore;
use url::Url;

/// Most sign-ins that wait for a provider at once.
const WAITING_MAX: usize = 64;
/// Age up to which a sign-in at the provider counts as one that was asked for now: five minutes, in milliseconds.
const PROVED_JUST_NOW_MS: i64 = 5 * 60 * 1_000;

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Others,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type ProviderClient = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

pub struct Provider {
    pub settings: ProviderSettings,
    issuer: Issuer,
    callback: String,
    waiting: Semaphore,
}

/// The answer of a provider, as the browser brings it.
pub struct Answer<'a> {
    pub code: &'a str,
    pub state: &'a str,
    pub issuer: Option<&'a str>,
    /// The provider was asked to have the person prove again who they are.
    pub is_again: bool,
}

/// A sign-in that came to nothing: a word for the audit log, and what the person is told.
#[derive(Debug)]
pub struct Failure {
    pub reason: &'static str,
    pub error: Error,
}

impl Provider {
    pub fn new(settings: ProviderSettings, origin: &str) -> Self {
        let callback = format!("{origin}{}", paths::provider_callback(&settings.name));
        Self {
            issuer: Issuer::new(&settings.issuer),
            callback,
            waiting: Semaphore::new(WAITING_MAX),
            settings,
        }
    }

    /// The URL at the provider to send the browser to, which then brings an answer for this key. With `again`, the
    /// person has to prove there once more who they are.
    pub async fn begin(&self, key: &Key, again: bool, now: Timestamp) -> Result<String, Error> {
        let _waits = self.waiting.try_acquire().map_err(|_| Error::Busy)?;
        let published = self.issuer.published(now).await.map_err(|_| self.away())?;
        let client = self.client(&published)?;
        let (state, nonce) = (self.part(key, "state"), self.part(key, "nonce"));
        let verifier = PkceCodeVerifier::new(self.part(key, "verifier"));
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        // Whoever is asked for an age says when the person has proved who they are (OpenID Connect Core 1.0, 3.1.2.1).
        request = match again {
            true => request.set_max_age(Duration::ZERO).add_prompt(CoreAuthPrompt::Login),
            false => request.set_max_age(Duration::from_millis(SESSION_MS.unsigned_abs())),
        };
        Ok(request.url().0.into())
    }

    /// Does this answer belong to the sign-in with this key? Asks nobody.
    pub fn fits(&self, key: &Key, answer: &Answer<'_>) -> Result<(), Failure> {
        let is_ours =
            KeyDigest::of(answer.state.as_bytes()) == KeyDigest::of(self.part(key, "state").as_bytes());
        if !is_ours {
            return Err(self.failed("state"));
        }
        // RFC 9207: whoever answers says who they are, if they ever do.
        let says = self.issuer.known();
        let says = says.is_some_and(|known| known.metadata.authorization_response_iss_parameter_supported);
        match answer.issuer {
            Some(issuer) if issuer != self.settings.issuer => Err(self.failed("issuer")),
            None if says => Err(self.failed("issuer")),
            _ => Ok(()),
        }
    }

    /// Asks the provider whom the code stands for. To be called once for each answer that fits.
    pub async fn finish(&self, key: &Key, answer: &Answer<'_>, now: Timestamp) -> Result<Provided, Failure> {
        let busy = |_| Failure { reason: "busy", error: Error::Busy };
        let _waits = self.waiting.try_acquire().map_err(busy)?;
        let away = || Failure { reason: "away", error: self.away() };
        let published = self.issuer.published(now).await.map_err(|_| away())?;
        let client = self.client(&published).map_err(|_| away())?;
        let exchange = client.exchange_code(AuthorizationCode::new(answer.code.to_owned()));
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(self.part(key, "verifier")));
        let tokens: Tokens = exchange.request_async(&fetch).await.map_err(|cause| match cause {
            RequestTokenError::ServerResponse(_) => self.failed("code"),
            RequestTokenError::Request(cause) => {
                tracing::warn!(provider = self.settings.name, cause = said(cause), "no answer for a code");
                away()
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => self.failed("malformed"),
        })?;
        let token = tokens.extra_fields().id_token().ok_or_else(|| self.failed("malformed"))?.to_string();
        let nonce = self.part(key, "nonce");
        let audience = Audience::Client { id: &self.settings.client_id, nonce: &nonce };
        let mut said = match self.issuer.verify(&token, &audience, now).await {
            Ok(claims) => claims,
            Err(Refused::Away) => return Err(away()),
            Err(Refused::Token(refused)) => return Err(self.failed(refused.reason())),
        };
        let subject = text(&said, "sub").unwrap_or_default();
        if !claims::are_complete(&said, &self.settings)
            && let Some(endpoint) = &published.metadata.userinfo_endpoint
        {
            let more = user_info(endpoint, tokens.access_token().secret()).await.map_err(|_| away())?;
            if text(&more, "sub").as_ref() != Some(&subject) {
                return Err(self.failed("another_subject"));
            }
            // What is signed counts.
            said = more.into_iter().chain(said).collect();
        }
        self.provided(&said, subject, answer.is_again, now)
    }

    /// The URL where somebody signs out at the provider and comes back to `back` (RP-Initiated Logout 1.0), as far as it
    /// is known.
    pub fn sign_out_url(&self, back: &str) -> Option<String> {
        let known = self.issuer.known()?;
        let mut url = Url::parse(known.metadata.sign_out_endpoint.as_deref()?).ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", back);
        Some(url.into())
    }

    pub fn failed(&self, reason: &'static str) -> Failure {
        let name = &self.settings.label;
        let why = match reason {
            "state" => {
                "This sign-in was begun in another browser, or too long ago. Sign in again.".to_owned()
            }
            "code" => format!(
                "{name} did not confirm this sign-in: it was used before, or too late. Sign in again."
            ),
            "denied" => format!("{name} did not sign you in."),
            "domain" => format!("{name} does not vouch for an e-mail address that may come in here."),
            "role" => format!("{name} gives you no role here. Ask whoever manages it."),
            "not_again" => {
                format!("{name} did not ask you to sign in again. Try once more, or ask the operator.")
            }
            _ => format!(
                "The answer of {name} could not be trusted. Try again, and tell the operator if it stays so."
            ),
        };
        Failure { reason, error: Error::ProviderRefused { why } }
    }

    fn provided(
        &self,
        said: &Claims,
        subject: String,
        is_again: bool,
        now: Timestamp,
    ) -> Result<Provided, Failure> {
        let settings = &self.settings;
        let proved_at = said.get("auth_time").and_then(Value::as_i64);
        let mut proved_at = proved_at.map(|at| Timestamp::from_millis(at.saturating_mul(1_000)).min(now));
        if proved_at.is_none() && is_again && settings.assumes_fresh {
            proved_at = Some(now);
        }
        let is_now = |at: Timestamp| now.as_millis() - at.as_millis() < PROVED_JUST_NOW_MS;
        if is_again && !proved_at.is_some_and(is_now) {
            return Err(self.failed("not_again"));
        }
        let email = claims::email(said, settings);
        if !claims::is_in_domains(email.as_deref(), settings) {
            return Err(self.failed("domain"));
        }
        Ok(Provided {
            provider: settings.name.clone(),
            issuer: settings.issuer.clone(),
            subject,
            name: claims::name(said),
            is_trusted_for_email: settings.links_by_email && email.is_some(),
            email,
            role: claims::role(said, settings).ok_or_else(|| self.failed("role"))?,
            groups: claims::groups(said, settings),
            memberships: claims::memberships(said, settings),
            proved_at,
        })
    }

    fn away(&self) -> Error {
        Error::ProviderAway { name: self.settings.label.clone() }
    }

    /// One of the values that belong to a sign-in: 256 bits that tell nothing of the key or of each other.
    fn part(&self, key: &Key, what: &str) -> String {
        in_hex(KeyDigest::of(format!("{what} {} {}", self.settings.name, key.expose()).as_bytes()).as_bytes())
    }

    fn client(&self, published: &Published) -> Result<ProviderClient, Error> {
        let (settings, metadata) = (&self.settings, &published.metadata);
        let (Some(authorization), Some(token)) = (&metadata.authorization_endpoint, &metadata.token_endpoint)
        else {
            return Err(self.away());
        };
        let no_url = |_| self.away();
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(no_url)?;
        let client = Client::new(ClientId::new(settings.client_id.clone()), issuer, JsonWebKeySet::default())
            .set_auth_uri(AuthUrl::new(authorization.clone()).map_err(no_url)?)
            .set_token_uri(TokenUrl::new(token.clone()).map_err(no_url)?)
            .set_redirect_uri(RedirectUrl::new(self.callback.clone()).map_err(no_url)?);
        let methods = &metadata.token_endpoint_auth_methods_supported;
        let is_basic = methods.is_empty() || methods.iter().any(|method| method == "client_secret_basic");
        let client = client.set_auth_type(if is_basic { AuthType::BasicAuth } else { AuthType::RequestBody });
        Ok(match &settings.client_secret {
            Some(secret) => {
                client.set_client_secret(openidconnect::ClientSecret::new(secret.expose().to_owned()))
            }
            None => client,
        })
    }
}

fn text(claims: &Claims, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// What a provider says beyond the token (OpenID Connect Core 1.0, 5.3).
async fn user_info(endpoint: &str, access_token: &str) -> Result<Claims, String> {
    let request = http::Request::get(endpoint)
        .header("accept", "application/json")
        .header("authorization", format!("Bearer {access_token}"));
    let answer = fetch(request.body(Vec::new()).map_err(said)?).await.map_err(said)?;
    if answer.status() != http::StatusCode::OK {
        return Err(format!("it answers with {}", answer.status()));
    }
    serde_json::from_slice(answer.body()).map_err(said)
}
