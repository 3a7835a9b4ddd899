//! A moment: absolute and in UTC as the server writes it, relative once the browser is awake, exact on hover.
//! In a document, where nothing is hydrated, `data-ago` is what the browser goes by.

use crate::{browser, domain::Timestamp};
use leptos::prelude::*;

#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    let text = RwSignal::new(at.date());
    Effect::new(move |_| text.set(browser::relative(at)));
    let text = Signal::derive(move || text.get());
    view! { <time datetime=at.to_string() title=at.date_time() data-ago=at.as_millis().to_string()>{text}</time> }
}
