//! The trust rules of an account: which runs of a CI or a cluster get short-lived tokens of it.

use crate::{
    components::Time,
    domain::{TrustRow, TrustRule},
    ui::html,
};
use leptos::prelude::*;

pub fn trusted(rows: Vec<TrustRow>) -> AnyView {
    html! {
        <section class="card section section-wide" aria-labelledby="trust-title">
            <h3 class="section-title" id="trust-title">"Trust rules"</h3>
            <p class="section-hint">
                "Runs of a CI or a cluster that exchange their own token for a short-lived one of this account. They are \
                 kept in the operator’s configuration."
            </p>
            <table class="table">
                <caption class="visually-hidden">"Trust rules, in the order in which they are tried"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Rule"</th>
                        <th scope="col">"Claims"</th>
                        <th scope="col">"Permissions"</th>
                        <th scope="col">"For"</th>
                        <th scope="col">"Last used"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
}

fn row(TrustRow { rule, last_used_at }: TrustRow) -> AnyView {
    let TrustRule { name, issuer, claims, permissions, minutes, .. } = rule;
    let tags = |texts: Vec<String>| {
        texts.into_iter().map(|text| html! { <code class="tag">{text}</code> }).collect_view()
    };
    let claims = claims.into_iter().map(|(claim, pattern)| format!("{claim}: {pattern}")).collect();
    let life = if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") };
    html! {
        <tr>
            <th scope="row" class="cell-name">{name}<span class="token-description">{issuer}</span></th>
            <td data-label="Claims"><span class="tags tags-wrapped">{tags(claims)}</span></td>
            <td data-label="Permissions"><span class="tags tags-wrapped">{tags(permissions)}</span></td>
            <td data-label="For">{life}</td>
            <td data-label="Last used">
                {match last_used_at {
                    Some(at) => html! { <Time at /> },
                    None => html! { <span class="quiet">"Never used"</span> },
                }}
            </td>
        </tr>
    }
}
