//! The parts of a token's page that say how it is used: the chart, who presented it, what was refused, and which of
//! its permissions anybody asks for.

use super::{
    token::{more_of, or_dash},
    use_chart::{Ranges, UseChart, summary},
};
use crate::{
    components::Time,
    domain::{
        Activity, ActivityRange, Denial, LastExercise, Presenter, Timestamp, Token, UNUSED_MS, Usage, grouped,
    },
    paths,
};
use leptos::prelude::*;

#[component]
pub fn Activities(usage: Usage, token: Token) -> impl IntoView {
    let is_empty = usage.total() == 0;
    let (range, id) = (usage.range, token.id);
    let hint = if is_empty { nothing_in(range) } else { summary(&usage) };
    view! {
        <section class="card section section-activity" id="activity" aria-labelledby="activity-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="activity-title">"Activity"</h3>
                    <p class="section-hint">{hint}</p>
                </div>
                <Ranges range href=move |name| paths::token_activity(id, name) />
            </div>
            {if is_empty {
                view! { <Nothing token range /> }.into_any()
            } else {
                view! { <UseChart usage /> }.into_any()
            }}
        </section>
    }
}

fn nothing_in(range: ActivityRange) -> String {
    format!("Nobody has presented this token in the last {}.", range.in_words())
}

/// No use at all: when there was one, and where to look.
#[component]
fn Nothing(token: Token, range: ActivityRange) -> impl IntoView {
    let when = match token.last_used {
        Some(used) => view! { "It was last found valid "<Time at=used.at />"." }.into_any(),
        None => view! { "It has never been used." }.into_any(),
    };
    let longer = (range == ActivityRange::Day).then(|| {
        let href = paths::token_activity(token.id, ActivityRange::Month.as_str());
        view! { " "<a href=href>"Look at the last 30 days"</a> }
    });
    view! { <p class="chart-nothing">{when}{longer}</p> }
}

#[component]
pub fn Presenters(activity: Activity) -> impl IntoView {
    let Activity { presenters, usage: Usage { range, now, .. }, .. } = activity;
    let more = more_of(presenters.more(), "way that it was presented in");
    let rows: Vec<_> = presenters.rows.into_iter().map(|presenter| view! { <Who presenter now /> }).collect();
    let hint = if rows.is_empty() {
        nothing_in(range)
    } else {
        format!("Who presented it in the last {}, the most frequent first.", range.in_words())
    };
    view! {
        <section class="card section section-wide" aria-labelledby="presenters-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="presenters-title">"Addresses and clients"</h3>
                    <p class="section-hint">{hint}</p>
                </div>
            </div>
            {(!rows.is_empty()).then(|| view! {
                <table class="table">
                    <caption class="visually-hidden">"Who presented this token"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Address"</th>
                            <th scope="col">"Client"</th>
                            <th scope="col" class="count-column">"Verifications"</th>
                            <th scope="col">"Last seen"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            })}
            {more.map(|text| view! { <p class="and-more">{text}</p> })}
        </section>
    }
}

#[component]
fn Who(presenter: Presenter, now: Timestamp) -> impl IntoView {
    let is_others = presenter.is_others();
    let Presenter { address, client, count, last_hour } = presenter;
    let (address, client) = if is_others {
        let text = "Others, which are not told apart any more";
        (view! { <span>{text}</span> }.into_any(), view! { <span class="quiet">"Several"</span> }.into_any())
    } else if address.is_empty() {
        (or_dash(address).into_any(), or_dash(client).into_any())
    } else {
        (view! { <code>{address}</code> }.into_any(), or_dash(client).into_any())
    };
    view! {
        <tr>
            <th scope="row">{address}</th>
            <td data-label="Client" class="client">{client}</td>
            <td data-label="Verifications" class="number count-column">{grouped(count)}</td>
            <td data-label="Last seen"><Hour begins=last_hour now /></td>
        </tr>
    }
}

