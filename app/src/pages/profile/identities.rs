//! The person's accounts at identity providers. Only the operator's configuration and the providers change them.

use crate::{components::Time, domain::Identity, ui::html};
use leptos::prelude::*;

pub fn identities_section(identities: Vec<Identity>) -> AnyView {
    html! {
        <section class="card section" aria-labelledby="identities-title">
            <h2 class="section-title" id="identities-title">"Sign-in through providers"</h2>
            <ul class="plain-list">
                {identities.into_iter().map(|identity| html! {
                    <li>
                        <strong>{identity.provider}</strong>
                        ", last used " <Time at=identity.last_used_at />
                        {groups(&identity.groups)}
                    </li>
                }).collect_view()}
            </ul>
        </section>
    }
}

fn groups(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(". Groups: {}", names.join(", ")) }
}
