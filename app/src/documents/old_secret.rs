//! The secret that a rotation has left: until when it works, who still presents it, and the way to end it.

use crate::{
    components::Time,
    domain::{OldSecret, Presented, Timestamp, grouped, retiring_in_words},
};
use leptos::prelude::*;

#[component]
pub fn OldSecretStands(
    old: OldSecret,
    now: Timestamp,
    /// The form that ends it.
    form: &'static str,
) -> impl IntoView {
    let OldSecret { hint, rotated_at, ends_at, quiet_ms, last_used_at, presented, has_more } = old;
    let rotated = rotated_at.date_time();
    let nobody = presented.is_empty();
    view! {
        <section class="old-secret" aria-labelledby="old-secret-heading">
            <h3 class="old-secret-title" id="old-secret-heading">"The old secret still works"</h3>
            <p>
                <code>{hint.to_string()}</code>
                {format!(" {}. The token was rotated on {rotated}. ", retiring_in_words(ends_at, quiet_ms))}
                {last_used_at.map(|at| view! { "It was last accepted " <Time at /> "." })}
            </p>
            {if nobody {
                view! { <p>"Nobody has presented it since: nobody will miss it."</p> }.into_any()
            } else {
                view! { <Presenters presented now has_more /> }.into_any()
            }}
            <button class="button button-danger" type="submit" form=form>"End the old secret now"</button>
        </section>
    }
}

#[component]
fn Presenters(presented: Vec<Presented>, now: Timestamp, has_more: bool) -> impl IntoView {
    let rows = presented.into_iter().map(|from| {
        let (last, exactly) = (from.last_in_words(now), from.last_exactly());
        view! {
            <tr>
                <th scope="row">{said(from.address)}</th>
                <td data-label="Client">{said(from.client)}</td>
                <td data-label="Last seen"><time datetime=from.last_hour.to_string() title=exactly>{last}</time></td>
                <td data-label="Times" class="number">{grouped(from.count)}</td>
            </tr>
        }
    });
    view! {
        <table class="table old-secret-table">
            <caption>"Who has presented it since the hour of the rotation"</caption>
            <thead>
                <tr>
                    <th scope="col">"Address"</th>
                    <th scope="col">"Client"</th>
                    <th scope="col">"Last seen"</th>
                    <th scope="col">"Times"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        {has_more.then(|| view! { <p class="field-hint">"And others, longer ago."</p> })}
    }
}

fn said(text: String) -> String {
    if text.is_empty() { "not said".to_owned() } else { text }
}
