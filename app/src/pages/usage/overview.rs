//! The overview: how the tokens are used, and which of them need attention. It leads to the lists where something can
//! be done about that, and changes nothing itself.

use super::{attention::attention, first::first};
use crate::{
    components::{Hour, Shell, UsageChart, UsageRanges, screen},
    domain::{OverviewData, Right, Timestamp, Usage, UsageRange, UseTotals, grouped},
    paths,
    server_fns::LoadOverview,
    ui::{Empty, html},
};
use leptos::prelude::*;

pub fn overview_page() -> AnyView {
    screen::<LoadOverview>("Overview", draw)
}

fn draw(OverviewData { tokens, totals, attention: reasons }: OverviewData) -> AnyView {
    let hint = match Shell::here().may(Right::SeeAllTokens) {
        true => "Usage and tokens that need attention",
        false => "Usage of your tokens, and those that need attention",
    };
    let has_some = totals.last_hour.is_some() || tokens > 0;
    html! {
        <div class="overview">
            <div>
                <h1 class="page-title" data-heading="" tabindex="-1">"Overview"</h1>
                <p class="section-hint">{hint}</p>
            </div>
            {has_some.then(|| verifications(totals))}
            {if tokens == 0 { no_tokens() } else { attention(tokens, reasons) }}
        </div>
    }
}

fn verifications(UseTotals { usage, last_hour }: UseTotals) -> AnyView {
    let range = usage.range;
    let hint = match last_hour {
        None => "How often services verified a secret, and with what result".to_owned(),
        Some(_) => format!("In the last {}, by verdict", range.in_words()),
    };
    let ranges = last_hour.map(|_| {
        let places = UsageRange::ALL.map(|range| paths::overview(range.as_str()));
        html! { <UsageRanges range places /> }
    });
    html! {
        <section class="card section section-activity" aria-labelledby="activity-title">
            <div class="head">
                <div>
                    <h2 class="section-title" id="activity-title">"Verifications"</h2>
                    <p class="section-hint">{hint}</p>
                </div>
                {ranges}
            </div>
            {figures(&usage, last_hour.is_none())}
            {match last_hour {
                None => first(),
                Some(hour) if usage.total() == 0 => nothing(hour, &usage),
                Some(_) => html! { <UsageChart usage /> },
            }}
        </section>
    }
}

fn figures(usage: &Usage, is_new: bool) -> AnyView {
    let (total, denied) = (usage.total(), usage.denied());
    let figures = [
        ("Verifications", (total > 0).then(|| grouped(total))),
        ("Denied", (denied > 0).then(|| grouped(denied))),
        ("Denial rate", usage.denied_share().filter(|_| denied > 0)),
    ];
    let none = if is_new { "None yet" } else { "None" };
    let figures = figures.map(|(name, figure)| {
        let is_none = figure.is_none().then_some("");
        let figure = figure.unwrap_or_else(|| none.to_owned());
        html! { <div><dt>{name}</dt><dd data-none=is_none>{figure}</dd></div> }
    });
    html! { <dl class="figures">{figures.collect_view()}</dl> }
}

/// Shown when there were verifications, but none in the time shown.
fn nothing(last_hour: Timestamp, usage: &Usage) -> AnyView {
    let longer = (usage.range == UsageRange::Day).then(|| {
        let href = paths::overview(UsageRange::Month.as_str());
        html! { " "<a href=href data-noscroll="">"Show the last 30 days"</a> }
    });
    html! {
        <p class="chart-nothing">"Last verification: "<Hour begins=last_hour now=usage.now />"."{longer}</p>
    }
}

fn no_tokens() -> AnyView {
    let shell = Shell::here();
    let title = if shell.may(Right::SeeAllTokens) { "No tokens yet" } else { "You have no tokens yet" };
    let way_on = match shell.role().why_not(Right::ManageOwnTokens) {
        None => {
            html! { <a class="button button-primary" href=paths::TOKEN_NEW>"Create token"</a> }
        }
        Some(why) => html! { <p class="section-hint">{why}</p> },
    };
    html! {
        <Empty icon="key" title=title>
            <p>
                "A token lets a program call your API. Once you have some, this page shows how they are used and which \
                 of them need attention."
            </p>
            {way_on}
        </Empty>
    }
}
