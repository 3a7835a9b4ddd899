//! `/v1/events`: the audit log, the newest line first.

use super::{
    bearer,
    body::Rfc3339,
    problem::{Problem, json},
    query::{self, event_cursor},
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
    /// Lines are numbered without gaps.
    id: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Rfc3339,
    /// What happened, as in `token.created`.
    kind: &'a str,
    /// Who did it; null for the operator of the machine, for Tokenry itself, and for somebody who is not signed in.
    #[schema(required = true)]
    actor: Option<ActorJson<'a>>,
    /// The token that it was done to.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    token_id: Option<TokenId>,
    /// The person that it was done to.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    person_id: Option<PersonId>,
    /// What the token or the person is called now.
    #[schema(required = true)]
    target_name: Option<&'a str>,
    /// An IP address, `command line`, or `tokenry` for what happens by itself.
    address: &'a str,
    request_id: &'a str,
    /// What else is known, by kind. Never a secret.
    #[schema(value_type = Object)]
    details: Value,
}

/// Who did something.
#[derive(Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: PersonId,
    name: &'a str,
    email: &'a str,
}

/// A page of events, the newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = EventList)]
pub struct EventsJson<'a> {
    items: Vec<EventJson<'a>>,
    /// What the next page is asked for with; null when this is the last one.
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
    description = "Every sign-in, change and refusal, the newest first.",
    security(("bearer" = ["tokenry.audit:read"])),
    params(
        ("kind" = Option<String>, Query, description = "What happened", example = "token.created"),
        ("person_id" = Option<String>, Query, format = Uuid, description = "What this person did, and what was done to them"),
        ("token_id" = Option<String>, Query, format = Uuid, description = "What was done to this token"),
        ("address" = Option<String>, Query, description = "Where it came from", example = "203.0.113.9"),
        ("from" = Option<String>, Query, description = "From this day or moment on", example = "2026-11-23"),
        ("to" = Option<String>, Query, description = "Up to the end of this day, or before this moment", example = "2026-11-24T18:00:00Z"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200. Without it: 50"),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of an answer")
    ),
    responses((status = 200, description = "A page of events", body = EventsJson<'_>, example = json!(crate::rest::openapi::examples::events())))
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
