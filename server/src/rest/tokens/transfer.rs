//! Giving a token to another owner.

use super::{
    conditions::{TokenAt, terms},
    endpoints::answer,
    json::ChangedJson,
};
use crate::rest::{
    bearer, body,
    openapi::{
        examples,
        parts::{BodyFaults, ChangeHeaders, Forbidden, NoSuchToken, TermsFailed, TokenPath, Unserved},
    },
    problem::Problem,
};
use crate::state::AppState;
use app::domain::WRITE_TOKENS;
use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// The new owner of a token.
#[derive(Deserialize, ToSchema)]
#[schema(as = Transfer)]
#[serde(deny_unknown_fields)]
pub struct TransferJson {
    /// The id of a person, a group or a service account that can have tokens.
    #[schema(format = Uuid)]
    owner: String,
}

#[utoipa::path(
    post,
    path = "/v1/tokens/{id}/transfer",
    tag = "Tokens",
    operation_id = "transfer_token",
    summary = "Transfer a token to another owner",
    description = "Its secrets go on working, and can do no more than before: permissions that the owner before may not \
        give now, and Tokenry’s own, are dropped; the token of a disabled owner arrives disabled. What the new owner may \
        not give has no effect. The token must be within what the calling token can do, which needs \
        `tokenry.tokens:write-all`, too. Transferring it to its owner changes nothing.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(TokenPath, ChangeHeaders),
    request_body(content = TransferJson, example = json!(examples::transfer())),
    responses(
        (status = 200, description = "The token after the change", headers(("ETag" = String, description = "The version, for `If-Match`")), body = ChangedJson<'_>, example = json!(examples::disabled("active"))),
        Unserved, Forbidden, NoSuchToken, BodyFaults, TermsFailed
    )
)]
pub async fn transfer(
    State(state): State<AppState>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_TOKENS).await?;
    let (id, terms) = (at.id(&parts.headers)?, terms(&parts.headers)?);
    let TransferJson { owner } = body::json(&parts.headers, body).await?;
    let token = state.service.transfer_token(&caller, id, &terms, &owner).await;
    Ok(answer(&state, &caller, &token.map_err(|error| Problem::new(error, &parts.headers))?))
}
