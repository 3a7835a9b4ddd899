//! Query parameters. Each may occur once at most, and unknown ones are refused: a misspelt filter must not let everything
//! through.

use super::problem::Problem;
use app::domain::{
    AccountKind, AuditFilter, Cursor, Description, Direction, EventKind, LIST_ROWS, LIST_ROWS_MAX,
    MetadataFilter, SEARCH_CHARS_MAX, SortError, Timestamp, TokenCursor, TokenCursorError, TokenFilter,
    TokenQuery, TokenSort, TokenStatus, without_joiners,
};
use axum::http::{HeaderMap, request::Parts};
use serde::{
    Deserialize,
    de::{self, DeserializeOwned, value::MapDeserializer},
};
use std::{fmt, str::FromStr};
use utoipa::IntoParams;

/// Longest name of an unknown parameter that is echoed to the client, in characters.
const NAME_CHARS_MAX: usize = 60;
const CURSOR: &str = "This cursor does not belong to this list. Start again without one.";

/// The text of a parameter, if it is present. What it means is parsed in a second step, whose error can say what would be
/// right.
#[derive(Default, Deserialize)]
#[serde(from = "String")]
struct Given(Option<String>);

impl From<String> for Given {
    fn from(text: String) -> Self {
        Self(Some(text))
    }
}

impl Given {
    /// Parses the parameter if it is present. `detail` is the sentence for a malformed value.
    fn parse<T>(
        &self,
        headers: &HeaderMap,
        name: &str,
        detail: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let parsed = self.0.as_deref().map(|text| parse(text).ok_or(()));
        parsed.transpose().map_err(|()| Problem::fault(headers, name, "malformed", detail))
    }

    fn limit(&self, headers: &HeaderMap) -> Result<u32, Problem> {
        let detail = format!("A limit is 1 to {LIST_ROWS_MAX}.");
        let within = |text: &str| text.parse().ok().filter(|limit| (1..=LIST_ROWS_MAX).contains(limit));
        Ok(self.parse(headers, "limit", &detail, within)?.unwrap_or(LIST_ROWS))
    }
}

/// Reads the parameters of a query as `T`, whose fields are all there may be.
fn read<T: DeserializeOwned>(parts: &Parts) -> Result<T, Problem> {
    let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let pairs = pairs.map(|(name, value)| (name.into_owned(), value.into_owned()));
    T::deserialize(MapDeserializer::new(pairs)).map_err(|refused: Refused| {
        Problem::fault(&parts.headers, &refused.name, refused.fault, refused.detail)
    })
}

/// A parameter that serde has refused.
#[derive(Debug)]
struct Refused {
    name: String,
    fault: &'static str,
    detail: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.detail)
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(detail: T) -> Self {
        Self { name: String::new(), fault: "malformed", detail: detail.to_string() }
    }

    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        let name = name.chars().take(NAME_CHARS_MAX).collect();
        Self { name, fault: "unknown", detail: "There is no such parameter here.".to_owned() }
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self { name: name.to_owned(), fault: "twice", detail: "This parameter stands here twice.".to_owned() }
    }
}

/// Visible text of up to [`SEARCH_CHARS_MAX`] characters.
fn visible(text: &str) -> Option<String> {
    let text = without_joiners(text);
    let fits = text.chars().count() <= SEARCH_CHARS_MAX && Description::parse(&text).is_ok();
    fits.then(|| text.trim().to_owned())
}

