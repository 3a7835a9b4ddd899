//! `/v1/requests`: what people asked for because they may not give it, and the answers. People ask in the console.

use super::{
    accounts::{AccountAt, json::NamedJson},
    bearer, body,
    body::Rfc3339,
    openapi::{
        examples,
        parts::{BodyFaults, Forbidden, NoSuchRequest, QueryFaults, RequestPath, Unserved},
    },
    problem::{Problem, json},
    query::{self, RequestsParams},
};
use crate::state::AppState;
use app::domain::{AccessRequest, Answer, AnswerForm, READ_PEOPLE, RequestId, RequestRow, WRITE_PEOPLE};
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A permission that somebody asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = Request, example = json!(examples::answered_request()))]
pub struct RequestJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: RequestId,
    /// Who asked.
    asker: NamedJson<'a>,
    /// Who is to be granted it: the asker, or an account that they are a steward of.
    account: NamedJson<'a>,
    permission: &'a str,
    reason: &'a str,
    #[schema(value_type = String, format = DateTime)]
    created_at: Rfc3339,
    /// Null while the request is open.
    #[schema(required = true)]
    answer: Option<AnswerJson<'a>>,
}

/// The answer to a request.
#[derive(Serialize, ToSchema)]
#[schema(as = RequestAnswer)]
pub struct AnswerJson<'a> {
    granted: bool,
    /// Who answered.
    by: NamedJson<'a>,
    /// Why, for the asker; may be empty.
    reason: &'a str,
    #[schema(value_type = String, format = DateTime)]
    at: Rfc3339,
}

impl<'a> From<&'a AccessRequest> for RequestJson<'a> {
    fn from(AccessRequest { id, asker, account, permission, reason, at, answer }: &'a AccessRequest) -> Self {
        let answered = |Answer { at, by, is_granted, word }: &'a Answer| AnswerJson {
            granted: *is_granted,
            by: by.into(),
            reason: word.as_str(),
            at: Rfc3339(*at),
        };
        Self {
            id: *id,
            asker: asker.into(),
            account: account.into(),
            permission: permission.as_str(),
            reason: reason.as_str(),
            created_at: Rfc3339(*at),
            answer: answer.as_ref().map(answered),
        }
    }
}

/// Requests, up to 200.
#[derive(Serialize, ToSchema)]
#[schema(as = RequestList)]
pub struct RequestsJson<'a> {
    items: Vec<RequestJson<'a>>,
}

/// The answer to give.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewRequestAnswer, example = json!(examples::request_answer()))]
#[serde(deny_unknown_fields)]
pub struct NewAnswerJson {
    /// Grants the permission to the account if true, and declines the request otherwise.
    granted: bool,
    /// Why, for the asker. Up to 300 characters.
    #[serde(default)]
    reason: String,
}

#[utoipa::path(
    get,
    path = "/v1/requests",
    tag = "Accounts",
    operation_id = "list_requests",
    summary = "List requests for permissions",
    description = "Open ones, the oldest first, or answered ones, the last answer first. People ask in the console; a \
        webhook hears of it as `request.made`.",
    security(("bearer" = ["tokenry.people:read"])),
    params(RequestsParams),
    responses(
        (status = 200, description = "The requests", body = RequestsJson<'_>, example = json!(examples::requests())),
        Unserved, Forbidden, QueryFaults
    )
)]
pub async fn list(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_PEOPLE).await?;
    let rows = state.service.list_requests(&caller, query::requests(&parts)?).await;
    let rows = rows.map_err(|error| Problem::new(error, &parts.headers))?;
    let items = rows.iter().map(|RequestRow { request, .. }| request.into()).collect();
    Ok(json(StatusCode::OK, &RequestsJson { items }))
}

#[utoipa::path(
    post,
    path = "/v1/requests/{id}/answer",
    tag = "Accounts",
    operation_id = "answer_request",
    summary = "Grant or decline a request",
    description = "The account can give the permission to its tokens before the response is sent. A request is answered \
        once: then it is not found here any more.",
    security(("bearer" = ["tokenry.people:write"])),
    params(RequestPath),
    request_body(content = NewAnswerJson, example = json!(examples::request_answer())),
    responses(
        (status = 200, description = "The request with its answer", body = RequestJson<'_>, example = json!(examples::answered_request())),
        Unserved, Forbidden, NoSuchRequest, BodyFaults
    )
)]
pub async fn answer(
    State(state): State<AppState>,
    at: AccountAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_PEOPLE).await?;
    let refuse = |error| Problem::new(error, &parts.headers);
    let id = at.request(&parts.headers)?.to_string();
    let NewAnswerJson { granted, reason: word } = body::json(&parts.headers, body).await?;
    let answer = if granted { "grant" } else { "decline" }.to_owned();
    let answered = state.service.answer(&caller, &AnswerForm { id, answer, word }).await.map_err(refuse)?;
    Ok(json(StatusCode::OK, &RequestJson::from(&answered)))
}
