//! Verifications over time, as bars that the server draws: one bar for each step, one look for each kind of verdict.
//!
//! Colour is never all that tells two kinds apart: each has a pattern of its own, a name beside its sample, and its
//! numbers in a table. It stands in a section whose title has the id `activity-title`.

use crate::domain::{ActivityRange, Timestamp, Usage, Verdict, grouped};
use leptos::prelude::*;

/// Of a step, in which its bar stands in the middle.
const BAR_SHARE: f64 = 0.72;
/// What little there is can be seen, too, in percent of the height.
const BAR_PERCENT_MIN: f64 = 1.5;

/// Verdicts that look alike are told apart by the legend and the table.
fn look(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::PermissionMissing => "missing",
        Verdict::AddressNotAllowed => "address",
        Verdict::RateLimited => "rate",
        Verdict::Malformed
        | Verdict::Unknown
        | Verdict::Revoked
        | Verdict::Expired
        | Verdict::Disabled
        | Verdict::OwnerDisabled => "dead",
    }
}

fn filled(verdict: Verdict) -> String {
    format!("url(#look-{})", look(verdict))
}

/// The choice of how far the chart goes back; each range, by its name, is a place of its own.
#[component]
pub fn Ranges(range: ActivityRange, href: impl Fn(&'static str) -> String) -> impl IntoView {
    let choices = ActivityRange::ALL.map(|choice| {
        let is_current = (choice == range).then_some("true");
        view! { <a class="segment" href=href(choice.as_str()) aria-current=is_current>{choice.in_words()}</a> }
    });
    view! {
        <nav class="segments head-action" aria-label="Time shown">{choices.collect_view()}</nav>
    }
}

#[component]
pub fn UseChart(usage: Usage) -> impl IntoView {
    let steps = usage.steps();
    let top = round_above(steps.iter().map(|step| usage.all_in_step(*step)).max().unwrap_or_default());
    let width = 100.0 / count(steps.len() as u64);
    let bars: Vec<_> = steps.iter().zip(0_u32..).map(|(step, at)| {
        let left = f64::from(at) * width;
        let mut bottom = 100.0;
        let parts: Vec<_> = usage.verdicts().into_iter().filter_map(|verdict| {
            let uses = usage.in_step(*step, verdict);
            let height = (count(uses) / count(top) * 100.0).max(BAR_PERCENT_MIN).min(bottom);
            (uses > 0).then(|| {
                bottom -= height;
                let x = percent(left + width * (1.0 - BAR_SHARE) / 2.0);
                view! { <rect x=x y=percent(bottom) width=percent(width * BAR_SHARE) height=percent(height) fill=filled(verdict)></rect> }
            })
        }).collect();
        view! {
            <g class="chart-step">
                <title inner_html=in_words(&usage, *step)></title>
                <rect class="chart-room" x=percent(left) y="0" width=percent(width) height="100%"></rect>
                {parts}
            </g>
        }
    }).collect();
    let label = |at: usize| steps.get(at).map(|step| begins(usage.range, *step)).unwrap_or_default();
    let half = if top.is_multiple_of(2) { grouped(top / 2) } else { String::new() };
    view! {
        <Looks />
        <figure class="chart">
            <div class="chart-scale" aria-hidden="true"><span>{grouped(top)}</span><span>{half}</span><span>"0"</span></div>
            <svg class="chart-bars" role="img" aria-label=format!("Chart: {}", summary(&usage))>
                <line class="chart-line" x1="0" x2="100%" y1="0" y2="0"></line>
                <line class="chart-line" x1="0" x2="100%" y1="50%" y2="50%"></line>
                <line class="chart-line chart-ground" x1="0" x2="100%" y1="100%" y2="100%"></line>
                {bars}
            </svg>
            <div class="chart-ends" aria-hidden="true">
                <span>{label(0)}</span><span>{label(steps.len() / 2)}</span><span>{current(usage.range)}</span>
            </div>
        </figure>
        <Legend usage=usage.clone() />
        <Numbers usage />
    }
}

/// The patterns, once for the page.
#[component]
fn Looks() -> impl IntoView {
    view! {
        <svg class="looks" aria-hidden="true" width="0" height="0">
            <defs>
                <pattern id="look-valid" width="8" height="8" patternUnits="userSpaceOnUse">
                    <rect class="look-valid" width="8" height="8"></rect>
                </pattern>
                <pattern id="look-missing" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="look-missing-soft" width="6" height="6"></rect>
                    <rect class="look-missing" width="3" height="6"></rect>
                </pattern>
                <pattern id="look-address" width="6" height="6" patternUnits="userSpaceOnUse">
                    <rect class="look-missing-soft" width="6" height="6"></rect>
                    <rect class="look-missing" width="2" height="6"></rect>
                    <rect class="look-missing" width="6" height="2"></rect>
                </pattern>
                <pattern id="look-rate" width="5" height="5" patternUnits="userSpaceOnUse">
                    <rect class="look-rate-soft" width="5" height="5"></rect>
                    <circle class="look-rate" cx="2.5" cy="2.5" r="1.6"></circle>
                </pattern>
                <pattern id="look-dead" width="6" height="5" patternUnits="userSpaceOnUse">
                    <rect class="look-dead-soft" width="6" height="5"></rect>
                    <rect class="look-dead" width="6" height="2"></rect>
                </pattern>
            </defs>
        </svg>
    }
}

#[component]
fn Legend(usage: Usage) -> impl IntoView {
    let kinds: Vec<_> = usage.verdicts().into_iter().map(|verdict| view! {
        <li>
            <svg class="chart-sample" aria-hidden="true"><rect width="100%" height="100%" fill=filled(verdict)></rect></svg>
            {verdict.in_words()}
            " "
            <span class="number chart-count">{grouped(usage.of_verdict(verdict))}</span>
        </li>
    }).collect();
    view! { <ul class="chart-legend" aria-labelledby="activity-title">{kinds}</ul> }
}

/// The same as a table, folded away: steps without any are left out, the latest comes first.
#[component]
fn Numbers(usage: Usage) -> impl IntoView {
    let verdicts = usage.verdicts();
    let head = verdicts
        .iter()
        .map(|verdict| view! { <th scope="col"><code>{verdict.as_str()}</code></th> })
        .collect_view();
    let busy = usage.steps().into_iter().rev().filter(|step| usage.all_in_step(*step) > 0);
    let rows: Vec<_> = busy.map(|step| {
        let cells: Vec<_> = verdicts.iter().map(|verdict| {
            view! { <td class="number" data-label=verdict.as_str()>{grouped(usage.in_step(step, *verdict))}</td> }
        }).collect();
        view! { <tr><th scope="row"><time datetime=step.to_string()>{span_of(usage.range, step)}</time></th>{cells}</tr> }
    }).collect();
    let (first, caption) = match usage.range {
        ActivityRange::Day => (
            "Hour (UTC)",
            "Verifications by hour and verdict, the latest first; hours without any are left out",
        ),
        ActivityRange::Month => {
            ("Day (UTC)", "Verifications by day and verdict, the latest first; days without any are left out")
        }
    };
    view! {
        <details class="fold chart-numbers">
            <summary class="fold-summary"><span class="fold-title">"The numbers"</span></summary>
            <table class="table table-numbers">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr><th scope="col">{first}</th>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
}

/// `1,246 verifications in the last 24 hours, 12 of them denied. Most came on 25 Nov, 13:00 to 14:00: 320.`
pub fn summary(usage: &Usage) -> String {
    let (total, denied) = (usage.total(), usage.denied());
    let many =
        if total == 1 { "1 verification".to_owned() } else { format!("{} verifications", grouped(total)) };
    let refused = match denied {
        0 => "none of them denied".to_owned(),
        denied => format!("{} of them denied", grouped(denied)),
    };
    format!("{many} in the last {}, {refused}.{}", usage.range.in_words(), most(usage))
}

/// ` Most came on 25 Nov, 13:00 to 14:00: 320.`; nothing when none came.
pub fn most(usage: &Usage) -> String {
    let most = usage.busiest().map(|step| {
        format!(" Most came on {}: {}.", span_of(usage.range, step), grouped(usage.all_in_step(step)))
    });
    most.unwrap_or_default()
}

/// What one bar says when it is pointed at.
fn in_words(usage: &Usage, step: Timestamp) -> String {
    let parts: Vec<String> = usage
        .verdicts()
        .into_iter()
        .map(|verdict| (verdict, usage.in_step(step, verdict)))
        .filter(|(_, uses)| *uses > 0)
        .map(|(verdict, uses)| format!("{} {verdict}", grouped(uses)))
        .collect();
    let what = if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") };
    format!("{}: {what}", span_of(usage.range, step))
}

/// `25 Nov, 13:00 to 14:00 UTC`, or `25 Nov`.
fn span_of(range: ActivityRange, step: Timestamp) -> String {
    let end = Timestamp::from_millis(step.as_millis() + range.step_ms());
    match range {
        ActivityRange::Day => format!("{}, {} to {} UTC", step.day(), step.clock(), end.clock()),
        ActivityRange::Month => step.day(),
    }
}

fn begins(range: ActivityRange, step: Timestamp) -> String {
    match range {
        ActivityRange::Day => format!("{}, {} UTC", step.day(), step.clock()),
        ActivityRange::Month => step.day(),
    }
}

const fn current(range: ActivityRange) -> &'static str {
    match range {
        ActivityRange::Day => "This hour",
        ActivityRange::Month => "Today",
    }
}

/// The end of the scale: a round number that is not far above, and whose half is whole.
fn round_above(most: u64) -> u64 {
    const ROUND: [u64; 11] = [10, 12, 14, 16, 20, 24, 30, 40, 50, 60, 80];
    if let Some(end) = [1, 2, 4, 6, 8].into_iter().find(|end| *end >= most) {
        return end;
    }
    let mut tens: u64 = 1;
    loop {
        if let Some(end) = ROUND.map(|n| tens.saturating_mul(n)).into_iter().find(|end| *end >= most) {
            return end;
        }
        tens = tens.saturating_mul(10);
    }
}

#[allow(clippy::cast_precision_loss, reason = "a picture is not exact")]
const fn count(uses: u64) -> f64 {
    uses as f64
}

fn percent(number: f64) -> String {
    format!("{number:.2}%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Tally;

    fn usage(range: ActivityRange) -> Usage {
        Usage { range, now: Timestamp::from_millis(1_795_457_045_000), tallies: vec![] }
    }

    #[test]
    fn a_scale_ends_at_a_round_number_above_everything() {
        let ends = [0, 1, 3, 5, 8, 9, 41, 99, 120, 1_001].map(round_above);
        assert_eq!(ends, [1, 1, 4, 6, 8, 10, 50, 100, 120, 1_200]);
        assert_eq!(round_above(u64::MAX), u64::MAX);
    }

    #[test]
    fn the_chart_is_told_in_a_sentence() {
        let mut all = usage(ActivityRange::Day);
        let steps = all.steps();
        all.tallies = vec![
            Tally { begins: steps[22], verdict: Verdict::Valid, count: 1_233 },
            Tally { begins: steps[23], verdict: Verdict::Expired, count: 12 },
        ];
        assert_eq!(
            summary(&all),
            "1,245 verifications in the last 24 hours, 12 of them denied. Most came on 23 Nov, 17:00 to 18:00 UTC: 1,233."
        );
        assert_eq!(in_words(&all, steps[23]), "23 Nov, 18:00 to 19:00 UTC: 12 expired");
        assert_eq!(in_words(&all, steps[0]), "22 Nov, 19:00 to 20:00 UTC: nothing");
        let none = usage(ActivityRange::Month);
        assert_eq!(summary(&none), "0 verifications in the last 30 days, none of them denied.");
        assert_eq!(in_words(&none, none.steps()[29]), "23 Nov: nothing");
    }
}
