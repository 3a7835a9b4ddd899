//! Settings > Audit log: what happened, who did it, and from where.

use super::Frame;
use crate::{
    documents::settings_header::SettingsHeader,
    domain::{AuditFilter, AuditLine, Description, Error, EventKind, Field, FieldError, Timestamp},
    paths,
    service::AuditPage,
    ui::{Empty, TextField},
};
use leptos::prelude::*;

/// The filters as they stand in the URL: text, nothing when it is not there.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    pub kind: String,
    pub person: String,
    pub token: String,
    pub address: String,
    pub from: String,
    pub to: String,
    /// The line that the page ends before.
    pub before: String,
}

impl AuditQuery {
    /// The filter that this says, and the line to end before.
    pub fn parse(&self) -> Result<(AuditFilter, Option<i64>), Error> {
        let refuse = |detail: &str| Error::Invalid {
            errors: vec![FieldError::new(Field::Cursor, "malformed", detail)],
        };
        let day = |text: &str| {
            some(text)
                .map(|text| Timestamp::of_day(text).ok_or_else(|| refuse("Write days as 2026-11-23.")))
                .transpose()
        };
        let kind = some(&self.kind)
            .map(|name| EventKind::from_name(name).ok_or_else(|| refuse("There is no such kind of event.")))
            .transpose()?;
        let before = some(&self.before)
            .map(|text| text.parse().map_err(|_| refuse("This link to a page of the log is damaged.")))
            .transpose()?;
        let filter = AuditFilter {
            kind,
            person: some(&self.person).map(str::parse).transpose()?,
            token: some(&self.token).map(str::parse).transpose()?,
            address: some(&self.address).map(visible).transpose()?,
            since: day(&self.from)?,
            // The whole of the last day counts.
            until: day(&self.to)?.map(Timestamp::next_day),
        };
        Ok((filter, before))
    }

    fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("kind", &self.kind),
            ("person", &self.person),
            ("token", &self.token),
            ("address", &self.address),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    fn is_empty(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.is_empty())
    }

    /// The page that ends before a line, with the same filters.
    fn href(&self, before: Option<i64>) -> String {
        let before = before.map(|id| id.to_string()).unwrap_or_default();
        let pairs = self.pairs().into_iter().chain([("before", before.as_str())]);
        let pairs: Vec<String> = pairs
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", paths::escaped(value)))
            .collect();
        paths::with_search(paths::AUDIT, &pairs.join("&"))
    }
}

/// Addresses are compared as they are written; nobody writes one with what cannot be seen.
fn visible(text: &str) -> Result<String, Error> {
    match Description::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(e) => Err(Error::field(Field::Cursor, e.code(), e.to_string())),
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

pub fn audit(frame: &Frame, page: Result<AuditPage, Error>, query: &AuditQuery) -> String {
    let query = query.clone();
    frame.settings("Audit log · Tokenry", false, move || {
        let begun = !query.before.is_empty();
        let first = query.href(None);
        let hidden = |name: &'static str, value: &str| {
            (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value.to_owned() /> })
        };
        let older = page.as_ref().ok().and_then(|page| page.older).map(|before| query.href(Some(before)));
        view! {
            <SettingsHeader tab=paths::AUDIT />
            <div class="head">
                <div>
                    <h2 class="section-title">"Audit log"</h2>
                    <p class="section-hint">"Every sign-in, change and refusal. Nothing here can be changed or removed."</p>
                </div>
                <form class="head-action" method="post" action=paths::AUDIT_EXPORT>
                    {query.pairs().map(|(name, value)| hidden(name, value)).collect_view()}
                    <button class="button" type="submit">"Export CSV"</button>
                </form>
            </div>
            <Filters query=query.clone() />
            {match page {
                Err(error) => view! { <NotThese error /> }.into_any(),
                Ok(page) if page.lines.is_empty() => view! {
                    <Empty icon="activity" title="Nothing like this has happened">
                        <p>"No line of the log fits. Widen the filter, or look at everything."</p>
                        <a class="button" href=paths::AUDIT>"Clear the filter"</a>
                    </Empty>
                }
                .into_any(),
                Ok(page) => view! { <Lines lines=page.lines /> }.into_any(),
            }}
            <nav class="pager" aria-label="Pages">
                {begun.then(|| view! { <a class="button" href=first>"Newest"</a> })}
                {older.map(|href| view! { <a class="button" href=href>"Older"</a> })}
            </nav>
        }
        .into_any()
    })
}

