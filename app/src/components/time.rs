//! A moment: how long ago it was, which goes on with the clock; the moment itself in UTC on hover.

use super::Shell;
use crate::{client, domain::Timestamp};
use leptos::prelude::*;

#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    let text = RwSignal::new(at.ago(client::now()));
    if let Some(shell) = use_context::<Shell>() {
        Effect::new(move |_| {
            shell.minutes().track();
            text.set(at.ago(client::now()));
        });
    }
    view! { <time datetime=at.to_string() title=at.date_time() data-ago=at.as_millis().to_string()>{text}</time> }
}
