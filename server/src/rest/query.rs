//! Query parameters. Each may occur once at most. Unknown ones are refused, since a misspelt filter must not let
//! everything through.

use super::problem::Problem;
use app::domain::{
    AuditFilter, Cursor, Description, Direction, EventKind, LIST_ROWS, LIST_ROWS_MAX, SEARCH_CHARS_MAX,
    SortError, Timestamp, TokenCursor, TokenCursorError, TokenFilter, TokenQuery, TokenSort, TokenStatus,
    without_joiners,
};
use axum::http::{HeaderMap, request::Parts};
use std::collections::HashMap;

/// Longest name of an unknown parameter that is echoed to the client, in characters.
const NAME_CHARS_MAX: usize = 60;
const CURSOR: &str = "This cursor does not belong to this list. Start again without one.";

/// The parameters of a query, by name.
struct Query<'a> {
    values: HashMap<String, String>,
    headers: &'a HeaderMap,
}

impl<'a> Query<'a> {
    fn read(parts: &'a Parts, known: &[&str]) -> Result<Self, Problem> {
        let mut read = Self { values: HashMap::new(), headers: &parts.headers };
        for (name, value) in url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                let shown: String = name.chars().take(NAME_CHARS_MAX).collect();
                return Err(read.refuse(&shown, "unknown", "There is no such parameter here."));
            }
            if read.values.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(read.refuse(&name, "twice", "This parameter stands here twice."));
            }
        }
        Ok(read)
    }

    fn refuse(&self, name: &str, code: &str, detail: impl Into<String>) -> Problem {
        Problem::fault(self.headers, name, code, detail)
    }

    /// A parameter, if it is present. `detail` is the sentence for a malformed value.
    fn get<T>(
        &self,
        name: &str,
        detail: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let parsed = self.values.get(name).map(|text| parse(text).ok_or(()));
        parsed.transpose().map_err(|()| self.refuse(name, "malformed", detail))
    }

    fn limit(&self) -> Result<u32, Problem> {
        let detail = format!("A limit is 1 to {LIST_ROWS_MAX}.");
        let within = |text: &str| text.parse().ok().filter(|limit| (1..=LIST_ROWS_MAX).contains(limit));
        Ok(self.get("limit", &detail, within)?.unwrap_or(LIST_ROWS))
    }
}

/// Visible text of up to [`SEARCH_CHARS_MAX`] characters.
fn visible(text: &str) -> Option<String> {
    let text = without_joiners(text);
    let fits = text.chars().count() <= SEARCH_CHARS_MAX && Description::parse(&text).is_ok();
    fits.then(|| text.trim().to_owned())
}

pub fn tokens(parts: &Parts) -> Result<TokenQuery, Problem> {
    let known = ["search", "status", "owner", "permission", "sort", "limit", "cursor"];
    let query = Query::read(parts, &known)?;
    let search = format!("Search for up to {SEARCH_CHARS_MAX} visible characters.");
    let status = TokenStatus::ALL.map(TokenStatus::as_str).join(", ");
    let filter = TokenFilter {
        search: query.get("search", &search, visible)?.filter(|text| !text.is_empty()),
        status: query.get("status", &format!("A status is one of {status}."), TokenStatus::from_name)?,
        owner: query.get("owner", "An owner is the id of a person.", |text| text.parse().ok())?,
        permission: query
            .get("permission", "A permission is written resource:action.", |text| text.parse().ok())?,
        concern: None,
    };
    let sort: TokenSort =
        query.get("sort", &SortError.to_string(), |text| text.parse().ok())?.unwrap_or_default();
    let cursor = query.get("cursor", &TokenCursorError.to_string(), |text| {
        text.parse::<TokenCursor>().ok().filter(|cursor| cursor.sort == sort && !cursor.is_before)
    })?;
    Ok(TokenQuery { filter, sort, cursor, limit: query.limit()? })
}

/// Does a change also apply to the tokens that this token made?
pub fn with_children(parts: &Parts) -> Result<bool, Problem> {
    let query = Query::read(parts, &["with_children"])?;
    let said = query.get("with_children", "Write true or false.", |text| text.parse::<bool>().ok())?;
    Ok(said.unwrap_or_default())
}

pub fn people(parts: &Parts) -> Result<(Cursor, u32), Problem> {
    let query = Query::read(parts, &["limit", "cursor"])?;
    let cursor = query.get("cursor", CURSOR, |text| {
        text.parse::<Cursor>().ok().filter(|cursor| cursor.direction == Direction::Older)
    })?;
    Ok((cursor.unwrap_or_else(Cursor::start), query.limit()?))
}

pub struct EventsQuery {
    pub filter: AuditFilter,
    pub before: Option<i64>,
    pub limit: u32,
}

pub fn events(parts: &Parts) -> Result<EventsQuery, Problem> {
    // Not `token`: a query parameter of that name is taken for a secret.
    let known = ["kind", "person_id", "token_id", "address", "from", "to", "limit", "cursor"];
    let query = Query::read(parts, &known)?;
    let moment = "Write a day as 2026-11-23, or a moment as 2026-11-23T18:00:00Z.";
    let filter = AuditFilter {
        kind: query.get("kind", "There is no such kind of event.", EventKind::from_name)?,
        person: query.get("person_id", "This is not the id of a person.", |text| text.parse().ok())?,
        token: query.get("token_id", "This is not the id of a token.", |text| text.parse().ok())?,
        address: query.get("address", "Addresses are compared as they are written.", visible)?,
        since: query
            .get("from", moment, |text| Timestamp::parse(text).or_else(|| Timestamp::of_day(text)))?,
        // The whole of the last day counts.
        until: query.get("to", moment, |text| {
            Timestamp::parse(text).or_else(|| Timestamp::of_day(text).map(Timestamp::next_day))
        })?,
    };
    let before = query.get("cursor", CURSOR, event_before)?;
    Ok(EventsQuery { filter, before, limit: query.limit()? })
}

/// The cursor of the events before this line of the audit log.
pub fn event_cursor(before: i64) -> String {
    format!("e{before:016x}")
}

fn event_before(text: &str) -> Option<i64> {
    let id = i64::from_str_radix(text.strip_prefix('e')?, 16).ok()?;
    (event_cursor(id) == text).then_some(id)
}
