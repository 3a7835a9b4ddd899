//! The endpoints that standard clients know: introspection (RFC 7662), revocation (RFC 7009), and the document that
//! names both (RFC 8414). Errors are those of RFC 6749, section 5.2.

use crate::rest::{
    body,
    problem::{Problem, json},
    verify::client_auth,
};
use crate::{
    http::extract::visit,
    http::render::{retry_after, status_of},
    metrics::Endpoint,
    net::client_ip::ClientAddress,
    state::AppState,
};
use app::{
    domain::{Error, PersonId, TokenId},
    service::{Verification, VerifyRequest},
};
use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

pub const INTROSPECTION_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "Bearer"];
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
        // Methods of clients, and a type of access tokens: both are registered for this member.
        "introspection_endpoint_auth_methods_supported": INTROSPECTION_METHODS,
        "revocation_endpoint": format!("{origin}/oauth/revoke"),
        "revocation_endpoint_auth_methods_supported": ["none"],
        // There is nothing here that issues tokens to clients.
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

/// The parameters of a form, as they were sent. It does not print.
pub struct Form(Vec<(String, String)>);

impl Form {
    pub async fn read(
        parts: &Parts,
        read: impl Future<Output = Result<Bytes, Problem>>,
    ) -> Result<Self, Refusal> {
        body::require_kind(&parts.headers, "application/x-www-form-urlencoded")?;
        Ok(Self(url::form_urlencoded::parse(&read.await?).into_owned().collect()))
    }

    /// A parameter that stands there once, or not at all. What else a client sends is passed over, as OAuth asks.
    pub fn one(&self, name: &str, parts: &Parts) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(Refusal::new(Error::Malformed, parts)),
        }
    }

    /// The secret that is asked about. Nothing of it may be in the address.
    fn token(&self, parts: &Parts) -> Result<&str, Refusal> {
        let token = self.one("token", parts)?.filter(|_| parts.uri.query().is_none());
        token.ok_or_else(|| Refusal::new(Error::Malformed, parts))
    }
}

/// How a client has authenticated, or could.
#[derive(Clone, Copy)]
pub enum Scheme {
    Bearer,
    /// In the header or in the form: both are answered with the same challenge.
    Basic,
    Any,
}

/// An error in the words of OAuth.
pub struct Refusal {
    problem: Box<Problem>,
    /// A sentence of its own.
    why: Option<&'static str>,
    scheme: Scheme,
}

impl Refusal {
    pub fn new(error: Error, parts: &Parts) -> Self {
        Problem::new(error, &parts.headers).into()
    }

    /// The request makes no sense, and this is why.
    pub fn because(why: &'static str, parts: &Parts) -> Self {
        Self { why: Some(why), ..Self::new(Error::Malformed, parts) }
    }

    pub fn by(self, scheme: Scheme) -> Self {
        Self { scheme, ..self }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), why: None, scheme: Scheme::Bearer }
    }
}

#[derive(Serialize, ToSchema)]
pub struct OauthError {
    error: &'static str,
    error_description: String,
}

/// An error of this status and its sentence.
pub fn bare(status: StatusCode, error_description: String) -> Response {
    let error = match status.as_u16() {
        401 => "invalid_client",
        403 => "insufficient_scope",
        429 | 503 => "temporarily_unavailable",
        500 => "server_error",
        _ => "invalid_request",
    };
    json(status, &OauthError { error, error_description })
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { problem, why, scheme } = self;
        let error = problem.error();
        let mut response = bare(status_of(error), why.map_or_else(|| error.to_string(), str::to_owned));
        let headers = response.headers_mut();
        let is_unknown = matches!(error, Error::Unauthenticated);
        if let Some(challenge) = problem.challenge().and_then(|text| HeaderValue::try_from(text).ok())
            && !(is_unknown && matches!(scheme, Scheme::Basic))
        {
            headers.append(header::WWW_AUTHENTICATE, challenge);
        }
        if is_unknown && matches!(scheme, Scheme::Basic | Scheme::Any) {
            headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"tokenry\""));
        }
        headers.extend(retry_after(error).map(|after| (header::RETRY_AFTER, after)));
        response
    }
}
