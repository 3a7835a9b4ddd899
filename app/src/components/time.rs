//! A moment: how long ago it was, which is kept up to date; the moment itself on hover, in local time and in UTC.

use super::Shell;
use crate::{
    client,
    domain::{Timestamp, UsageRange},
    ui::{effect, html},
};
use leptos::prelude::*;

#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    let shell = use_context::<Shell>();
    let is_exact =
        shell.is_some_and(|shell| shell.context().with_untracked(|context| context.shows("exact")));
    let first = if is_exact { at.date_time() } else { at.ago(client::now()) };
    let (text, title) = (RwSignal::new(first), RwSignal::new(at.date_time()));
    if let Some(shell) = shell {
        effect(move || {
            shell.minutes().track();
            // Only the browser knows its time zone.
            let local = client::local(at);
            if let Some(local) = &local {
                title.set(format!("{local} local time · {}", at.date_time()));
            }
            if !is_exact {
                text.set(at.ago(client::now()));
            } else if let Some(local) = local {
                text.set(local);
            }
        });
    }
    let (text, title): (Signal<String>, Signal<String>) = (text.into(), title.into());
    html! { <time datetime=at.to_string() title=title>{text}</time> }
}

/// A moment in a log, to the second and in UTC; in local time on hover.
#[component]
pub fn LogTime(at: Timestamp) -> impl IntoView {
    let title = RwSignal::new(at.to_string());
    effect(move || {
        if let Some(local) = client::local(at) {
            title.set(format!("{local} local time"));
        }
    });
    let shown: Signal<String> = title.into();
    html! { <time datetime=at.to_string() title=shown>{at.log_time()}</time> }
}

/// An hour in which something was seen. Uses are not known more exactly than that.
#[component]
pub fn Hour(begins: Timestamp, now: Timestamp) -> impl IntoView {
    let is_this = now.as_millis() - begins.as_millis() < UsageRange::Day.step_ms();
    let text = if is_this { "This hour".to_owned() } else { begins.date_time() };
    let exact = format!("In the hour from {}", begins.date_time());
    html! { <time datetime=begins.to_string() title=exact >{text}</time> }
}
