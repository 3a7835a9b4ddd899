//! `/v1/events`: the audit log, the newest line first.

use super::{
    bearer,
    body::Rfc3339,
    openapi::parts::{Forbidden, QueryFaults, Unserved},
    problem::{Problem, json},
    query::{self, EventsParams, event_cursor},
};
use crate::state::AppState;
use app::domain::{AuditLine, PersonId, READ_AUDIT, TokenId};
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One line of the audit log.
#[derive(Serialize, ToSchema)]
#[schema(as = Event, example = json!(crate::rest::openapi::examples::event()))]
pub struct EventJson<'a> {
    /// The number of the line, without gaps.
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Rfc3339,
    /// What happened, as in `token.created`.
    kind: &'a str,
    /// The person who did it. Null for the operator, for Tokenry itself, and for somebody who is not signed in.
    #[schema(required = true)]
    actor: Option<ActorJson<'a>>,
    /// The token that the event is about.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    token_id: Option<TokenId>,
    /// The person that the event is about.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    person_id: Option<PersonId>,
    /// The current name of the token or the person.
    #[schema(required = true)]
    target_name: Option<&'a str>,
    /// An IP address, `command line`, or `tokenry` for automatic changes.
    address: &'a str,
    request_id: &'a str,
    /// Further details, depending on `kind`. Never a secret.
    #[schema(value_type = Object)]
    details: Value,
}

/// The person who caused an event.
#[derive(Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: PersonId,
    name: &'a str,
    email: &'a str,
}

/// A page of events, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = EventList)]
pub struct EventsJson<'a> {
    items: Vec<EventJson<'a>>,
    /// The `cursor` of the next page; null on the last page.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

impl<'a> From<&'a AuditLine> for EventJson<'a> {
    fn from(line: &'a AuditLine) -> Self {
        let actor = |id| ActorJson { id, name: &line.actor_name, email: &line.actor_email };
        Self {
            id: line.id,
            at: Rfc3339(line.at),
            kind: &line.kind,
            actor: line.actor.map(actor),
            token_id: line.token,
            person_id: line.person,
            target_name: Some(line.target_name.as_str()).filter(|name| !name.is_empty()),
            address: &line.address,
            request_id: &line.request_id,
            details: serde_json::from_str(&line.details).unwrap_or_default(),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/events",
    tag = "People and events",
    operation_id = "list_events",
    summary = "Read the audit log",
    description = "Every sign-in, change and refusal, newest first.",
    security(("bearer" = ["tokenry.audit:read"])),
    params(EventsParams),
    responses(
        (status = 200, description = "A page of events", body = EventsJson<'_>, example = json!(crate::rest::openapi::examples::events())),
        Unserved, Forbidden, QueryFaults
    )
)]
pub async fn list(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_AUDIT).await?;
    let asked = query::events(&parts)?;
    let page = state.service.list_audit(&caller, &asked.filter, asked.before, asked.limit).await;
    let page = page.map_err(|error| Problem::new(error, &parts.headers))?;
    let items = page.lines.iter().map(EventJson::from).collect();
    Ok(json(StatusCode::OK, &EventsJson { items, next_cursor: page.older.map(event_cursor) }))
}
