//! The callers that presented the token.

use super::{
    parts::{and_more, or_unknown},
    usage::nothing_in,
};
use crate::{
    components::Hour,
    domain::{Presenter, Timestamp, TokenData, grouped},
    ui::html,
};
use leptos::prelude::*;

pub fn callers(data: &TokenData) -> AnyView {
    let TokenData { presenters, usage, .. } = data;
    let is_empty = presenters.rows.is_empty();
    let hint = match is_empty {
        true => nothing_in(usage.range),
        false => format!("In the last {}, the most frequent first.", usage.range.in_words()),
    };
    let rows = presenters.rows.iter().map(|presenter| row(presenter, usage.now)).collect_view();
    let class = if is_empty { "card section" } else { "card section section-wide" };
    html! {
        <section class=class aria-labelledby="presenters-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="presenters-title">"Addresses and clients"</h3>
                    <p class="section-hint">{hint}</p>
                </div>
            </div>
            {(!is_empty).then(|| html! {
                <table class="table">
                    <caption class="visually-hidden">"Who used this token"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Address"</th>
                            <th scope="col">"Client"</th>
                            <th scope="col" class="count-column">"Verifications"</th>
                            <th scope="col">"Last seen"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            })}
            {and_more(presenters.more_in_words("caller"))}
        </section>
    }
}

fn row(presenter: &Presenter, now: Timestamp) -> AnyView {
    let Presenter { address, client, count, last_hour } = presenter.clone();
    let (address, client) = if presenter.is_others() {
        let several = html! { <span class="quiet">"Several"</span> };
        (html! { <span>"Other"</span> }, several)
    } else if address.is_empty() {
        (or_unknown(address), or_unknown(client))
    } else {
        (html! { <code>{address}</code> }, or_unknown(client))
    };
    html! {
        <tr>
            <th scope="row">{address}</th>
            <td data-label="Client" class="client">{client}</td>
            <td data-label="Verifications" class="number count-column">{grouped(count)}</td>
            <td data-label="Last seen"><Hour begins=last_hour now /></td>
        </tr>
    }
}
