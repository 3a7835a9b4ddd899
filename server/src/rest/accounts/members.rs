//! Handlers of the members of a group.

use super::{
    AccountAt,
    json::{LossesJson, MembershipJson},
};
use crate::rest::{
    bearer, body,
    openapi::{
        examples,
        parts::{BodyFaults, Forbidden, InUse, MemberPath, NoSuchAccount, Unserved},
    },
    problem::{Problem, json, no_content},
};
use crate::state::AppState;
use app::domain::WRITE_PEOPLE;
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};

#[utoipa::path(
    put,
    path = "/v1/accounts/{id}/members/{member}",
    tag = "Accounts",
    operation_id = "put_member",
    summary = "Put somebody into a group",
    description = "A person or a service account; what the group may give, they may give as well. Sent again, it \
        changes whether they are a steward. The body is optional.",
    security(("bearer" = ["tokenry.people:write"])),
    params(MemberPath),
    request_body(content = Option<MembershipJson>, example = json!({ "is_steward": true })),
    responses(
        (status = 204, description = "They are in the group"),
        Unserved, Forbidden, NoSuchAccount, BodyFaults, InUse
    )
)]
pub async fn put(
    State(state): State<AppState>,
    at: AccountAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_PEOPLE).await?;
    let (group, member) = (at.id(&parts.headers)?, at.member(&parts.headers)?);
    let MembershipJson { is_steward } = body::json_or_nothing(&parts.headers, body).await?;
    let put = state.service.put_member(&caller, group, member, is_steward).await;
    put.map(|()| no_content()).map_err(|error| Problem::new(error, &parts.headers))
}

#[utoipa::path(
    delete,
    path = "/v1/accounts/{id}/members/{member}",
    tag = "Accounts",
    operation_id = "remove_member",
    summary = "Take somebody out of a group",
    description = "What they could give only as a member has no effect in their tokens from the next request on. The \
        response says which tokens that were.",
    security(("bearer" = ["tokenry.people:write"])),
    params(MemberPath),
    responses(
        (status = 200, description = "What their tokens lost", body = LossesJson<'_>, example = json!(examples::losses())),
        Unserved, Forbidden, NoSuchAccount, InUse
    )
)]
pub async fn remove(
    State(state): State<AppState>,
    at: AccountAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_PEOPLE).await?;
    let (group, member) = (at.id(&parts.headers)?, at.member(&parts.headers)?);
    let refuse = |error| Problem::new(error, &parts.headers);
    let losses = state.service.losses_without_member(&caller, group, member).await.map_err(refuse)?;
    state.service.remove_member(&caller, group, member).await.map_err(refuse)?;
    Ok(json(StatusCode::OK, &LossesJson::from(&losses)))
}
