//! A question that is closed, and a field that shows what the URL says.

use super::by_id;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement};

/// Closes a modal dialog: the browser gives the focus back to what had it before.
pub fn close_modal(id: &str) {
    if let Some(dialog) = by_id::<HtmlDialogElement>(id) {
        dialog.close();
    }
}

/// Writes a value into a field, unless somebody is typing there.
pub fn show_value(id: &str, value: &str) {
    let focused = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(field) = by_id::<HtmlInputElement>(id)
        && focused.is_none_or(|focused| focused.id() != id)
    {
        field.set_value(value);
    }
}