#[component]
pub fn Denials(activity: Activity, token: Token) -> impl IntoView {
    let Activity { denials, usage: Usage { range, .. }, .. } = activity;
    let more = more_of(denials.more(), "kind");
    let rows: Vec<_> =
        denials.rows.into_iter().map(|denial| view! { <Refused denial token=token.clone() /> }).collect();
    let hint = if rows.is_empty() {
        format!("Nothing was denied in the last {}.", range.in_words())
    } else {
        format!("Why it was refused in the last {}, and what was wanted.", range.in_words())
    };
    view! {
        <section class="card section" aria-labelledby="denials-title">
            <div>
                <h3 class="section-title" id="denials-title">"Denials"</h3>
                <p class="section-hint">{hint}</p>
            </div>
            {(!rows.is_empty()).then(|| view! { <ul class="lines" aria-labelledby="denials-title">{rows}</ul> })}
            {more.map(|text| view! { <p class="and-more">{text}</p> })}
        </section>
    }
}

#[component]
fn Refused(denial: Denial, token: Token) -> impl IntoView {
    let lacks: Vec<String> = denial.lacks(&token.permissions).iter().map(ToString::to_string).collect();
    let why = match lacks.as_slice() {
        [] => denial.verdict.in_words().to_owned(),
        lacks => format!("It does not hold {}.", lacks.join(", ")),
    };
    let wanted = if denial.is_others() {
        view! { <span class="quiet">"Several permissions, not told apart any more"</span> }.into_any()
    } else if denial.wanted.is_empty() {
        view! { <span class="quiet">"No permission was asked for"</span> }.into_any()
    } else {
        let tags =
            denial.wanted.split_ascii_whitespace().map(|p| view! { <code class="tag">{p.to_owned()}</code> });
        view! { <span class="tags">{tags.collect_view()}</span> }.into_any()
    };
    view! {
        <li class="line">
            <div class="line-what">
                <code>{denial.verdict.as_str()}</code>
                {wanted}
                <p class="section-hint">{why}</p>
            </div>
            <span class="number line-when">{times(denial.count)}</span>
        </li>
    }
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{} times", grouped(count)) }
}

#[component]
pub fn Permissions(
    activity: Activity,
    token: Token,
    /// May this person take some away?
    is_to_change: bool,
) -> impl IntoView {
    let now = activity.usage.now;
    let last: Vec<_> = token.permissions.iter().map(|p| (p.to_string(), activity.last_exercise(p))).collect();
    let used = last.iter().filter(|(_, last)| matches!(last, LastExercise::At(_))).count();
    let unused = last.iter().filter(|(_, last)| *last == LastExercise::Never).count();
    let is_young = now.as_millis() - token.created_at.as_millis() < UNUSED_MS;
    let never = if is_young { "Not used since it was made" } else { "Not used in 30 days" };
    let rows: Vec<_> = last.into_iter().map(|(permission, last)| view! {
        <li class="line" data-unused=(last == LastExercise::Never).then_some("")>
            <code class="line-what">{permission}</code>
            <span class="line-when">{match last {
                LastExercise::At(hour) => view! { <Hour begins=hour now /> }.into_any(),
                LastExercise::Never => view! { <span class="unused">{never}</span> }.into_any(),
                LastExercise::Unknown => view! { <span class="quiet">"Not told apart any more"</span> }.into_any(),
            }}</span>
        </li>
    }).collect();
    let advice = (unused > 0 && used > 0 && is_to_change).then(|| {
        view! { " "<a href=paths::token_edit(token.id)>"Take away what nobody asks for"</a> }
    });
    view! {
        <section class="card section" aria-labelledby="permissions-title">
            <div>
                <h3 class="section-title" id="permissions-title">"Permissions"</h3>
                <p class="section-hint">{format!("{used} of {} were exercised in the last 30 days.", rows.len())}{advice}</p>
            </div>
            <ul class="lines" aria-labelledby="permissions-title">{rows}</ul>
        </section>
    }
}

/// An hour in which something was seen: no use is known more exactly than that.
#[component]
pub fn Hour(begins: Timestamp, now: Timestamp) -> impl IntoView {
    let exact = format!("In the hour from {}", begins.date_time());
    if now.as_millis() - begins.as_millis() < ActivityRange::Day.step_ms() {
        view! { <time datetime=begins.to_string() title=exact>"In this hour"</time> }.into_any()
    } else {
        view! { <time datetime=begins.to_string() title=exact data-ago=begins.as_millis().to_string()>{begins.date_time()}</time> }.into_any()
    }
}
