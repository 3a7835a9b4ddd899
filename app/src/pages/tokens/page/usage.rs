//! The use of the token over a day or a month.

use crate::{
    components::{Time, UsageChart, UsageRanges},
    domain::{Token, TokenData, UsageRange},
    paths,
    ui::html,
};
use leptos::prelude::*;

pub fn usage(data: &TokenData) -> AnyView {
    let TokenData { token, usage, .. } = data;
    let (id, range, is_empty) = (token.id, usage.range, usage.total() == 0);
    let hint = if is_empty { nothing_in(range) } else { usage.in_words() };
    let places = UsageRange::ALL.map(|range| paths::token_activity(id, range.as_str()));
    html! {
        <section class="card section section-activity" id="activity" aria-labelledby="activity-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="activity-title">"Activity"</h3>
                    <p class="section-hint">{hint}</p>
                </div>
                <UsageRanges range places />
            </div>
            {if is_empty {
                nothing(token, range)
            } else {
                html! { <UsageChart usage=usage.clone() /> }
            }}
        </section>
    }
}

pub fn nothing_in(range: UsageRange) -> String {
    format!("No verifications in the last {}.", range.in_words())
}

/// Shown when there was no use in the range: the last use, and where to look.
fn nothing(token: &Token, range: UsageRange) -> AnyView {
    let when = match &token.last_used {
        Some(used) => html! { "Last used "<Time at=used.at />"." },
        None => "Never used.".into_any(),
    };
    let longer = (range == UsageRange::Day).then(|| {
        let href = paths::token_activity(token.id, UsageRange::Month.as_str());
        html! { " "<a href=href data-noscroll="">"Show the last 30 days"</a> }
    });
    html! { <p class="chart-nothing">{when}{longer}</p> }
}
