//! Verifications over time: a bar for each step, a pattern for each series.
//!
//! Colour alone never tells two series apart: each has a pattern of its own, a name beside its sample, and its numbers
//! in a table. The numbers of a bar are shown when it is pointed at, tapped, or reached with the arrow keys.

mod legend;
mod scale;
mod series;

use crate::{
    client,
    domain::{Usage, UsageRange, grouped},
    ui::html,
};
use leptos::{ev, prelude::*};
use scale::{WHOLE, percent};
use series::{Series, counts};

/// Space on either side of a bar, in percent of its step.
const GAP: u64 = 14;

/// The choice of how far a chart goes back. `places` are the URLs of each of [`UsageRange::ALL`].
#[component]
pub fn UsageRanges(range: UsageRange, places: [String; 2]) -> impl IntoView {
    let choices = UsageRange::ALL.into_iter().zip(places).map(|(choice, href)| {
        let is_current = (choice == range).then_some("true");
        html! { <a class="segment" href=href data-noscroll="" aria-current=is_current>{choice.in_words()}</a> }
    });
    html! { <nav class="segments head-action" aria-label="Time shown">{choices.collect_view()}</nav> }
}

#[component]
pub fn UsageChart(usage: Usage) -> impl IntoView {
    let (steps, range) = (usage.steps(), usage.range);
    let pointed = RwSignal::new(None::<usize>);
    let most = steps.iter().map(|step| usage.all_in_step(*step)).max().unwrap_or_default();
    let top = scale::round_above(most);
    let words: Vec<String> = steps.iter().map(|step| usage.step_in_words(*step)).collect();
    let bars: Vec<_> = steps
        .iter()
        .zip(&words)
        .enumerate()
        .map(|(at, (step, words))| {
            let of_step = usage.counts.iter().filter(|count| count.begins == *step);
            let parts = scale::heights(counts(of_step), top);
            bar(Place { at, of: steps.len() }, parts, words.clone(), pointed)
        })
        .collect();
    let label = |at: usize| steps.get(at).map(|step| range.step_begins(*step)).unwrap_or_default();
    let half = if top.is_multiple_of(2) { grouped(top / 2) } else { String::new() };
    let peak = usage.peak_in_words().unwrap_or_default();
    let told = format!("Chart: {} {peak}", usage.in_words());
    html! {
        {legend::looks()}
        <figure class="chart">
            <div class="chart-scale" aria-hidden="true">
                <span>{grouped(top)}</span>
                <span>{half}</span>
                <span>"0"</span>
            </div>
            <div class="chart-plot">
                <svg class="chart-bars" role="img" aria-label=told>
                    <line class="chart-line" x1="0" x2="100%" y1="0" y2="0"></line>
                    <line class="chart-line" x1="0" x2="100%" y1="50%" y2="50%"></line>
                    <line class="chart-line chart-ground" x1="0" x2="100%" y1="100%" y2="100%"></line>
                    {bars}
                </svg>
                {cursor(range, words.clone(), pointed)}
            </div>
            <div class="chart-ends" aria-hidden="true">
                <span>{label(0)}</span>
                <span>{label(steps.len() / 2)}</span>
                <span>{range.current_step()}</span>
            </div>
            <p class="chart-said">
                {move || match pointed.get() {
                    Some(at) => words.get(at).cloned().unwrap_or_default(),
                    None => peak.clone(),
                }}
            </p>
        </figure>
        {legend::legend(&usage)}
        {legend::table(&usage)}
    }
}

/// The position of a bar among all bars.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    of: usize,
}

impl Place {
    /// The left edge of its step, in hundredths of a percent.
    fn left(self) -> u64 {
        self.at as u64 * WHOLE / self.of.max(1) as u64
    }

    fn width(self) -> u64 {
        WHOLE / self.of.max(1) as u64
    }
}

fn bar(place: Place, parts: [u64; 4], words: String, pointed: RwSignal<Option<usize>>) -> AnyView {
    let (left, width) = (place.left(), place.width());
    let gap = width * GAP / 100;
    let mut bottom = WHOLE;
    let parts =
        Series::ALL.into_iter().zip(parts).filter(|(_, height)| *height > 0).map(|(series, height)| {
            bottom = bottom.saturating_sub(height);
            let (x, y) = (percent(left + gap), percent(bottom));
            let (width, height) = (percent(width - 2 * gap), percent(height));
            html! { <rect x=x y=y width=width height=height fill=series.fill()></rect> }
        });
    let parts = parts.collect_view();
    let is_pointed = Signal::derive(move || (pointed.get() == Some(place.at)).then_some(""));
    // The renderer does not escape the content of a title; this one contains only numbers and words.
    html! {
        <g class="chart-step" data-pointed=is_pointed>
            <title inner_html=words></title>
            <rect class="chart-room" x=percent(left) y="0" width=percent(width) height="100%"></rect>
            {parts}
        </g>
    }
}

/// Lies over the bars, to choose the one whose numbers are shown.
fn cursor(range: UsageRange, words: Vec<String>, pointed: RwSignal<Option<usize>>) -> AnyView {
    let last = words.len().saturating_sub(1);
    let at = move || pointed.get().unwrap_or(last);
    let point = move |event: ev::PointerEvent| {
        if let Some(at) = client::part_under(&event, last + 1) {
            pointed.set(Some(at));
        }
    };
    let walk = move |event: ev::KeyboardEvent| {
        let at = pointed.get_untracked().unwrap_or(last);
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => at.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => (at + 1).min(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        pointed.set(Some(to));
    };
    html! {
        <div
            class="chart-cursor needs-script"
            role="slider"
            tabindex="0"
            aria-label=range.step_name()
            aria-valuemin="0"
            aria-valuemax=last.to_string()
            aria-valuenow=move || at().to_string()
            aria-valuetext=move || words.get(at()).cloned().unwrap_or_default()
            on:pointermove=point
            on:pointerdown=point
            on:keydown=walk
            on:focus=move |_| pointed.update(|place| *place = Some(place.unwrap_or(last)))
        ></div>
    }
}
