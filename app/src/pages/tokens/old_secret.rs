//! The secret that a rotation has left behind: until when it works, who still uses it, and the way to end it.

use crate::{
    components::Time,
    domain::{OldSecret, Presented, Timestamp, grouped, retiring_in_words},
    ui::html,
};
use leptos::prelude::*;

#[component]
pub fn OldSecretStands(
    old: OldSecret,
    now: Timestamp,
    /// The id of the form that ends it.
    form: &'static str,
) -> impl IntoView {
    let OldSecret { hint, rotated_at, ends_at, quiet_ms, last_used_at, presented, has_more } = old;
    let rotated = rotated_at.date_time();
    html! {
        <section class="old-secret" aria-labelledby="old-secret-heading">
            <h3 class="old-secret-title" id="old-secret-heading">"The old secret still works"</h3>
            <p>
                <code>{hint.to_string()}</code>
                {format!(" {}. The token was rotated on {rotated}. ", retiring_in_words(ends_at, quiet_ms))}
                {last_used_at.map(|at| html! { "It was last accepted " <Time at /> "." })}
            </p>
            {if presented.is_empty() {
                html! { <p>"Not used since the rotation; safe to end."</p> }
            } else {
                presenters(presented, now, has_more)
            }}
            <button class="button button-danger" type="submit" form=form>"End the old secret now"</button>
        </section>
    }
}

fn presenters(presented: Vec<Presented>, now: Timestamp, has_more: bool) -> AnyView {
    let rows = presented.into_iter().map(|from| {
        let (last, exactly) = (from.last_in_words(now), from.last_exactly());
        html! {
            <tr>
                <th scope="row">{or_unknown(from.address)}</th>
                <td data-label="Client">{or_unknown(from.client)}</td>
                <td data-label="Last seen"><time datetime=from.last_hour.to_string() title=exactly>{last}</time></td>
                <td data-label="Times" class="number">{grouped(from.count)}</td>
            </tr>
        }
    });
    html! {
        <table class="table old-secret-table">
            <caption>"Who has used it since the hour of the rotation"</caption>
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
        {has_more.then(|| html! { <p class="field-hint">"And others, longer ago."</p> })}
    }
}

fn or_unknown(text: String) -> String {
    if text.is_empty() { "Unknown".to_owned() } else { text }
}
