//! The denials of the token: the reasons, and the permissions that were requested.

use super::parts::and_more;
use crate::{
    domain::{Denial, Token, TokenData, grouped},
    ui::html,
};
use leptos::prelude::*;

pub fn denials(data: &TokenData) -> AnyView {
    let TokenData { token, denials, usage, .. } = data;
    let is_empty = denials.rows.is_empty();
    let hint = match is_empty {
        true => format!("No denials in the last {}.", usage.range.in_words()),
        false => format!("In the last {}, with the permissions that were requested.", usage.range.in_words()),
    };
    let rows = denials.rows.iter().map(|denial| line(denial, token)).collect_view();
    html! {
        <section class="card section" aria-labelledby="denials-title">
            <div>
                <h3 class="section-title" id="denials-title">"Denials"</h3>
                <p class="section-hint">{hint}</p>
            </div>
            {(!is_empty).then(|| html! { <ul class="lines" aria-labelledby="denials-title">{rows}</ul> })}
            {and_more(denials.more_in_words("kind"))}
        </section>
    }
}

fn line(denial: &Denial, token: &Token) -> AnyView {
    let lacks: Vec<String> = denial.lacks(&token.permissions).iter().map(ToString::to_string).collect();
    let why = match lacks.as_slice() {
        [] => format!("{}.", denial.verdict.in_words()),
        lacks => format!("The token does not have {}.", lacks.join(", ")),
    };
    let times = match denial.count {
        1 => "once".to_owned(),
        count => format!("{} times", grouped(count)),
    };
    html! {
        <li class="line">
            <div class="line-what">
                <code>{denial.verdict.as_str()}</code>
                {wanted(denial)}
                <p class="section-hint">{why}</p>
            </div>
            <span class="number line-when">{times}</span>
        </li>
    }
}

fn wanted(denial: &Denial) -> AnyView {
    if denial.is_others() {
        return html! { <span class="quiet">"Several permissions"</span> };
    }
    if denial.wanted.is_empty() {
        return html! { <span class="quiet">"No permission requested"</span> };
    }
    let tags = denial.wanted.split_ascii_whitespace();
    let tags = tags.map(|permission| html! { <code class="tag">{permission.to_owned()}</code> });
    html! { <span class="tags">{tags.collect_view()}</span> }
}