/// A filter that cannot be understood, or a log that cannot be read now.
#[component]
fn NotThese(error: Error) -> impl IntoView {
    let detail = match &error {
        Error::Invalid { errors } => errors.first().map(|e| e.detail.clone()).unwrap_or_default(),
        other => other.to_string(),
    };
    view! {
        <Empty icon="activity" title="The log cannot be shown like this">
            <p role="alert">{detail}</p>
            <a class="button" href=paths::AUDIT>"Clear the filter"</a>
        </Empty>
    }
}

#[component]
fn Filters(query: AuditQuery) -> impl IntoView {
    let nothing = || Signal::stored(String::new());
    let clear = !query.is_empty();
    // A field for days holds a day or nothing.
    let day = |text: String| if Timestamp::of_day(&text).is_some() { text } else { String::new() };
    let narrowed = match (query.person.is_empty(), query.token.is_empty()) {
        (false, _) => {
            Some(("person", query.person.clone(), "Only what one person did, or what was done to them."))
        }
        (_, false) => Some(("token", query.token.clone(), "Only what was done to one token.")),
        _ => None,
    };
    view! {
        <form class="filters" method="get" action=paths::AUDIT aria-label="Filter">
            <div class="field">
                <label class="field-label" for="kind">"What"</label>
                <select class="input" id="kind" name="kind">
                    <option value="">"Everything"</option>
                    {EventKind::ALL.iter().map(|kind| view! {
                        <option value=kind.as_str() selected={query.kind == kind.as_str()}>{kind.in_words()}</option>
                    }).collect_view()}
                </select>
            </div>
            <TextField name="from" id="from" label="From" kind="date" value=day(query.from) error=nothing() />
            <TextField name="to" id="to" label="To" kind="date" value=day(query.to) error=nothing() />
            <TextField name="address" id="address" label="Address" value=query.address error=nothing() />
            {narrowed.map(|(name, value, words)| view! {
                <input type="hidden" name=name value=value />
                <p class="section-hint filters-note">{words}</p>
            })}
            <div class="filters-actions">
                <button class="button" type="submit">"Filter"</button>
                {clear.then(|| view! { <a class="button" href=paths::AUDIT>"Clear"</a> })}
            </div>
        </form>
    }
}

#[component]
fn Lines(lines: Vec<AuditLine>) -> impl IntoView {
    view! {
        <div class="card">
            <table class="table table-log">
                <caption class="visually-hidden">"Events, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Time (UTC)"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"From"</th>
                        <th scope="col">"Request"</th>
                    </tr>
                </thead>
                <tbody>
                    {lines.into_iter().map(|line| view! { <Line line /> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Line(line: AuditLine) -> impl IntoView {
    let who = line.who();
    let words = line.in_words();
    let details = line.details_in_words();
    let email = Some(line.actor_email.clone()).filter(|email| !email.is_empty());
    view! {
        <tr>
            <th scope="row"><time datetime=line.at.to_string() title=line.at.to_string()>{line.at.log_time()}</time></th>
            <td data-label="Who" class="who">{who}{email.map(|email| view! { " "<span class="token-description">{email}</span> })}</td>
            <td data-label="What">
                <span class="what">{words}" "<strong>{line.target_name}</strong></span>
                {details.map(|details| view! { <span class="token-description what-more">{details}</span> })}
            </td>
            <td data-label="From"><code>{line.address}</code></td>
            <td data-label="Request"><code class="request-id">{line.request_id}</code></td>
        </tr>
    }
}
