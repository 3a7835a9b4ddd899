//! Handlers of `/v1/accounts`.

use super::{
    AccountAt,
    json::{AccountChangeJson, AccountJson, AccountPageJson, AccountsJson, NewAccountJson},
};
use crate::rest::{
    bearer, body,
    openapi::{
        examples,
        parts::{AccountPath, BodyFaults, Forbidden, InUse, NoSuchAccount, QueryFaults, Unserved},
    },
    problem::{Problem, json, no_content},
    query::{self, AccountsParams},
};
use crate::state::AppState;
use app::domain::{AccountKind, AccountRow, READ_PEOPLE, WRITE_PEOPLE};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

#[utoipa::path(
    get,
    path = "/v1/accounts",
    tag = "Accounts",
    operation_id = "list_accounts",
    summary = "List groups or service accounts",
    security(("bearer" = ["tokenry.people:read"])),
    params(AccountsParams),
    responses(
        (status = 200, description = "Those of this kind, by name", body = AccountsJson<'_>, example = json!(examples::accounts())),
        Unserved, Forbidden, QueryFaults
    )
)]
pub async fn list(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_PEOPLE).await?;
    let (kind, metadata) = query::accounts(&parts)?;
    let rows = state.service.accounts(&caller, kind, metadata.as_ref()).await;
    let rows = rows.map_err(|error| Problem::new(error, &parts.headers))?;
    Ok(json(StatusCode::OK, &AccountsJson { items: rows.iter().map(AccountJson::from).collect() }))
}

#[utoipa::path(
    post,
    path = "/v1/accounts",
    tag = "Accounts",
    operation_id = "create_account",
    summary = "Create a group or a service account",
    description = "It may give what *Everyone* may, until it is granted more.",
    security(("bearer" = ["tokenry.people:write"])),
    request_body(content = NewAccountJson, example = json!(examples::new_account())),
    responses(
        (status = 201, description = "The account", headers(("Location" = String, description = "The path of the account")), body = AccountJson<'_>, example = json!(examples::account())),
        Unserved, Forbidden, BodyFaults, InUse
    )
)]
pub async fn create(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_PEOPLE).await?;
    let new: NewAccountJson = body::json(&parts.headers, body).await?;
    let kind = AccountKind::from_name(&new.kind).filter(|kind| *kind != AccountKind::Person);
    let unknown = || Problem::fault(&parts.headers, "/kind", "unknown", "Write group or service.");
    let kind = kind.ok_or_else(unknown)?;
    let form = new.form(&parts.headers)?;
    let made = state.service.create_account(&caller, kind, &form).await;
    let made = made.map_err(|error| Problem::new(error, &parts.headers))?;
    let mut response = json(StatusCode::CREATED, &AccountJson::from(&made));
    let place = HeaderValue::try_from(format!("/v1/accounts/{}", made.account.id)).ok();
    response.headers_mut().extend(place.map(|place| (header::LOCATION, place)));
    Ok(response)
}

#[utoipa::path(
    get,
    path = "/v1/accounts/{id}",
    tag = "Accounts",
    operation_id = "read_account",
    summary = "Read an account, with its members",
    security(("bearer" = ["tokenry.people:read"])),
    params(AccountPath),
    responses(
        (status = 200, description = "The account", body = AccountPageJson<'_>, example = json!(examples::account_page())),
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
    let page = state.service.account(&caller, at.id(&parts.headers)?).await;
    let page = page.map_err(|error| Problem::new(error, &parts.headers))?;
    Ok(json(StatusCode::OK, &AccountPageJson::from(&page)))
}

#[utoipa::path(
    put,
    path = "/v1/accounts/{id}",
    tag = "Accounts",
    operation_id = "change_account",
    summary = "Change the details of an account",
    description = "Replaces all details: an omitted one is cleared.",
    security(("bearer" = ["tokenry.people:write"])),
    params(AccountPath),
    request_body(content = AccountChangeJson, example = json!(examples::account_change())),
    responses(
        (status = 200, description = "The account after the change", body = AccountJson<'_>, example = json!(examples::account())),
        Unserved, Forbidden, NoSuchAccount, BodyFaults, InUse
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
    let change: AccountChangeJson = body::json(&parts.headers, body).await?;
    let changed = state.service.edit_account(&caller, id, &change.form(&parts.headers)?).await;
    answer(&parts.headers, changed)
}

#[utoipa::path(
    post,
    path = "/v1/accounts/{id}/disable",
    tag = "Accounts",
    operation_id = "disable_account",
    summary = "Disable an account",
    description = "Its tokens are refused (`owner_disabled`) before the response is sent.",
    security(("bearer" = ["tokenry.people:write"])),
    params(AccountPath),
    responses(
        (status = 200, description = "The account after the change", body = AccountJson<'_>, example = json!(examples::account())),
        Unserved, Forbidden, NoSuchAccount, InUse
    )
)]
pub async fn disable(
    State(state): State<AppState>,
    at: AccountAt,
    request: Request,
) -> Result<Response, Problem> {
    set_disabled(&state, &at, request, true).await
}

#[utoipa::path(
    post,
    path = "/v1/accounts/{id}/enable",
    tag = "Accounts",
    operation_id = "enable_account",
    summary = "Enable an account",
    description = "Its tokens work as before.",
    security(("bearer" = ["tokenry.people:write"])),
    params(AccountPath),
    responses(
        (status = 200, description = "The account after the change", body = AccountJson<'_>, example = json!(examples::account())),
        Unserved, Forbidden, NoSuchAccount, InUse
    )
)]
pub async fn enable(
    State(state): State<AppState>,
    at: AccountAt,
    request: Request,
) -> Result<Response, Problem> {
    set_disabled(&state, &at, request, false).await
}

async fn set_disabled(
    state: &AppState,
    at: &AccountAt,
    request: Request,
    is_disabled: bool,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(state, &parts, WRITE_PEOPLE).await?;
    let id = at.id(&parts.headers)?;
    answer(&parts.headers, state.service.set_account_disabled(&caller, id, is_disabled).await)
}

#[utoipa::path(
    delete,
    path = "/v1/accounts/{id}",
    tag = "Accounts",
    operation_id = "delete_account",
    summary = "Delete an account",
    description = "Refused (409) while it owns tokens, or is the steward group of a service account. What a group may \
        give has no effect in the tokens of its members from the next request on: `PUT /v1/accounts/{id}/grants` with no \
        grants and `dry_run` says which tokens that will be.",
    security(("bearer" = ["tokenry.people:write"])),
    params(AccountPath),
    responses(
        (status = 204, description = "The account is deleted"),
        Unserved, Forbidden, NoSuchAccount, InUse
    )
)]
pub async fn delete(
    State(state): State<AppState>,
    at: AccountAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_PEOPLE).await?;
    let deleted = state.service.delete_account(&caller, at.id(&parts.headers)?).await;
    deleted.map(|_| no_content()).map_err(|error| Problem::new(error, &parts.headers))
}

fn answer(
    headers: &axum::http::HeaderMap,
    changed: Result<AccountRow, app::domain::Error>,
) -> Result<Response, Problem> {
    let row = changed.map_err(|error| Problem::new(error, headers))?;
    Ok(json(StatusCode::OK, &AccountJson::from(&row)))
}
