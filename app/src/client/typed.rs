//! Keeps the input that somebody has entered into a page while the page is drawn anew.

use super::{all, by_id, now};
use leptos::prelude::{document, request_animation_frame};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlInputElement};

/// Time to wait for the fields, in milliseconds.
const PATIENCE_MS: i64 = 15_000;
const FIELDS: &str = "#app input[id], #app textarea[id], #app select[id], #app input[name][value]";

/// The state of the fields that differ from the page as it was written.
pub struct Typed {
    fields: Vec<(String, State)>,
    focus: String,
    until: i64,
}

enum State {
    Value(String),
    Checked(bool),
}

/// A selector that finds the field again: by its id, or among the choices of its name.
fn key(field: &Element) -> String {
    match field.id() {
        id if !id.is_empty() => format!("[id=\"{id}\"]"),
        _ => {
            let part = |name| field.get_attribute(name).unwrap_or_default();
            format!("[name=\"{}\"][value=\"{}\"]", part("name"), part("value"))
        }
    }
}

fn is_choice(field: &Element) -> bool {
    ["checkbox", "radio"].contains(&field.get_attribute("type").unwrap_or_default().as_str())
}

fn get(field: &Element, name: &str) -> wasm_bindgen::JsValue {
    js_sys::Reflect::get(field, &name.into()).unwrap_or_default()
}

/// The state of a field, if it differs from the one that the page was written with.
fn changed(field: &Element) -> Option<State> {
    if is_choice(field) {
        let input = field.dyn_ref::<HtmlInputElement>()?;
        return (input.checked() != input.default_checked()).then(|| State::Checked(input.checked()));
    }
    let value = get(field, "value").as_string()?;
    let first = match field.tag_name().as_str() {
        "SELECT" => {
            let written = field.query_selector("option[selected]").ok().flatten();
            written.and_then(|option| option.get_attribute("value")).unwrap_or_default()
        }
        _ => get(field, "defaultValue").as_string().unwrap_or_default(),
    };
    (value != first).then_some(State::Value(value))
}

impl Typed {
    pub fn collect() -> Self {
        let fields = all::<Element>(FIELDS);
        let fields = fields.iter().filter_map(|field| Some((key(field), changed(field)?))).collect();
        let focus = document().active_element().map(|element| element.id()).unwrap_or_default();
        Self { fields, focus, until: now().as_millis() + PATIENCE_MS }
    }

    /// Fills in every field as soon as it is there again.
    pub fn put_back(mut self) {
        self.fields.retain(|(key, state)| match document().query_selector(key) {
            Ok(Some(field)) => {
                fill(&field, state);
                false
            }
            _ => true,
        });
        if !self.focus.is_empty()
            && let Some(field) = by_id::<HtmlElement>(&self.focus)
        {
            let _ = field.focus();
            self.focus.clear();
        }
        let is_over = self.fields.is_empty() && self.focus.is_empty() || now().as_millis() > self.until;
        if !is_over {
            request_animation_frame(move || self.put_back());
        }
    }
}

fn fill(field: &Element, state: &State) {
    match state {
        State::Checked(checked) => {
            let _ = field.dyn_ref::<HtmlInputElement>().map(|input| input.set_checked(*checked));
        }
        State::Value(value) => {
            let _ = js_sys::Reflect::set(field, &"value".into(), &value.into());
        }
    }
    let bubbling = EventInit::new();
    bubbling.set_bubbles(true);
    for name in ["input", "change"] {
        let _ = Event::new_with_event_init_dict(name, &bubbling).map(|event| field.dispatch_event(&event));
    }
}

/// Whether anything in this element has been changed by hand.
pub fn is_changed(place: &Element) -> bool {
    let Ok(found) = place.query_selector_all("input:not([type=hidden]):not([type=search]), textarea, select")
    else {
        return false;
    };
    (0..found.length())
        .filter_map(|i| found.get(i)?.dyn_into::<Element>().ok())
        .any(|field| changed(&field).is_some())
}
