//! `POST /v1/verify`, and `POST /v1/verify/batch` for up to a hundred questions at once. The status is 200 whenever the
//! questions were understood and could be answered, whatever the verdicts.

use crate::{
    metrics::Endpoint,
    rest::{
        bearer,
        body::{self, MetadataJson, Rfc3339},
        openapi::parts::{BodyFaults, Forbidden, Unserved},
        problem::{Problem, json},
    },
    state::AppState,
};
use app::{
    domain::{BATCH_MAX, Error, PERMISSIONS_MAX, Permission, PermissionSet, PersonId, TokenId, Verdict},
    service::{CachedPerson, CachedSecret, RateState, Verification, VerifyRequest},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use std::{net::IpAddr, time::Instant};
use utoipa::ToSchema;

/// A secret to verify.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyQuestion {
    /// The secret that was presented to your service.
    secret: String,
    /// Permissions that the token must have, all of them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, example = json!(["invoices:read"]))]
    permissions: Option<Vec<Permission>>,
    /// The address that the secret was presented from. A token that is limited to addresses is refused without it.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "203.0.113.9")]
    address: Option<IpAddr>,
}

/// Up to 100 secrets to verify.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyBatch {
    items: Vec<VerifyQuestion>,
}

/// The verdict, and the token that it is about.
#[derive(Serialize, ToSchema)]
pub struct VerifyAnswer<'a> {
    #[schema(value_type = String, example = "valid")]
    verdict: Verdict,
    /// With `permission_missing`: the requested permissions that the token lacks.
    #[serde(skip_serializing_if = "<[Permission]>::is_empty")]
    #[schema(value_type = Vec<String>)]
    missing: &'a [Permission],
    /// Absent for `malformed` and `unknown`. For other denials, only id and name.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<VerifiedToken<'a>>,
    /// The state of the token's rate limit, if it has one and passed all other checks.
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit: Option<RateLeft>,
}

#[derive(Serialize, ToSchema)]
pub struct VerifiedToken<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: TokenId,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<VerifiedOwner<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    permissions: Option<&'a PermissionSet>,
    /// With `valid`: when the secret stops working. Null means never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<Rfc3339>>,
    /// With `valid`: the metadata of the token, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HashMap<String, String>>)]
    metadata: Option<MetadataJson<'a>>,
}

#[derive(Serialize, ToSchema)]
pub struct VerifiedOwner<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: PersonId,
    /// No two people have names that look the same. Older names that do are followed by the e-mail address in brackets.
    name: &'a str,
    /// The metadata of the group or service account, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HashMap<String, String>>)]
    metadata: Option<MetadataJson<'a>>,
}

#[derive(Serialize, ToSchema)]
pub struct RateLeft {
    limit: u32,
    remaining: u32,
    /// Seconds until the full limit is available again.
    reset_seconds: u64,
}

#[derive(Serialize, ToSchema)]
pub struct VerifyAnswers<'a> {
    /// In the order of the request.
    items: Vec<VerifyAnswer<'a>>,
}

impl<'a> From<&'a CachedPerson> for VerifiedOwner<'a> {
    fn from(owner: &'a CachedPerson) -> Self {
        let metadata = Some(&owner.metadata).filter(|metadata| !metadata.is_empty());
        Self { id: owner.id, name: &owner.told, metadata: metadata.map(MetadataJson) }
    }
}

impl<'a> VerifyAnswer<'a> {
    fn of(verification: &'a Verification) -> Self {
        let is_valid = verification.verdict.is_valid();
        let token = verification.identity.as_ref().map(|known| VerifiedToken {
            id: known.token,
            name: &known.name,
            owner: is_valid.then(|| VerifiedOwner::from(&*known.owner)),
            permissions: is_valid.then(|| known.permissions()),
            expires_at: is_valid.then(|| known.ends_at().map(Rfc3339)),
            metadata: known.metadata.as_deref().filter(|_| is_valid).map(MetadataJson),
        });
        let rate = |state: RateState| RateLeft {
            limit: state.limit,
            remaining: state.remaining,
            reset_seconds: state.reset_seconds,
        };
        let (verdict, missing) = (verification.verdict, verification.missing.as_slice());
        Self { verdict, missing, token, rate_limit: verification.rate.map(rate) }
    }
}

