//! The legend of a chart: the patterns, their names and numbers, and all of it as a table. It belongs in a section
//! whose title has the id `activity-title`.

use super::series::{Series, counts};
use crate::{
    domain::{Usage, UsageRange, grouped},
    ui::html,
};
use leptos::prelude::*;

/// The definitions of the patterns, once per page.
pub fn looks() -> AnyView {
    html! {
        <svg class="looks" aria-hidden="true" width="0" height="0">
            <defs>
                <pattern id="look-valid" width="8" height="8" patternUnits="userSpaceOnUse">
                    <rect class="look-valid" width="8" height="8"></rect>
                </pattern>
                <pattern
                    id="look-missing"
                    width="6"
                    height="6"
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)"
                >
                    <rect class="look-missing-soft" width="6" height="6"></rect>
                    <rect class="look-missing" width="3" height="6"></rect>
                </pattern>
                <pattern id="look-address" width="5" height="5" patternUnits="userSpaceOnUse">
                    <rect class="look-address-soft" width="5" height="5"></rect>
                    <circle class="look-address" cx="2.5" cy="2.5" r="1.6"></circle>
                </pattern>
                <pattern id="look-other" width="6" height="5" patternUnits="userSpaceOnUse">
                    <rect class="look-other-soft" width="6" height="5"></rect>
                    <rect class="look-other" width="6" height="2"></rect>
                </pattern>
            </defs>
        </svg>
    }
}

pub fn legend(usage: &Usage) -> AnyView {
    let series = Series::ALL.into_iter().zip(counts(usage.counts.iter())).filter(|(_, count)| *count > 0);
    let series = series.map(|(series, count)| {
        html! {
            <li>
                <svg class="chart-sample" aria-hidden="true">
                    <rect width="100%" height="100%" fill=series.fill()></rect>
                </svg>
                {series.in_words(usage)}
                " "
                <span class="number chart-count">{grouped(count)}</span>
            </li>
        }
    });
    html! { <ul class="chart-legend" aria-labelledby="activity-title">{series.collect_view()}</ul> }
}

/// The numbers of the chart, verdict by verdict, for people who do not see the chart.
pub fn table(usage: &Usage) -> AnyView {
    let verdicts = usage.verdicts();
    let head: Vec<_> = verdicts
        .iter()
        .map(|verdict| html! { <th scope="col" class="number">{verdict.in_words()}</th> })
        .collect();
    let busy = usage.steps().into_iter().rev().filter(|step| usage.all_in_step(*step) > 0);
    let rows: Vec<_> = busy
        .map(|step| {
            let cells: Vec<_> = verdicts
                .iter()
                .map(|verdict| {
                    let count = grouped(usage.in_step(step, *verdict));
                    html! { <td class="number" data-label=verdict.in_words()>{count}</td> }
                })
                .collect();
            let when = usage.range.span_in_words(step);
            html! { <tr><th scope="row"><time datetime=step.to_string()>{when}</time></th>{cells}</tr> }
        })
        .collect();
    let (first, caption) = match usage.range {
        UsageRange::Day => (
            "Hour (UTC)",
            "Verifications by hour and verdict, the latest first; hours without any are left out",
        ),
        UsageRange::Month => {
            ("Day (UTC)", "Verifications by day and verdict, the latest first; days without any are left out")
        }
    };
    html! {
        <details class="fold chart-numbers">
            <summary class="fold-summary"><span class="fold-title">"Show as table"</span></summary>
            <table class="table table-numbers">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr><th scope="col">{first}</th>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
}
