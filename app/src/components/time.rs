//! A moment: how long ago it was, which goes on with the clock; the moment itself on hover, by the
//! clock on the wall and in UTC.

use super::Shell;
use crate::{
    client,
    domain::{ActivityRange, Timestamp},
    ui::{effect, html},
};
use leptos::prelude::*;

#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    let (text, title) = (RwSignal::new(at.ago(client::now())), RwSignal::new(at.date_time()));
    if let Some(shell) = use_context::<Shell>() {
        effect(move || {
            shell.minutes().track();
            text.set(at.ago(client::now()));
        });
        // Where a browser is, only it knows.
        effect(move || {
            if let Some(local) = client::local(at) {
                title.set(format!("{local} local time · {}", at.date_time()));
            }
        });
    }
    let (text, title): (Signal<String>, Signal<String>) = (text.into(), title.into());
    html! { <time datetime=at.to_string() title=title>{text}</time> }
}

/// An hour in which something was seen: no use is known more exactly than that.
#[component]
pub fn Hour(begins: Timestamp, now: Timestamp) -> impl IntoView {
    let is_this = now.as_millis() - begins.as_millis() < ActivityRange::Day.step_ms();
    let text = if is_this { "This hour".to_owned() } else { begins.date_time() };
    let exact = format!("In the hour from {}", begins.date_time());
    html! { <time datetime=begins.to_string() title=exact >{text}</time> }
}
