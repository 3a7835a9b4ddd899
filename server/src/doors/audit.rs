//! Settings > Audit log: the pages, and the log as a table for other programs.

use crate::{
    desk::{Desk, Sent, Wanted},
    spreadsheet,
};
use app::{
    documents::{self, AuditQuery},
    domain::{AuditFilter, AuditLine, Caller, Error},
    service::Service,
};
use axum::{http::StatusCode, response::Response};
use futures_util::{Stream, stream};
use serde::Deserialize;

/// A filter that is misspelt must not let everything through.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    before: String,
}

impl From<Asked> for AuditQuery {
    fn from(asked: Asked) -> Self {
        let Asked { kind, person, token, address, from, to, before } = asked;
        Self { kind, person, token, address, from, to, before }
    }
}

pub async fn show(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    let query = AuditQuery::from(asked);
    let page = async {
        desk.console.service.may_see_audit(desk.caller()?).await?;
        let (filter, before) = query.parse()?;
        desk.console.service.audit(desk.caller()?, &filter, before).await
    };
    match page.await {
        Ok(page) => desk.show(StatusCode::OK, documents::audit(&desk.frame, Ok(page), &query)),
        Err(error @ (Error::Invalid { .. } | Error::NotFound | Error::NoSuchPerson)) => {
            desk.refuse(&error, documents::audit(&desk.frame, Err(error.clone()), &query))
        }
        Err(error) => desk.fail(&error),
    }
}

/// The log as a table, the newest line first.
pub async fn export(desk: Desk, Sent(asked): Sent<Asked>) -> Response {
    let filter = async {
        desk.console.service.may_see_audit(desk.caller()?).await?;
        let (filter, _) = AuditQuery::from(asked).parse()?;
        desk.console.service.begin_export(desk.caller()?).await?;
        Ok::<_, Error>((desk.caller()?.clone(), filter))
    };
    match filter.await {
        Ok((caller, filter)) => {
            let lines = lines(Service::clone(&desk.console.service), caller, filter);
            spreadsheet::answer("tokenry-audit.csv", &HEAD, lines)
        }
        Err(error) => desk.fail(&error),
    }
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

/// Batches of lines until there are no more.
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
