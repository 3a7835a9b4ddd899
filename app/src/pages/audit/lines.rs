//! The lines of the audit log.

use crate::{components::LogTime, domain::LogLine, ui::html};
use leptos::prelude::*;

/// Longer details fill more than two lines, so the rest of them is folded away.
const DETAIL_CHARS: usize = 100;

#[component]
pub fn Lines(lines: Vec<LogLine>) -> impl IntoView {
    let rows: Vec<_> = lines.into_iter().map(row).collect();
    html! {
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
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(line: LogLine) -> AnyView {
    let LogLine { at, who, email, what, target, details, address, request_id } = line;
    let email = Some(email).filter(|email| !email.is_empty());
    let target = Some(target).filter(|target| !target.is_empty());
    html! {
        <tr>
            <th scope="row"><LogTime at /></th>
            <td data-label="Who" class="who">
                {who}
                {email.map(|email| html! { " "<span class="token-description">{email}</span> })}
            </td>
            <td data-label="What" class="cell-what">
                <span class="what">{what}{target.map(|target| html! { " "<strong>{target}</strong> })}</span>
                {more(details)}
            </td>
            <td data-label="From"><code>{address}</code></td>
            <td data-label="Request"><code class="request-id">{request_id}</code></td>
        </tr>
    }
}

fn more(details: String) -> AnyView {
    match details.chars().count() {
        0 => ().into_any(),
        1..=DETAIL_CHARS => html! { <span class="token-description what-more">{details}</span> },
        _ => html! {
            <details class="what-fold"><summary class="token-description what-more">{details}</summary></details>
        },
    }
}
