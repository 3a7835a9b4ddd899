//! The limits of the token: how long it works, from where, and how often.

use crate::{
    domain::{Timestamp, Token},
    ui::html,
};
use leptos::prelude::*;

pub fn limits(token: &Token, now: Timestamp) -> AnyView {
    let expires = match token.expires_at {
        Some(at) => {
            let word = if at <= now { "Expired at " } else { "" };
            html! { {word}<time datetime=at.to_string()>{at.end_in_words()}</time> }
        }
        None => "Never".into_any(),
    };
    let ranges: Vec<_> =
        token.allowed_addresses.iter().map(|range| html! { <code class="tag">{range}</code> }).collect();
    let addresses = match ranges.is_empty() {
        true => "All".into_any(),
        false => html! { <span class="tags">{ranges}</span> },
    };
    let rate = token.rate_limit.map_or_else(|| "None".to_owned(), |limit| limit.in_words());
    html! {
        <div><dt>"Expires"</dt><dd>{expires}</dd></div>
        <div><dt>"Allowed addresses"</dt><dd>{addresses}</dd></div>
        <div><dt>"Rate limit"</dt><dd>{rate}</dd></div>
    }
}
