//! A moment: absolute and in UTC as the server writes it, relative once the browser is awake, exact on hover.
//! Nothing of it is hydrated: `data-ago` is what the browser goes by.

use crate::domain::Timestamp;
use leptos::prelude::*;

#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string() title=at.date_time() data-ago=at.as_millis().to_string()>{at.date()}</time> }
}
