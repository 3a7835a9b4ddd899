//! Handlers of what an account may give to its tokens.

use super::{
    AccountAt,
    json::{GrantsChangeJson, GrantsJson, LossesJson},
};
use crate::rest::{
    bearer, body,
    openapi::{
        examples,
        parts::{AccountPath, BodyFaults, Forbidden, NoSuchAccount, Unserved},
    },
    problem::{Problem, json},
};
use crate::state::AppState;
use app::domain::{Grants, READ_PEOPLE, WRITE_PEOPLE};
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};

#[utoipa::path(
    get,
    path = "/v1/accounts/{id}/grants",
    tag = "Accounts",
    operation_id = "read_grants",
    summary = "Read what an account may give",
    description = "Of a person, a group or a service account. A token can do what it holds and its owner may give now.",
    security(("bearer" = ["tokenry.people:read"])),
    params(AccountPath),
    responses(
        (status = 200, description = "The grants", body = GrantsJson<'_>, example = json!(examples::grants())),
        Unserved, Forbidden, NoSuchAccount
    )
)]
pub async fn read(
    State(state): State<AppState>,
    at: AccountAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_PEOPLE).await?;
    let grants = state.service.grants_of(&caller, at.id(&parts.headers)?).await;
    let (grants, reach) = grants.map_err(|error| Problem::new(error, &parts.headers))?;
    Ok(json(StatusCode::OK, &GrantsJson::of(&grants, &reach)))
}

#[utoipa::path(
    put,
    path = "/v1/accounts/{id}/grants",
    tag = "Accounts",
    operation_id = "change_grants",
    summary = "Change what an account may give",
    description = "Replaces the account’s own grants. What is taken has no effect in its tokens, or those of its \
        members, from the next request on. The response says which tokens that were; with `dry_run`, which it would be.",
    security(("bearer" = ["tokenry.people:write"])),
    params(AccountPath),
    request_body(content = GrantsChangeJson, example = json!(examples::grants_change())),
    responses(
        (status = 200, description = "What tokens lost, or would lose", body = LossesJson<'_>, example = json!(examples::losses())),
        Unserved, Forbidden, NoSuchAccount, BodyFaults
    )
)]
pub async fn change(
    State(state): State<AppState>,
    at: AccountAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_PEOPLE).await?;
    let id = at.id(&parts.headers)?;
    let change: GrantsChangeJson = body::json(&parts.headers, body).await?;
    let refuse = |error| Problem::new(error, &parts.headers);
    let to = Grants::parse(change.grants.iter().map(String::as_str)).map_err(refuse)?;
    let losses = match change.dry_run {
        true => state.service.losses_to(&caller, id, &to).await,
        false => state.service.change_grants(&caller, id, None, &to, true).await,
    };
    Ok(json(StatusCode::OK, &LossesJson::from(&losses.map_err(refuse)?)))
}
