//! The interface to the browser: the only place that touches `web_sys`. Linked into the server too, where nothing here
//! touches a browser: effects and event handlers run in the browser alone.

mod changes;
mod clipboard;
mod dom;
mod fetch;
mod focus;
mod form;
mod menu;
mod pointer;
mod scroll;
mod table;
mod time;
mod typed;

pub use changes::follow_changes;
pub use clipboard::{copy_text, copy_text_of, download};
pub use dom::*;
pub use fetch::{Body, fetch, fetch_ahead, forget_ahead, notice_people, url_argument};
pub use focus::*;
pub use form::*;
pub use menu::{attend_menus, menus_closed};
pub use pointer::part_under;
pub use scroll::{find_place, keep_places, leave_place};
pub use table::*;
pub use time::{local, now};
pub use typed::{Typed, is_changed};

/// A form in the document.
pub use web_sys::HtmlFormElement as FormElement;

// Shared imports of these modules.
use crate::{
    PageContext,
    domain::{Theme, Timestamp, TokenForm, from_json},
};
use leptos::prelude::{document, window};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, FormData, HtmlDialogElement, HtmlDocument, HtmlElement, HtmlFormElement, HtmlInputElement, Node,
    UrlSearchParams,
};
