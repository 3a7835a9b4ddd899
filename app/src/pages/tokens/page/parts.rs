//! Parts that several sections share.

use crate::ui::html;
use leptos::prelude::*;

/// The name that a client gives itself, or that it is unknown.
pub fn or_unknown(text: String) -> AnyView {
    match text.is_empty() {
        true => html! { <span class="quiet">"Unknown"</span> },
        false => html! { <span>{text}</span> },
    }
}

/// `from 10.0.0.7`; nothing where that is unknown.
pub fn from_address(address: &str) -> AnyView {
    match address.is_empty() {
        true => ().into_any(),
        false => html! { <span class="quiet">"from "<code>{address.to_owned()}</code></span> },
    }
}

/// `and 3 more secrets` below a list.
pub fn and_more(text: Option<String>) -> AnyView {
    text.map(|text| html! { <p class="and-more">{text}</p> }).into_any()
}
