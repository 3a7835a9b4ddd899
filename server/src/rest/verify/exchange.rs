//! Token exchange (RFC 8693): the token of a CI or a cluster becomes a short-lived secret.

use crate::{
    http::extract::visit,
    oidc::trust::Distrusted,
    rest::{
        body,
        problem::json,
        verify::{
            oauth_error::{OauthError, Refusal, coded},
            oauth_form::Form,
        },
    },
    state::AppState,
};
use app::{
    domain::{Error, RevealedSecret},
    service::Exchange,
};
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

pub const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWTS: [&str; 2] = ["urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token"];

/// The secret that a token was exchanged for (RFC 8693, section 2.2.1).
#[derive(Serialize, ToSchema)]
pub struct Exchanged {
    /// The secret. It is in this response and nowhere else.
    #[schema(value_type = String)]
    access_token: RevealedSecret,
    issued_token_type: &'static str,
    token_type: &'static str,
    /// Seconds until it stops working.
    expires_in: i64,
    /// Its permissions, separated by spaces.
    scope: String,
}

#[utoipa::path(
    post,
    path = "/oauth/token",
    tag = "OAuth endpoints",
    operation_id = "exchange",
    summary = "Exchange a token for a secret (RFC 8693)",
    description = "A CI system or a cluster presents a token that it has signed itself, and gets a secret that works for \
        some minutes, as a trust rule of the operator's says. No authentication is needed: the token is the proof.",
    request_body(content = ExchangeForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The secret", body = Exchanged),
        (status = 400, description = "`invalid_request` for a token that no rule trusts, `invalid_scope` for permissions \
            that the rule does not give, `unsupported_grant_type`", body = OauthError),
        (status = 413, description = "`invalid_request`", body = OauthError),
        (status = 415, description = "`invalid_request`", body = OauthError),
        (status = 429, description = "`temporarily_unavailable`", body = OauthError),
        (status = 503, description = "`temporarily_unavailable`", body = OauthError)
    )
)]
pub async fn exchange(State(state): State<AppState>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let form = Form::read(&parts, body::read_of_stranger(&state, &parts, body)).await?;
    let refused = |error: Error| Refusal::new(error, &parts);
    if parts.uri.query().is_some() {
        return Err(refused(Error::Malformed));
    }
    if form.one("grant_type", &parts)? != Some(GRANT) {
        let why = "The grant_type is urn:ietf:params:oauth:grant-type:token-exchange, and no other.";
        return Ok(coded("unsupported_grant_type", why));
    }
    let kind = form.one("subject_token_type", &parts)?;
    let (Some(token), true) =
        (form.one("subject_token", &parts)?, kind.is_some_and(|kind| JWTS.contains(&kind)))
    else {
        return Ok(coded("invalid_request", "Send a subject_token, and its subject_token_type: a JWT."));
    };
    if form.one("actor_token", &parts)?.is_some() {
        return Ok(coded("invalid_request", "Nobody acts for somebody else here: leave actor_token out."));
    }
    let scope = form.one("scope", &parts)?.map(|scope| scope.split_whitespace().map(str::to_owned).collect());
    let (service, visit) = (&state.service, visit(&parts));
    let pass = service.enter_exchange(&visit).await.map_err(refused)?;
    let found = state.trust.find(token, service.now()).await;
    drop(pass);
    let trusted = match found {
        Ok(trusted) => trusted,
        Err(Distrusted::Away) => {
            service.exchange_in_vain(&visit).map_err(refused)?;
            return Err(refused(Error::ProviderAway { name: "The issuer".to_owned() }));
        }
        Err(Distrusted::Because(reason)) => {
            service.exchange_failed(reason, &visit).await.map_err(refused)?;
            return Ok(coded("invalid_request", "No trust rule accepts this token."));
        }
    };
    let exchange = Exchange { rule: trusted.rule.clone(), wanted: scope, run: trusted.run };
    match service.exchange(&exchange, &visit).await {
        Ok(made) => {
            let answer = Exchanged {
                access_token: made.secret,
                issued_token_type: ACCESS_TOKEN,
                token_type: "Bearer",
                expires_in: i64::from(exchange.rule.minutes) * 60,
                scope: made.token.permissions.to_line(),
            };
            Ok(json(StatusCode::OK, &answer))
        }
        Err(Error::PermissionMissing { .. } | Error::Invalid { .. }) => Ok(coded(
            "invalid_scope",
            "The trust rule does not give these permissions, or they are not there any more.",
        )),
        Err(Error::NoSuchPerson | Error::Forbidden { .. }) => {
            let why = "Whoever the trust rule names has no tokens here. Tell the operator.";
            service.exchange_failed("no_account", &visit).await.map_err(refused)?;
            Ok(coded("invalid_request", why))
        }
        Err(other) => Err(refused(other)),
    }
}

/// The form of an exchange.
#[derive(ToSchema)]
#[schema(example = json!({
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    "subject_token": "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2NpLmV4YW1wbGUuY29tIn0.c2ln"
}))]
#[expect(dead_code, reason = "it is there for the document")]
pub struct ExchangeForm {
    /// `urn:ietf:params:oauth:grant-type:token-exchange`
    grant_type: String,
    /// The token that the CI system or the cluster has signed.
    subject_token: String,
    /// `urn:ietf:params:oauth:token-type:jwt`, or `urn:ietf:params:oauth:token-type:id_token`
    subject_token_type: String,
    /// Some of the permissions that the trust rule gives, separated by spaces. Without it, all of them.
    scope: Option<String>,
}
