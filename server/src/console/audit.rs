//! The audit log as a table for other programs.

use crate::{
    http::{
        csv,
        extract::{PageError, PageForm, SignedIn},
    },
    state::AppState,
};
use app::{
    domain::{AuditFilter, AuditForm, AuditLine, Caller, Error},
    service::Service,
};
use axum::{extract::State, response::Response};
use futures_util::{Stream, stream};

/// Exports the log as a table, the newest line first. A misspelt filter is refused, since it must not let everything
/// through.
pub async fn export(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    PageForm(asked): PageForm<AuditForm>,
) -> Result<Response, PageError> {
    state.service.may_see_audit(&caller).await?;
    let (filter, _) = asked.parse()?;
    state.service.begin_export(&caller).await?;
    let lines = lines(Service::clone(&state.service), caller, filter);
    Ok(csv::answer("tokenry-audit.csv", &HEAD, lines))
}

const HEAD: [&str; 12] = [
    "id",
    "time",
    "kind",
    "actor",
    "actor_email",
    "actor_id",
    "target",
    "token_id",
    "person_id",
    "address",
    "request_id",
    "details",
];

/// Batches of lines until none are left.
fn lines(
    service: Service,
    caller: Caller,
    filter: AuditFilter,
) -> impl Stream<Item = Result<Vec<Vec<String>>, Error>> {
    stream::unfold(Some(i64::MAX), move |before| {
        let (service, caller, filter) = (service.clone(), caller.clone(), filter.clone());
        async move {
            match service.export(&caller, &filter, before?).await {
                Ok(lines) if lines.is_empty() => None,
                Ok(lines) => {
                    let next = lines.last().map(|line| line.id);
                    Some((Ok(lines.into_iter().map(cells).collect()), next))
                }
                Err(error) => Some((Err(error), None)),
            }
        }
    })
}

fn cells(line: AuditLine) -> Vec<String> {
    let (who, time) = (line.who(), line.at.to_string());
    let id = |id: Option<String>| id.unwrap_or_default();
    [
        line.id.to_string(),
        time,
        line.kind,
        who,
        line.actor_email,
        id(line.actor.map(|id| id.to_string())),
        line.target_name,
        id(line.token.map(|id| id.to_string())),
        id(line.person.map(|id| id.to_string())),
        line.address,
        line.request_id,
        line.details,
    ]
    .to_vec()
}
