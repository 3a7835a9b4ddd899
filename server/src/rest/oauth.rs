//! The doors that standard clients know: introspection (RFC 7662), revocation (RFC 7009), and the document that
//! names both (RFC 8414). Errors are those of RFC 6749, section 5.2.

use super::{
    bearer, body,
    problem::{Problem, json},
};
use crate::{
    client::ClientAddress,
    desk::visit,
    metrics::Door,
    render::{retry_after, status_of},
    router::Console,
};
use app::{
    domain::{Error, PersonId, TokenId},
    service::{Judgement, Question},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// What a client is told about a token (RFC 7662, section 2.2). Inactive is all there is to say of one that is not.
#[derive(Serialize, ToSchema)]
pub struct Introspection<'a> {
    active: bool,
    #[serde(flatten)]
    about: Option<Active<'a>>,
}

#[derive(Serialize, ToSchema)]
pub struct Active<'a> {
    /// The token's permissions, separated by spaces.
    scope: String,
    /// Who answers for the token.
    #[schema(value_type = String, format = Uuid)]
    sub: PersonId,
    #[schema(value_type = String, format = Uuid)]
    client_id: TokenId,
    /// What the owner is called. No two people are called what looks the same; where two were before that was so, their
    /// e-mail addresses stand beside the names, in brackets.
    username: &'a str,
    /// Seconds since 1970; missing for what does not end.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    iat: i64,
    token_type: &'static str,
}

impl<'a> Introspection<'a> {
    fn of(judgement: &'a Judgement) -> Self {
        let known = judgement.identity.as_ref().filter(|_| judgement.verdict.is_valid());
        let about = known.map(|known| Active {
            scope: known.permissions().to_line(),
            sub: known.owner.id,
            client_id: known.token,
            username: &known.owner.told,
            exp: known.ends_at().map(|at| at.as_millis().div_euclid(1_000)),
            iat: known.created_at.as_millis().div_euclid(1_000),
            token_type: "Bearer",
        });
        Self { active: about.is_some(), about }
    }
}

#[utoipa::path(
    post,
    path = "/oauth/introspect",
    tag = "Standard doors",
    operation_id = "introspect",
    summary = "Introspect a secret (RFC 7662)",
    description = "What is not valid is exactly `{\"active\": false}`, whatever the reason.",
    security(("bearer" = ["tokenry.tokens:verify"])),
    request_body(content = TokenParameter, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Whose it is", body = Introspection<'_>, example = json!(super::examples::introspection())),
        (status = 400, description = "`invalid_request`", body = OauthError),
        (status = 401, description = "`invalid_client`", body = OauthError),
        (status = 403, description = "`insufficient_scope`", body = OauthError),
        (status = 503, description = "`temporarily_unavailable`", body = OauthError)
    )
)]
pub async fn introspect(State(console): State<Console>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require_verifier(&console, &parts).await?;
    let secret = token_of(&parts, body).await?;
    let client = &caller.name;
    let question = Question { secret: &secret, permissions: &[], address: None, client };
    let judgement = console.ask(Door::Introspect, &question).await.map_err(|error| refuse(error, &parts))?;
    Ok(json(StatusCode::OK, &Introspection::of(&judgement)))
}

/// Whoever presents a secret may end it. It is dead when this has answered, or was never alive.
#[utoipa::path(
    post,
    path = "/oauth/revoke",
    tag = "Standard doors",
    operation_id = "revoke",
    summary = "End a secret by presenting it (RFC 7009)",
    description = "Whoever has a secret may end it, and needs nothing else. One that is unknown is as good as ended.",
    request_body(content = TokenParameter, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It is dead, or never was alive"),
        (status = 400, description = "`invalid_request`", body = OauthError),
        (status = 503, description = "`temporarily_unavailable`", body = OauthError)
    )
)]
pub async fn revoke(State(console): State<Console>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let secret = token_of(&parts, body).await?;
    let source = parts.extensions.get::<ClientAddress>().map(|from| from.0);
    console
        .service
        .revoke_secret(&secret, source, &visit(&parts))
        .await
        .map_err(|error| refuse(error, &parts))?;
    Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response())
}

/// Which addresses do what (RFC 8414, section 2).
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "Standard doors",
    operation_id = "metadata",
    summary = "Find the two above (RFC 8414)",
    responses((status = 200, description = "Which addresses do what", body = Object, example = json!(super::examples::metadata())))
)]
pub async fn metadata(State(console): State<Console>) -> Response {
    let origin = console.entrance.origin();
    let document = serde_json::json!({
        "issuer": origin,
        "introspection_endpoint": format!("{origin}/oauth/introspect"),
        "revocation_endpoint": format!("{origin}/oauth/revoke"),
        "revocation_endpoint_auth_methods_supported": ["none"],
        // There is nothing here that issues tokens to clients.
        "response_types_supported": [],
        "service_documentation": format!("{origin}/v1/openapi.json"),
    });
    json(StatusCode::OK, &document)
}

/// The form that both take.
#[derive(ToSchema)]
#[schema(example = json!({ "token": "tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw" }))]
#[expect(dead_code, reason = "it is there for the document")]
pub struct TokenParameter {
    /// The secret. What else a client sends is passed over.
    token: String,
}

/// The parameter `token`, once. What else a client sends is passed over, as OAuth asks.
async fn token_of(parts: &Parts, body: Body) -> Result<String, Refusal> {
    body::require_kind(&parts.headers, "application/x-www-form-urlencoded")?;
    let bytes = body::read(&parts.headers, body).await?;
    let mut tokens = url::form_urlencoded::parse(&bytes).filter(|(name, _)| name == "token");
    match (tokens.next(), tokens.next(), parts.uri.query()) {
        (Some((_, token)), None, None) => Ok(token.into_owned()),
        _ => Err(refuse(Error::Malformed, parts)),
    }
}

/// An error in the words of OAuth.
pub struct Refusal(Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

fn refuse(error: Error, parts: &Parts) -> Refusal {
    Refusal(Problem::new(error, &parts.headers))
}

#[derive(Serialize, ToSchema)]
pub struct OauthError {
    error: &'static str,
    error_description: String,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let error = problem.error();
        let body = OauthError {
            error: match error.status() {
                401 => "invalid_client",
                403 => "insufficient_scope",
                429 | 503 => "temporarily_unavailable",
                _ => "invalid_request",
            },
            error_description: error.to_string(),
        };
        let mut response = json(status_of(error), &body);
        add(response.headers_mut(), &problem);
        response
    }
}

fn add(headers: &mut HeaderMap, problem: &Problem) {
    if let Some(challenge) = problem.challenge().and_then(|text| HeaderValue::try_from(text).ok()) {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(after) = retry_after(problem.error()) {
        headers.insert(header::RETRY_AFTER, after);
    }
}
