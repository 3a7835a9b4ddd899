//! The secrets of the token: as much of them as anybody can see.

use super::{
    Prompts,
    parts::{and_more, from_address, or_unknown},
};
use crate::{
    components::Time,
    domain::{KeptSecret, SecretState, Timestamp, TokenData, retiring_in_words},
    ui::html,
};
use leptos::prelude::*;

pub fn secrets(data: &TokenData, prompts: Prompts, may_change: bool) -> AnyView {
    let TokenData { secrets, usage, .. } = data;
    let now = usage.now;
    let old = secrets.rows.iter().find(|secret| matches!(secret.state(now), SecretState::Retiring(_)));
    html! {
        <section class="card section section-wide" aria-labelledby="secrets-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="secrets-title">"Secrets"</h3>
                    <p class="section-hint">"Only the last characters are stored."</p>
                    {old.map(|secret| replaced(secret, prompts, may_change))}
                </div>
            </div>
            <table class="table">
                <caption class="visually-hidden">"Secrets of this token, the current one first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Secret"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Created"</th>
                        <th scope="col">"Last used"</th>
                        <th scope="col">"Client"</th>
                    </tr>
                </thead>
                <tbody>{secrets.rows.iter().map(|secret| row(secret, now)).collect_view()}</tbody>
            </table>
            {and_more(secrets.more_in_words("older secret"))}
        </section>
    }
}

/// The old secret of a rotation: until when it works, and whether somebody still uses it.
fn replaced(secret: &KeptSecret, prompts: Prompts, may_change: bool) -> AnyView {
    let until = secret.ends_at.map(|end| format!(" {}. ", retiring_in_words(end, secret.quiet_ms)));
    let used = match &secret.last_used {
        Some(used) => html! { "It was last used "<Time at=used.at />". " },
        None => "It was never used. ".into_any(),
    };
    let who = may_change.then(|| {
        let href = prompts.href("rotate");
        html! { <a href=href data-noscroll="">"Who still uses it"</a> }
    });
    html! {
        <p class="section-hint">"The old secret "<code>{secret.hint.to_string()}</code>{until}{used}{who}</p>
    }
}

fn row(secret: &KeptSecret, now: Timestamp) -> AnyView {
    let state = secret.state(now);
    let when = match state {
        SecretState::Current => ().into_any(),
        SecretState::Retiring(end) => {
            html! { " until "<time datetime=end.to_string()>{end.date_time()}</time> }
        }
        SecretState::Ended(at) | SecretState::Revoked(at) | SecretState::Exposed(at) => {
            let by = secret.revoked_by.as_ref().map(|who| format!(" by {who}"));
            html! { " "<Time at />{by} }
        }
    };
    let (used, client) = match &secret.last_used {
        Some(used) => {
            (html! { <span><Time at=used.at />" "{from_address(&used.address)}</span> }, used.client.clone())
        }
        None => (html! { <span class="quiet">"Never used"</span> }, String::new()),
    };
    html! {
        <tr>
            <th scope="row"><code>{secret.hint.to_string()}</code></th>
            <td data-label="State">
                <span><span class="status" data-status=look(state)>{state.in_words()}</span>{when}</span>
            </td>
            <td data-label="Created"><Time at=secret.created_at /></td>
            <td data-label="Last used">{used}</td>
            <td data-label="Client" class="client">{or_unknown(client)}</td>
        </tr>
    }
}

/// The look of a secret's state: that of the token status with the same meaning.
const fn look(state: SecretState) -> &'static str {
    match state {
        SecretState::Current => "Active",
        SecretState::Retiring(_) => "Rotating",
        SecretState::Ended(_) | SecretState::Revoked(_) => "Expired",
        SecretState::Exposed(_) => "Exposed",
    }
}
