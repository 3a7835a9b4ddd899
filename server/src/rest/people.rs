//! `/v1/people`: the people of this installation. They are managed in the console only.

use super::{
    bearer,
    body::Rfc3339,
    openapi::parts::{Forbidden, QueryFaults, Unserved},
    problem::{Problem, json},
    query::{self, PeopleParams},
};
use crate::state::AppState;
use app::domain::{PersonId, PersonRow, READ_PEOPLE, Role};
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A person who can sign in.
#[derive(Serialize, ToSchema)]
#[schema(as = Person, example = json!(crate::rest::openapi::examples::person()))]
pub struct PersonJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: PersonId,
    name: &'a str,
    email: &'a str,
    /// `admin`, `member` or `viewer`.
    #[schema(value_type = String)]
    role: Role,
    /// `invited`, `active` or `disabled`.
    status: String,
    /// The number of tokens that they own.
    tokens: u64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Rfc3339,
    /// Null if the person is not signed in anywhere.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    last_seen_at: Option<Rfc3339>,
}

/// A page of people, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonList)]
pub struct PeopleJson<'a> {
    items: Vec<PersonJson<'a>>,
    /// The `cursor` of the next page; null on the last page.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

impl<'a> From<&'a PersonRow> for PersonJson<'a> {
    fn from(PersonRow { person, tokens, last_seen_at }: &'a PersonRow) -> Self {
        Self {
            id: person.id,
            name: person.name.as_str(),
            email: person.email.as_str(),
            role: person.role,
            status: person.status.as_str().to_lowercase(),
            tokens: *tokens,
            created_at: Rfc3339(person.created_at),
            last_seen_at: last_seen_at.map(Rfc3339),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/people",
    tag = "People and events",
    operation_id = "list_people",
    summary = "List people",
    description = "All people, newest first. This API cannot change them.",
    security(("bearer" = ["tokenry.people:read"])),
    params(PeopleParams),
    responses(
        (status = 200, description = "A page of people", body = PeopleJson<'_>, example = json!(crate::rest::openapi::examples::people())),
        Unserved, Forbidden, QueryFaults
    )
)]
pub async fn list(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_PEOPLE).await?;
    let (cursor, limit) = query::people(&parts)?;
    let page = state.service.list_people(&caller, &cursor, limit).await;
    let page = page.map_err(|error| Problem::new(error, &parts.headers))?;
    let items = page.items.iter().map(PersonJson::from).collect();
    Ok(json(StatusCode::OK, &PeopleJson { items, next_cursor: page.next.map(|cursor| cursor.to_string()) }))
}
