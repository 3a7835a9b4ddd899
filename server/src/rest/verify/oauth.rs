//! The endpoints for standard OAuth clients: introspection (RFC 7662), revocation (RFC 7009), and the metadata document
//! that names both (RFC 8414). Errors are those of RFC 6749, section 5.2.

use crate::{
    http::extract::visit,
    metrics::Endpoint,
    net::client_ip::ClientAddress,
    rest::{
        body::{self, MetadataJson},
        problem::json,
        verify::{
            INTROSPECTION_METHODS, client_auth,
            exchange::GRANT,
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

/// The state of a secret (RFC 7662, section 2.2). If it is inactive, `active` is the only member.
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
    /// The id of the token's owner.
    #[schema(value_type = String, format = Uuid)]
    sub: PersonId,
    #[schema(value_type = String, format = Uuid)]
    client_id: TokenId,
    /// The owner's name. No two people have names that look the same. Older names that do are followed by the e-mail
    /// address in brackets.
    username: &'a str,
    /// When the secret stops working, in seconds since 1970. Absent if it never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    iat: i64,
    token_type: &'static str,
    /// The metadata of the token, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<HashMap<String, String>>)]
    metadata: Option<MetadataJson<'a>>,
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
            metadata: known.metadata.as_deref().map(MetadataJson),
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
    description = "For a secret that is not valid, the response is exactly `{\"active\": false}`, whatever the reason. \
        Introspection does not count against the rate limit, and a token that has reached it stays active. Allowed \
        addresses are checked only if `address` is given. The caller authenticates with its bearer secret, or as a \
        client whose id is that of its token (RFC 6749, section 2.3.1): by HTTP Basic, or with `client_id` and \
        `client_secret` in the form.",
    security(("bearer" = ["tokenry.tokens:verify"]), ("client" = [])),
    request_body(content = IntrospectionForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The state of the secret", body = Introspection<'_>, example = json!(crate::rest::openapi::examples::introspection())),
        (status = 400, description = "`invalid_request`", body = OauthError),
        (status = 401, description = "`invalid_client`", body = OauthError),
        (status = 403, description = "`insufficient_scope`", body = OauthError),
        (status = 413, description = "`invalid_request`", body = OauthError),
        (status = 415, description = "`invalid_request`", body = OauthError),
        (status = 429, description = "`temporarily_unavailable`", body = OauthError),
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

/// Anyone who presents a secret can revoke it. When this returns, it is revoked, or was never valid.
#[utoipa::path(
    post,
    path = "/oauth/revoke",
    tag = "OAuth endpoints",
    operation_id = "revoke",
    summary = "Revoke a secret (RFC 7009)",
    description = "Anyone who has a secret can revoke it. No authentication is needed, and client credentials are \
        ignored. An unknown secret counts as revoked.",
    request_body(content = TokenParameter, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The secret is revoked, or was never valid"),
        (status = 400, description = "`invalid_request`", body = OauthError),
        (status = 413, description = "`invalid_request`", body = OauthError),
        (status = 415, description = "`invalid_request`", body = OauthError),
        (status = 429, description = "`temporarily_unavailable`", body = OauthError),
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

/// The URLs of the endpoints (RFC 8414, section 2).
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "OAuth endpoints",
    operation_id = "metadata",
    summary = "Read the OAuth server metadata (RFC 8414)",
    responses((status = 200, description = "The URLs of the endpoints", body = Object, example = json!(crate::rest::openapi::examples::metadata())))
)]
pub async fn metadata(State(state): State<AppState>) -> Response {
    let origin = state.network.origin();
    let mut document = serde_json::json!({
        "issuer": origin,
        "introspection_endpoint": format!("{origin}/oauth/introspect"),
        // Client authentication methods and an access token type: the values of both registries are allowed here.
        "introspection_endpoint_auth_methods_supported": INTROSPECTION_METHODS,
        "revocation_endpoint": format!("{origin}/oauth/revoke"),
        "revocation_endpoint_auth_methods_supported": ["none"],
        // Without a trust rule, no endpoint here issues tokens to clients.
        "response_types_supported": [],
        "grant_types_supported": [],
        "service_documentation": format!("{origin}/v1/openapi.json"),
    });
    if !state.trust.is_empty() {
        document["token_endpoint"] = format!("{origin}/oauth/token").into();
        document["token_endpoint_auth_methods_supported"] = serde_json::json!(["none"]);
        document["grant_types_supported"] = serde_json::json!([GRANT]);
    }
    json(StatusCode::OK, &document)
}

/// The form of a revocation.
#[derive(ToSchema)]
#[schema(example = json!({ "token": "tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw" }))]
#[expect(dead_code, reason = "it is there for the document")]
pub struct TokenParameter {
    /// The secret to revoke. Other parameters are ignored.
    token: String,
}

/// The form of an introspection.
#[derive(ToSchema)]
#[schema(example = json!({ "token": "tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw" }))]
#[expect(dead_code, reason = "it is there for the document")]
pub struct IntrospectionForm {
    /// The secret to introspect. Other parameters are ignored.
    token: String,
    /// The address that the secret was presented from. Without it, allowed addresses are not checked.
    #[schema(example = "203.0.113.9")]
    address: Option<String>,
    /// The id of the calling token, if the client authenticates in the form.
    client_id: Option<String>,
    client_secret: Option<String>,
}
