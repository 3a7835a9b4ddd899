//! The history of the token, as the audit log has it.

use crate::{
    components::Time,
    domain::{HistoryLine, TokenData},
    paths,
    ui::html,
};
use leptos::prelude::*;

/// Empty for people who may not see the audit log.
pub fn history(data: &TokenData) -> AnyView {
    let Some(lines) = &data.history else { return ().into_any() };
    let all = paths::audit_of_token(data.token.id);
    html! {
        <section class="card section section-wide" aria-labelledby="history-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="history-title">"History"</h3>
                    <p class="section-hint">"Recent changes to this token"</p>
                </div>
                <a class="button button-small head-action" href=all>"All in the audit log"</a>
            </div>
            <table class="table table-log">
                <caption class="visually-hidden">"Changes to this token, the latest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"From"</th>
                    </tr>
                </thead>
                <tbody>{lines.iter().cloned().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
}

fn row(line: HistoryLine) -> AnyView {
    let HistoryLine { at, what, details, who, email, address } = line;
    let details = details.map(|text| html! { <span class="token-description what-more">{text}</span> });
    let email = (!email.is_empty()).then(|| html! { " "<span class="token-description">{email}</span> });
    html! {
        <tr>
            <th scope="row"><Time at /></th>
            <td data-label="What"><span class="what">{what}{details}</span></td>
            <td data-label="Who">{who}{email}</td>
            <td data-label="From"><code>{address}</code></td>
        </tr>
    }
}
