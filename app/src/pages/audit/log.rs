//! The screen of the audit log: its head, the filters and the lines.

use super::{filters::Filters, lines::Lines};
use crate::{
    FILLED_IN_BY,
    components::{SettingsHeader, Shell, filter_chips, screen},
    domain::{ArchivedLines, AuditData, AuditForm, Error, EventKind, Owner},
    paths,
    server_fns::LoadAudit,
    ui::{Empty, html},
};
use leptos::prelude::*;

pub fn audit_page() -> AnyView {
    screen::<LoadAudit>("Audit log", tab)
}

fn tab(AuditData { form, page, people }: AuditData) -> AnyView {
    let older = page.as_ref().ok().and_then(|page| page.older);
    let older = older.map(|line| paths::audit(&form.before(Some(line))));
    let newest = (!form.before.is_empty()).then(|| paths::audit(&form.before(None)));
    let archived = page.as_ref().ok().and_then(|page| page.archived.clone()).map(in_archives);
    let lines = match page {
        Err(error) => no_lines(&error),
        Ok(page) if page.lines.is_empty() => nothing(),
        Ok(page) => html! { <Lines lines=page.lines /> },
    };
    let chips = chips(&form, &people);
    html! {
        <SettingsHeader tab=paths::AUDIT />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">"Audit log"</h2>
                <p class="section-hint">"Every sign-in, change and denial. Nothing here can be changed or removed."</p>
            </div>
            <Export form=form.clone() />
        </div>
        <Filters form people />
        {chips}
        {lines}
        {archived}
        <nav class="pager" aria-label="Pages">
            {newest.map(|href| html! { <a class="button" href=href>"Newest"</a> })}
            {older.map(|href| html! { <a class="button" href=href>"Older"</a> })}
        </nav>
    }
}

/// A chip for each active filter of the log.
fn chips(form: &AuditForm, people: &[Owner]) -> AnyView {
    let filters = form.filters().into_iter().filter(|(_, value)| !value.trim().is_empty());
    let filters = filters.map(|(name, value)| {
        let words = match name {
            "kind" => EventKind::from_name(value)
                .map_or(value, |kind| kind.in_words().trim_end_matches(':'))
                .to_owned(),
            "person" => {
                let person = people.iter().find(|person| person.id.to_string() == value);
                person.map_or(value, |person| person.name.as_str()).to_owned()
            }
            "token" => format!("Token {value}"),
            "from" => format!("From {value}"),
            "to" => format!("To {value}"),
            _ => value.to_owned(),
        };
        (name, words)
    });
    filter_chips(paths::AUDIT, &form.before(None).pairs(), filters)
}

/// Exports the log as a file, narrowed down by the filters. The browser sends this form itself and saves the file.
#[component]
fn Export(form: AuditForm) -> impl IntoView {
    let person = Shell::here().context().with_untracked(|context| context.id.map(|id| id.to_string()));
    let filters = form.filters().into_iter().filter(|(_, value)| !value.is_empty());
    let filters =
        filters.map(|(name, value)| html! { <input type="hidden" name=name value=value.to_owned() /> });
    html! {
        <form class="head-action" method="post" action=paths::AUDIT_EXPORT>
            <input type="hidden" name=FILLED_IN_BY value=person />
            {filters.collect_view()}
            <button class="button" type="submit">"Export CSV"</button>
        </form>
    }
}

fn in_archives(ArchivedLines { until, at }: ArchivedLines) -> AnyView {
    let until = format!("Lines 1 to {until} are archived, most recently on {}.", at.date());
    html! { <p class="section-hint">{until}" Ask the operator for the files."</p> }
}

fn nothing() -> AnyView {
    html! {
        <Empty icon="activity" title="No matching events">
            <p>"Try fewer filters, or a longer time."</p>
            <a class="button" href=paths::AUDIT>"Clear filters"</a>
        </Empty>
    }
}

/// Shown for a filter that cannot be understood.
fn no_lines(error: &Error) -> AnyView {
    let detail = match error {
        Error::Invalid { errors } => errors.first().map(|e| e.detail.clone()).unwrap_or_default(),
        other => other.to_string(),
    };
    html! {
        <Empty icon="activity" title="The log cannot be shown like this">
            <p role="alert">{detail}</p>
            <a class="button" href=paths::AUDIT>"Clear filters"</a>
        </Empty>
    }
}