/// The query of the list of tokens.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TokensParams {
    /// Text in the name or description (one or two letters match the beginning of a word), the first 8 or more
    /// characters of an id, or the last four of a secret, alone or as in `tkr_…x9Qf`. Case-insensitive.
    #[param(value_type = Option<String>, nullable = false, example = "billing")]
    search: Given,
    /// Only tokens with this status: `active`, `expiring_soon`, `idle`, `rotating`, `disabled`, `expired` or
    /// `exposed`
    #[param(value_type = Option<String>, nullable = false)]
    status: Given,
    /// Only tokens of the person with this id
    #[param(value_type = Option<String>, nullable = false, format = Uuid)]
    owner: Given,
    /// Only tokens with this permission
    #[param(value_type = Option<String>, nullable = false)]
    permission: Given,
    /// Only tokens whose metadata has this entry, as `key:value`, or this key, whatever its value
    #[param(value_type = Option<String>, nullable = false, example = "env:prod")]
    metadata: Given,
    /// `created_at`, `name`, `permissions`, `last_used_at`, `expires_at`, `owner` or `status`; a leading `-` means
    /// descending order. Names are sorted by Unicode’s rules, numbers in them by value. The default is `-created_at`.
    #[param(value_type = Option<String>, nullable = false)]
    sort: Given,
    /// Page size, 1 to 200. The default is 50.
    #[param(value_type = Option<u32>, nullable = false, minimum = 1, maximum = 200)]
    limit: Given,
    /// The `next_cursor` of the previous page, with the same `sort`
    #[param(value_type = Option<String>, nullable = false)]
    cursor: Given,
}

pub fn tokens(parts: &Parts) -> Result<TokenQuery, Problem> {
    let (headers, asked) = (&parts.headers, read::<TokensParams>(parts)?);
    let search = format!("Search for up to {SEARCH_CHARS_MAX} visible characters.");
    let statuses = format!("A status is one of {}.", TokenStatus::ALL.map(TokenStatus::as_str).join(", "));
    let permission = "A permission is written resource:action.";
    let filter = TokenFilter {
        search: asked.search.parse(headers, "search", &search, visible)?.filter(|text| !text.is_empty()),
        status: asked.status.parse(headers, "status", &statuses, TokenStatus::from_name)?,
        owner: asked.owner.parse(headers, "owner", "An owner is the id of a person.", of)?,
        permission: asked.permission.parse(headers, "permission", permission, of)?,
        concern: None,
        metadata: asked.metadata.parse(headers, "metadata", MetadataFilter::SHAPE, MetadataFilter::parse)?,
    };
    let sort: TokenSort = asked.sort.parse(headers, "sort", &SortError.to_string(), of)?.unwrap_or_default();
    let cursor = asked.cursor.parse(headers, "cursor", &TokenCursorError.to_string(), |text| {
        of::<TokenCursor>(text).filter(|cursor| cursor.sort == sort && !cursor.is_before)
    })?;
    Ok(TokenQuery { filter, sort, cursor, limit: asked.limit.limit(headers)? })
}

/// Whether disabling or deleting a token includes the tokens created by it.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WithChildren {
    /// `true` includes all tokens created by this token, directly or through others: one after the other, this token
    /// first. The response lists them. Repeated with another `Idempotency-Key`, or
    /// without one, the request continues with what is left.
    #[param(value_type = Option<bool>, nullable = false, example = true)]
    with_children: Given,
}

pub fn with_children(parts: &Parts) -> Result<bool, Problem> {
    let WithChildren { with_children } = read(parts)?;
    let said = with_children.parse(&parts.headers, "with_children", "Write true or false.", of)?;
    Ok(said.unwrap_or_default())
}

/// The query of the list of people.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeopleParams {
    /// Page size, 1 to 200. The default is 50.
    #[param(value_type = Option<u32>, nullable = false, minimum = 1, maximum = 200)]
    limit: Given,
    /// The `next_cursor` of the previous page
    #[param(value_type = Option<String>, nullable = false)]
    cursor: Given,
}

pub fn people(parts: &Parts) -> Result<(Cursor, u32), Problem> {
    let (headers, asked) = (&parts.headers, read::<PeopleParams>(parts)?);
    let cursor = asked.cursor.parse(headers, "cursor", CURSOR, |text| {
        of::<Cursor>(text).filter(|cursor| cursor.direction == Direction::Older)
    })?;
    Ok((cursor.unwrap_or_else(Cursor::start), asked.limit.limit(headers)?))
}

/// The query of the list of accounts.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountsParams {
    /// `group` or `service`
    #[param(value_type = String, nullable = false, required = true, example = "service")]
    kind: Given,
    /// Only accounts whose metadata has this entry, as `key:value`, or this key, whatever its value
    #[param(value_type = Option<String>, nullable = false, example = "team:payments")]
    metadata: Given,
}

