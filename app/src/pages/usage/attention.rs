//! The tokens that need attention: a card for each reason, which leads to them.

use crate::{
    domain::{Attention, attention_in_words, tokens_in_words},
    paths,
    ui::html,
};
use leptos::prelude::*;

pub fn attention(tokens: u64, reasons: Vec<(Attention, u64)>) -> AnyView {
    html! {
        <section aria-labelledby="attention-title">
            <h2 class="section-title" id="attention-title">"Tokens that need attention"</h2>
            <p class="section-hint">
                "Out of "{tokens_in_words(tokens)}". A token can be counted more than once."
            </p>
            <ul class="attention" aria-labelledby="attention-title">{reasons.into_iter().map(card).collect_view()}</ul>
        </section>
    }
}

fn card((reason, count): (Attention, u64)) -> AnyView {
    let is_none = (count == 0).then_some("");
    let is_urgent = reason.is_urgent().then_some("");
    let says = if count == 0 { reason.calm() } else { reason.advice() };
    let (number, rest) = attention_in_words(count);
    let rest = rest.map(|rest| html! { " "<small class="attention-rest">{rest}</small> });
    html! {
        <li class="card attention-card" data-none=is_none data-urgent=is_urgent>
            <a class="attention-link" href=paths::tokens_to_look_at(reason)>
                <span class="attention-name">{reason.in_words()}</span>" "
                <span class="attention-count">{number}{rest}</span>
            </a>
            <p class="attention-advice">{says}</p>
        </li>
    }
}
