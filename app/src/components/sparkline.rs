//! The last day of a token in the width of a column: a bar for each hour.

use crate::{
    domain::{HourlyUsage, USAGE_HOURS},
    ui::html,
};
use leptos::prelude::*;

const BAR: usize = 4;
const HEIGHT: u64 = 18;

/// Valid uses at the bottom, refused ones on top of them.
#[component]
pub fn Sparkline(usage: HourlyUsage) -> impl IntoView {
    let most = usage.most().max(1);
    // Even a single use is visible.
    let tall = |count: u64| if count == 0 { 0 } else { (count.saturating_mul(HEIGHT) / most).max(1) };
    let (mut valid, mut refused) = (String::new(), String::new());
    for (hour, (good, bad)) in usage.hours.iter().enumerate() {
        let (left, bad) = (hour * BAR, tall(*bad));
        let good = tall(*good).min(HEIGHT - bad);
        if good > 0 {
            valid.push_str(&format!("M{left} {HEIGHT}v-{good}h3v{good}z"));
        }
        if bad > 0 {
            refused.push_str(&format!("M{left} {}v-{bad}h3v{bad}z", HEIGHT - good));
        }
    }
    // The renderer does not escape the content of a title; this one contains only numbers and words.
    let (words, title) = (usage.in_words(), usage.in_words());
    html! {
        <svg class="pulse" role="img" aria-label=words viewBox=format!("0 0 {} {HEIGHT}", USAGE_HOURS * BAR - 1)>
            <title inner_html=title></title>
            <path class="pulse-valid" d=valid></path>
            <path class="pulse-refused" d=refused></path>
        </svg>
    }
}
