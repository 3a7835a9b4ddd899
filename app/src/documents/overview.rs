//! The overview: how the tokens are used, and which of them somebody should look at. It leads to the lists where
//! something is done about it, and does nothing itself.

use super::{
    Frame,
    example::example,
    token_use::Hour,
    use_chart::{Ranges, UseChart, most},
};
use crate::{
    domain::{
        ActivityRange, Attention, UseTotals, VERIFY_TOKENS, attention_in_words, grouped, tokens_in_words,
    },
    paths,
    service::OverviewPage,
    shell::{Life, Place},
    ui::Empty,
};
use leptos::prelude::*;

/// `origin` is where this installation is reached.
pub fn overview(frame: &Frame, page: OverviewPage, origin: &str) -> String {
    let origin = origin.to_owned();
    frame.write(Life::Document, Place::Overview, "Overview · Tokenry", false, move || {
        let OverviewPage { of_everybody, tokens, totals, attention, why_not } = page;
        let whose = if of_everybody { "All tokens" } else { "Your tokens" };
        let (is_new, has_none) = (totals.last_hour.is_none(), tokens == 0);
        view! {
            <div class="overview">
                <div>
                    <h1 class="page-title">"Overview"</h1>
                    <p class="section-hint">{whose}": how they are used, and which of them to look at."</p>
                </div>
                {(!is_new || !has_none).then(|| view! { <Verifications totals origin /> })}
                {if has_none {
                    view! { <NoTokens of_everybody why_not /> }.into_any()
                } else {
                    view! { <Attentions tokens attention /> }.into_any()
                }}
            </div>
        }
        .into_any()
    })
}

#[component]
fn Verifications(totals: UseTotals, origin: String) -> impl IntoView {
    let UseTotals { usage, last_hour } = totals;
    let (range, is_empty) = (usage.range, usage.total() == 0);
    let hint = match last_hour {
        None => "How often services asked about a secret, and what they were told.".to_owned(),
        Some(_) => format!("In the last {}, by verdict.{}", range.in_words(), most(&usage)),
    };
    let figures = [
        ("Verifications", Some(usage.total()).filter(|_| !is_empty).map(grouped)),
        ("Denied", Some(usage.denied()).filter(|denied| *denied > 0).map(grouped)),
        ("Share denied", usage.denied_share().filter(|_| usage.denied() > 0)),
    ];
    let none = if last_hour.is_some() { "None" } else { "None yet" };
    let figures = figures.map(|(name, figure)| {
        let is_none = figure.is_none().then_some("");
        let figure = figure.unwrap_or_else(|| none.to_owned());
        view! { <div><dt>{name}</dt><dd data-none=is_none>{figure}</dd></div> }
    });
    view! {
        <section class="card section section-activity" aria-labelledby="activity-title">
            <div class="head">
                <div>
                    <h2 class="section-title" id="activity-title">"Verifications"</h2>
                    <p class="section-hint">{hint}</p>
                </div>
                {last_hour.map(|_| view! { <Ranges range href=paths::overview /> })}
            </div>
            <dl class="figures">{figures.collect_view()}</dl>
            {match last_hour {
                None => view! { <First origin /> }.into_any(),
                Some(hour) if is_empty => {
                    let longer = (range == ActivityRange::Day).then(|| {
                        let href = paths::overview(ActivityRange::Month.as_str());
                        view! { " "<a href=href>"Look at the last 30 days"</a> }
                    });
                    view! { <p class="chart-nothing">"Last verification: "<Hour begins=hour now=usage.now />"."{longer}</p> }.into_any()
                }
                Some(_) => view! { <UseChart usage /> }.into_any(),
            }}
        </section>
    }
}

/// Nothing was ever verified: what will be seen here, and how to begin.
#[component]
fn First(origin: String) -> impl IntoView {
    let lines = [
        format!("curl -X POST \"{origin}/v1/verify\""),
        "-H \"Authorization: Bearer $TOKENRY_SECRET\"".to_owned(),
        "-H 'Content-Type: application/json'".to_owned(),
        "-d '{\"secret\": \"tkr_…\"}'".to_owned(),
    ];
    view! {
        <div class="first-use">
            <p>
                "Here will be a bar for every hour and every day: how many secrets were found valid, how many were denied, and \
                 why. It begins with the first one that a service asks about."
            </p>
            {example("first-verify", "Verify a secret", &lines.join(" \\\n  "))}
            <p class="section-hint">
                <code>"$TOKENRY_SECRET"</code>" is the secret of a token that has the permission "<code>{VERIFY_TOKENS}</code>
                ", which admins can give; "<code>"tkr_…"</code>" is the one that somebody shows to your service. "
                <a href=format!("{}#verify", paths::REFERENCE)>"More in the API reference"</a>
            </p>
        </div>
    }
}

#[component]
fn Attentions(tokens: u64, attention: Vec<(Attention, u64)>) -> impl IntoView {
    let cards: Vec<_> = attention.into_iter().map(|(reason, count)| {
        let (is_none, says) = (count == 0, if count == 0 { reason.calm() } else { reason.advice() });
        let (number, rest) = attention_in_words(count);
        let rest = rest.map(|rest| view! { " "<small class="attention-rest">{rest}</small> });
        view! {
            <li class="card attention-card" data-none=is_none.then_some("") data-urgent=reason.is_urgent().then_some("")>
                <a class="attention-link" href=paths::tokens_to_look_at(reason)>
                    <span class="attention-name">{reason.in_words()}</span>" "
                    <span class="attention-count">{number}{rest}</span>
                </a>
                <p class="attention-advice">{says}</p>
            </li>
        }
    }).collect();
    view! {
        <section aria-labelledby="attention-title">
            <h2 class="section-title" id="attention-title">"Tokens that need attention"</h2>
            <p class="section-hint">"Out of "{tokens_in_words(tokens)}". One may be counted more than once."</p>
            <ul class="attention" aria-labelledby="attention-title">{cards}</ul>
        </section>
    }
}

#[component]
fn NoTokens(of_everybody: bool, why_not: Option<&'static str>) -> impl IntoView {
    let title = if of_everybody { "No tokens yet" } else { "You have no tokens yet" };
    view! {
        <Empty icon="key" title=title>
            <p>"A token lets a program call your API. Once there are some, this page says how they are used and which of them need somebody."</p>
            {match why_not {
                None => view! { <a class="button button-primary" href=paths::TOKEN_NEW>"Create token"</a> }.into_any(),
                Some(why) => view! { <p class="section-hint">{why}</p> }.into_any(),
            }}
        </Empty>
    }
}
