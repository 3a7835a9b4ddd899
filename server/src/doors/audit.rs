//! Settings > Audit log: the pages, and the log as a table for other programs.

use crate::desk::{Desk, Sent, Wanted};
use app::{
    documents::{self, AuditQuery},
    domain::{AuditFilter, AuditLine, Error},
    service::Service,
};
use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt, stream};
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

/// The log as CSV (RFC 4180), the newest line first, read and sent piece by piece.
pub async fn export(desk: Desk, Sent(asked): Sent<Asked>) -> Response {
    let filter = async {
        desk.console.service.may_see_audit(desk.caller()?).await?;
        let (filter, _) = AuditQuery::from(asked).parse()?;
        desk.console.service.begin_export(desk.caller()?).await?;
        Ok::<_, Error>(filter)
    };
    match filter.await {
        Ok(filter) => {
            let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present");
            let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"tokenry-audit.csv\"");
            let body = Body::from_stream(table(Service::clone(&desk.console.service), filter));
            ([kind, name], body).into_response()
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

/// The head, then batches of lines until there are no more. If the log cannot be read any more the answer breaks
/// off, so that nobody takes a part for the whole.
fn table(service: Service, filter: AuditFilter) -> impl Stream<Item = Result<Bytes, Error>> {
    let head = stream::once(async { write(&[HEAD.map(str::to_owned).to_vec()]) });
    let lines = stream::unfold(Some(i64::MAX), move |before| {
        let (service, filter) = (service.clone(), filter.clone());
        async move {
            let lines = match service.export(&filter, before?).await {
                Ok(lines) if lines.is_empty() => return None,
                Ok(lines) => lines,
                Err(error) => return Some((Err(error), None)),
            };
            let next = lines.last().map(|line| line.id);
            let rows: Vec<Vec<String>> = lines.into_iter().map(cells).collect();
            Some((write(&rows), next))
        }
    });
    head.chain(lines)
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
    .map(neutral)
    .to_vec()
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection").
fn neutral(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

fn write(rows: &[Vec<String>]) -> Result<Bytes, Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|_| Error::Unavailable)?;
    }
    writer.into_inner().map(Bytes::from).map_err(|_| Error::Unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(neutral(formula.to_owned()), format!("'{formula}"));
        }
        assert_eq!(neutral("Deploy = bot".to_owned()), "Deploy = bot");
    }

    #[test]
    fn quotes_commas_and_lines_stay_inside_of_their_cell() {
        let row = vec!["a\"b".to_owned(), "c,d".to_owned(), "e\nf".to_owned()];
        assert_eq!(write(&[row]), Ok(Bytes::from_static(b"\"a\"\"b\",\"c,d\",\"e\nf\"\r\n")));
    }
}
