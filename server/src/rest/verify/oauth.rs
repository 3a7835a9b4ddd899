//! The endpoints for standard OAuth clients: introspection (RFC 7662), revocation (RFC 7009), and the metadata document
//! that names both (RFC 8414). Errors are those of RFC 6749, section 5.2.

use crate::{
    http::extract::visit,
    metrics::Endpoint,
    net::client_ip::ClientAddress,
    rest::{
        body,
        problem::json,
        verify::{
            INTROSPECTION_METHODS, client_auth,
            oauth_error::{OauthError, Refusal},
            oauth_form::Form,
        },
    },
    state::AppState,
};
use app::{
    domain::{PersonId, TokenId},
    service::{Verification, VerifyRequest},
};
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

const WRONG_ADDRESS: &str = "The parameter address is one IP address, as in 203.0.113.9.";

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
    fn of(verification: &'a Verification) -> Self {
        let known = verification.identity.as_ref().filter(|_| verification.verdict.is_valid());
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
    tag = "OAuth endpoints",
    operation_id = "introspect",
    summary = "Introspect a secret (RFC 7662)",
    description = "What is not valid is exactly `{\"active\": false}`, whatever the reason. A token is active, and this spends \
        nothing of its rate limit, also while it has been used too often; one that is limited to addresses is judged by \
        `address`, if that is given. The caller shows its secret as a bearer, or as a client whose id is that of its token \
        (RFC 6749, section 2.3.1): by HTTP Basic, or as `client_id` and `client_secret` in the form.",
    security(("bearer" = ["tokenry.tokens:verify"]), ("client" = [])),
    request_body(content = IntrospectionForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Whose it is", body = Introspection<'_>, example = json!(crate::rest::openapi::examples::introspection())),
        (status = 400, description = "`invalid_request`", body = OauthError),
        (status = 401, description = "`invalid_client`", body = OauthError),
        (status = 403, description = "`insufficient_scope`", body = OauthError),
        (status = 503, description = "`temporarily_unavailable`", body = OauthError)
    )
)]
pub async fn introspect(State(state): State<AppState>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let (caller, form) = client_auth::require_verifier(&state, &parts, body).await?;
    let (secret, client) = (form.token(&parts)?, &caller.name);
    let address = form.one("address", &parts)?.map(str::parse).transpose();
    let address = address.map_err(|_| Refusal::because(WRONG_ADDRESS, &parts))?;
    let request = VerifyRequest { secret, permissions: &[], address, client };
    let verification = state
        .verify_for(caller.token, Endpoint::Introspect, &request)
        .await
        .map_err(|error| Refusal::new(error, &parts))?;
    Ok(json(StatusCode::OK, &Introspection::of(&verification)))
}

/// Whoever presents a secret may end it. It is dead when this has answered, or was never alive.
#[utoipa::path(
    post,
    path = "/oauth/revoke",
    tag = "OAuth endpoints",
    operation_id = "revoke",
    summary = "End a secret by presenting it (RFC 7009)",
    description = "Whoever has a secret may end it, and needs nothing else: a client’s own credentials are passed over. One \
        that is unknown is as good as ended.",
    request_body(content = TokenParameter, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It is dead, or never was alive"),
        (status = 400, description = "`invalid_request`", body = OauthError),
        (status = 503, description = "`temporarily_unavailable`", body = OauthError)
    )
)]
pub async fn revoke(State(state): State<AppState>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let form = Form::read(&parts, body::read_of_stranger(&state, &parts, body)).await?;
    let source = parts.extensions.get::<ClientAddress>().map(|from| from.0);
    state
        .service
        .revoke_secret(form.token(&parts)?, source, &visit(&parts))
        .await
        .map_err(|error| Refusal::new(error, &parts))?;
    Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response())
}

/// Which addresses do what (RFC 8414, section 2).
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "OAuth endpoints",
    operation_id = "metadata",
    summary = "Find the two above (RFC 8414)",
    responses((status = 200, description = "Which addresses do what", body = Object, example = json!(crate::rest::openapi::examples::metadata())))
)]
pub async fn metadata(State(state): State<AppState>) -> Response {
    let origin = state.network.origin();
    let document = serde_json::json!({
        "issuer": origin,
        "introspection_endpoint": format!("{origin}/oauth/introspect"),
        // Client authentication methods and an access token type: the values of both registries are allowed here.
        "introspection_endpoint_auth_methods_supported": INTROSPECTION_METHODS,
        "revocation_endpoint": format!("{origin}/oauth/revoke"),
        "revocation_endpoint_auth_methods_supported": ["none"],
        // No endpoint here issues tokens to clients.
        "response_types_supported": [],
        "grant_types_supported": [],
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

/// What a client that introspects sends.
#[derive(ToSchema)]
#[schema(example = json!({ "token": "tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw" }))]
#[expect(dead_code, reason = "it is there for the document")]
pub struct IntrospectionForm {
    /// The secret. What else a client sends is passed over.
    token: String,
    /// Where the secret was presented from. Without it, the token’s addresses are not judged.
    #[schema(example = "203.0.113.9")]
    address: Option<String>,
    /// The id of the client’s own token, if it authenticates in the form.
    client_id: Option<String>,
    client_secret: Option<String>,
}