#[utoipa::path(
    post,
    path = "/v1/verify",
    tag = "Verify",
    operation_id = "verify",
    summary = "Verify a secret",
    description = "Returns 200 with a verdict, even if the secret is refused. `permissions` and `address` are \
        optional, but a token that is limited to addresses is refused without an address.",
    security(("bearer" = ["tokenry.tokens:verify"])),
    request_body(content = VerifyQuestion, example = json!(crate::rest::openapi::examples::request())),
    responses(
        (status = 200, description = "The verdict", body = VerifyAnswer<'_>, examples(
        ("Valid" = (value = json!(crate::rest::openapi::examples::verdict()))),
        ("Without the permission" = (value = json!(crate::rest::openapi::examples::denial())))
    )),
        Unserved, Forbidden, BodyFaults
    )
)]
pub async fn one(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require_verifier(&state, &parts).await?;
    let request: VerifyQuestion = body::json(&parts.headers, body).await?;
    request.check("", &parts.headers)?;
    let verification = ask(&state, Endpoint::Verify, &request, &caller).await;
    let verification = verification.map_err(|error| Problem::new(error, &parts.headers))?;
    Ok(json(StatusCode::OK, &VerifyAnswer::of(&verification)))
}

#[utoipa::path(
    post,
    path = "/v1/verify/batch",
    tag = "Verify",
    operation_id = "verify_batch",
    summary = "Verify up to 100 secrets",
    description = "The verdicts are in the order of the request.",
    security(("bearer" = ["tokenry.tokens:verify"])),
    request_body(content = VerifyBatch, example = json!(crate::rest::openapi::examples::questions())),
    responses(
        (status = 200, description = "The verdicts", body = VerifyAnswers<'_>, example = json!(crate::rest::openapi::examples::verdicts())),
        Unserved, Forbidden, BodyFaults
    )
)]
pub async fn batch(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require_verifier(&state, &parts).await?;
    let batch: VerifyBatch = body::json(&parts.headers, body).await?;
    if batch.items.len() > BATCH_MAX {
        let detail = format!("{BATCH_MAX} questions are the most in one request.");
        return Err(Problem::fault(&parts.headers, "/items", "too_many", detail));
    }
    for (index, request) in batch.items.iter().enumerate() {
        request.check(&format!("/items/{index}"), &parts.headers)?;
    }
    let mut verifications = Vec::with_capacity(batch.items.len());
    for request in &batch.items {
        let verification = ask(&state, Endpoint::Batch, request, &caller).await;
        verifications.push(verification.map_err(|error| Problem::new(error, &parts.headers))?);
    }
    let items = verifications.iter().map(VerifyAnswer::of).collect();
    Ok(json(StatusCode::OK, &VerifyAnswers { items }))
}

impl VerifyQuestion {
    fn check(&self, place: &str, headers: &HeaderMap) -> Result<(), Problem> {
        if self.permissions.as_ref().is_none_or(|wanted| wanted.len() <= PERMISSIONS_MAX) {
            return Ok(());
        }
        let detail = format!("{PERMISSIONS_MAX} permissions are the most.");
        Err(Problem::fault(headers, &format!("{place}/permissions"), "too_many", detail))
    }
}

async fn ask(
    state: &AppState,
    endpoint: Endpoint,
    request: &VerifyQuestion,
    caller: &CachedSecret,
) -> Result<Verification, Error> {
    let VerifyQuestion { secret, permissions, address } = request;
    let permissions = permissions.as_deref().unwrap_or_default();
    let request = VerifyRequest { secret, permissions, address: *address, client: &caller.name };
    state.verify_for(caller.token, endpoint, &request).await
}

/// Decisions, each counted and timed for the metrics.
impl AppState {
    /// The decision for the holder of the secret.
    pub async fn verify(
        &self,
        endpoint: Endpoint,
        request: &VerifyRequest<'_>,
    ) -> Result<Verification, Error> {
        let began = Instant::now();
        let verified = match endpoint {
            Endpoint::Caller => self.service.verify_caller(request).await,
            _ => self.service.verify_from(request).await,
        };
        self.answered(endpoint, began, verified)
    }

    /// The decision for a service that was shown the secret. `service` is the service's own token.
    pub async fn verify_for(
        &self,
        service: TokenId,
        endpoint: Endpoint,
        request: &VerifyRequest<'_>,
    ) -> Result<Verification, Error> {
        let began = Instant::now();
        let verified = match endpoint {
            Endpoint::Introspect => self.service.introspect(service, request).await,
            _ => self.service.verify_for(service, request).await,
        };
        self.answered(endpoint, began, verified)
    }

    fn answered(
        &self,
        endpoint: Endpoint,
        began: Instant,
        verified: Result<Verification, Error>,
    ) -> Result<Verification, Error> {
        self.metrics.verified(
            endpoint,
            verified.as_ref().ok().map(|verification| verification.verdict),
            began.elapsed(),
        );
        verified
    }
}
