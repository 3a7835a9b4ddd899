//! The HTTP API for services and scripts, under `/v1`, `/oauth` and `/forward-auth`. Every handler reads the request,
//! calls one method of the service, and writes the answer. Callers authenticate with a token, never with a cookie.

pub mod accounts;
pub mod bearer;
pub mod body;
pub mod events;
pub mod exposures;
pub mod layer;
pub mod openapi;
mod people;
mod permissions;
pub mod problem;
mod query;
mod rate_headers;
mod refusal;
pub mod requests;
mod revision;
pub mod tokens;
pub mod verify;
pub mod webhooks;

use crate::state::AppState;
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get, post, put},
};
use refusal::{nothing_here, wrong_method};
use verify::{exchange, forward_auth, oauth};

/// Every URL of the HTTP API.
pub fn routes(state: &AppState) -> Router<AppState> {
    let telling_revision = from_fn_with_state(state.clone(), revision::tell);
    Router::new()
        .route("/v1/tokens", get(tokens::list).post(tokens::create))
        .route("/v1/tokens/{id}", get(tokens::read).patch(tokens::edit).delete(tokens::delete))
        .route("/v1/tokens/{id}/rotate", post(tokens::rotate))
        .route("/v1/tokens/{id}/disable", post(tokens::disable))
        .route("/v1/tokens/{id}/enable", post(tokens::enable))
        .route("/v1/tokens/{id}/transfer", post(tokens::transfer))
        .route("/v1/permissions", get(permissions::list))
        .route("/v1/people", get(people::list))
        .route("/v1/accounts", get(accounts::list).post(accounts::create))
        .route("/v1/accounts/{id}", get(accounts::read).put(accounts::change).delete(accounts::delete))
        .route("/v1/accounts/{id}/disable", post(accounts::disable))
        .route("/v1/accounts/{id}/enable", post(accounts::enable))
        .route("/v1/accounts/{id}/grants", get(accounts::granted).put(accounts::grant))
        .route("/v1/accounts/{id}/members/{member}", put(accounts::join).delete(accounts::leave))
        .route("/v1/requests", get(requests::list))
        .route("/v1/requests/{id}/answer", post(requests::answer))
        .route("/v1/events", get(events::list))
        .route("/v1/webhooks", get(webhooks::list).post(webhooks::create))
        .route("/v1/webhooks/{id}", get(webhooks::read).delete(webhooks::delete))
        .route("/v1/webhooks/{id}/deliveries", get(webhooks::deliveries))
        .route("/v1/webhooks/{id}/deliveries/{line}/redeliver", post(webhooks::redeliver))
        // The routes above tell callers where their token stands in its rate limit. The routes below have no calling
        // token to tell this of, or are called too often for anything that is not needed.
        .layer(from_fn(rate_headers::tell))
        .layer(telling_revision.clone())
        .route("/v1/openapi.json", get(openapi::show))
        .route("/v1/verify", post(verify::one))
        .route("/v1/verify/batch", post(verify::batch))
        .route("/oauth/introspect", post(oauth::introspect))
        .route("/oauth/revoke", post(oauth::revoke).layer(telling_revision.clone()))
        .route("/v1/exposures", post(exposures::report).layer(telling_revision.clone()))
        .route("/v1/exposures/github", post(exposures::scanned).layer(telling_revision))
        .route("/oauth/token", post(exchange::exchange))
        .route("/.well-known/oauth-authorization-server", get(oauth::metadata))
        .route("/forward-auth", any(forward_auth::ask))
        // Envoy appends the path of the waiting request to ours.
        .route("/forward-auth/", any(forward_auth::ask))
        .route("/forward-auth/{*path}", any(forward_auth::ask))
        .route("/v1", any(nothing_here))
        .route("/v1/", any(nothing_here))
        .route("/v1/{*path}", any(nothing_here))
        .route("/oauth", any(nothing_here))
        .route("/oauth/", any(nothing_here))
        .route("/oauth/{*path}", any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
}