pub fn accounts(parts: &Parts) -> Result<(AccountKind, Option<MetadataFilter>), Problem> {
    let (headers, asked) = (&parts.headers, read::<AccountsParams>(parts)?);
    let known = |text: &str| AccountKind::from_name(text).filter(|kind| *kind != AccountKind::Person);
    let kind = asked.kind.parse(headers, "kind", "Write kind=group or kind=service.", known)?;
    let missing = || Problem::fault(headers, "kind", "empty", "Write kind=group or kind=service.");
    let metadata = asked.metadata.parse(headers, "metadata", MetadataFilter::SHAPE, MetadataFilter::parse)?;
    Ok((kind.ok_or_else(missing)?, metadata))
}

/// The query of the list of requests for permissions.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RequestsParams {
    /// `open` or `answered`. The default is `open`.
    #[param(value_type = Option<String>, nullable = false, example = "answered")]
    status: Given,
}

/// Whether open requests are asked for.
pub fn requests(parts: &Parts) -> Result<bool, Problem> {
    let RequestsParams { status } = read(parts)?;
    let open =
        status.parse(
            &parts.headers,
            "status",
            "Write status=open or status=answered.",
            |text| match text {
                "open" => Some(true),
                "answered" => Some(false),
                _ => None,
            },
        )?;
    Ok(open.unwrap_or(true))
}

/// The query of the list of events. There is no `token` parameter, because the value of one could be a secret.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsParams {
    /// Only events of this kind
    #[param(value_type = Option<String>, nullable = false, example = "token.created")]
    kind: Given,
    /// Only events by or about this person
    #[param(value_type = Option<String>, nullable = false, format = Uuid)]
    person_id: Given,
    /// Only events about this token
    #[param(value_type = Option<String>, nullable = false, format = Uuid)]
    token_id: Given,
    /// Only events from this address
    #[param(value_type = Option<String>, nullable = false, example = "203.0.113.9")]
    address: Given,
    /// Only events from this day or time on
    #[param(value_type = Option<String>, nullable = false, example = "2026-11-23")]
    from: Given,
    /// Only events up to the end of this day, or before this time
    #[param(value_type = Option<String>, nullable = false, example = "2026-11-24T18:00:00Z")]
    to: Given,
    /// Page size, 1 to 200. The default is 50.
    #[param(value_type = Option<u32>, nullable = false, minimum = 1, maximum = 200)]
    limit: Given,
    /// The `next_cursor` of the previous page
    #[param(value_type = Option<String>, nullable = false)]
    cursor: Given,
}

pub struct EventsQuery {
    pub filter: AuditFilter,
    pub before: Option<i64>,
    pub limit: u32,
}

pub fn events(parts: &Parts) -> Result<EventsQuery, Problem> {
    let (headers, asked) = (&parts.headers, read::<EventsParams>(parts)?);
    let moment = "Write a day as 2026-11-23, or a moment as 2026-11-23T18:00:00Z.";
    let written = "Addresses are compared as they are written.";
    let filter = AuditFilter {
        kind: asked.kind.parse(headers, "kind", "There is no such kind of event.", EventKind::from_name)?,
        person: asked.person_id.parse(headers, "person_id", "This is not the id of a person.", of)?,
        token: asked.token_id.parse(headers, "token_id", "This is not the id of a token.", of)?,
        address: asked.address.parse(headers, "address", written, visible)?,
        since: asked.from.parse(headers, "from", moment, |text| {
            Timestamp::parse(text).or_else(|| Timestamp::of_day(text))
        })?,
        // The whole of the last day counts.
        until: asked.to.parse(headers, "to", moment, |text| {
            Timestamp::parse(text).or_else(|| Timestamp::of_day(text).map(Timestamp::next_day))
        })?,
    };
    let before = asked.cursor.parse(headers, "cursor", CURSOR, event_before)?;
    Ok(EventsQuery { filter, before, limit: asked.limit.limit(headers)? })
}

/// The value that a text stands for.
fn of<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// The cursor of the events before this line of the audit log.
pub fn event_cursor(before: i64) -> String {
    format!("e{before:016x}")
}

fn event_before(text: &str) -> Option<i64> {
    let id = i64::from_str_radix(text.strip_prefix('e')?, 16).ok()?;
    (event_cursor(id) == text).then_some(id)
}
