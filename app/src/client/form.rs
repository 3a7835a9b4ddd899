//! Forms: reading them and filling them in.

use super::*;
use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};
use std::time::Duration;

/// The current content of a token form.
pub fn read_token_form(form: &HtmlFormElement) -> TokenForm {
    FormData::new_with_form(form).map(|data| pairs_of(&encoded(data)).iter().collect()).unwrap_or_default()
}

/// Submits a form as one of its buttons would.
pub fn request_submit(id: &str) {
    let _ = by_id::<HtmlFormElement>(id).map(|form| form.request_submit());
}

thread_local! {
    /// The text last searched for from the field itself.
    static SEARCHED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Remembers the search of a form that leads on.
pub fn note_search(form: &HtmlFormElement) {
    if let Ok(Some(field)) = form.query_selector("input[type=search]") {
        SEARCHED.set(value(&field).trim().to_owned());
    }
}

/// Shows the current search in the field, unless it came from there: somebody may have typed on.
pub fn show_search(id: &str, text: &str) {
    if SEARCHED.replace(text.to_owned()) != text
        && let Some(field) = by_id::<Element>(id)
    {
        set_value(&field, text);
    }
}

/// Checks or clears the `permissions` boxes inside an element, by their value and whether they were checked.
pub fn choose_permissions(id: &str, choose: fn(&str, bool) -> bool) {
    let Some(place) = by_id::<Element>(id) else { return };
    let Ok(found) = place.query_selector_all("input[name=permissions]:enabled") else { return };
    for input in (0..found.length()).filter_map(|i| found.get(i)?.dyn_into::<HtmlInputElement>().ok()) {
        input.set_checked(choose(&input.value(), input.checked()));
    }
}

/// A click on an element with `data-days` fills in the day that many days from now in UTC. Without a number it clears
/// the field.
pub fn fill_in_day(event: &web_sys::Event, id: &str) {
    let days = around::<Element>(event, "[data-days]").and_then(|choice| choice.get_attribute("data-days"));
    let (Some(days), Some(field)) = (days, by_id::<Element>(id)) else { return };
    let day = |days: i64| Timestamp::from_millis(now().as_millis() + days * 24 * 60 * 60 * 1_000).to_string();
    set_value(&field, days.parse().map(day).unwrap_or_default().get(..10).unwrap_or_default());
}

/// Shows the rows of permissions that contain the typed text, in what they say or in their names, and returns whether
/// there are any. A fold opens if something is found in it.
pub fn show_rows_with(event: &web_sys::Event, fieldset: &str) -> bool {
    let text = around(event, "input").map(|field| value(&field)).unwrap_or_default().trim().to_lowercase();
    let Some(fieldset) = by_id::<Element>(fieldset) else { return true };
    let Ok(found) = fieldset.query_selector_all("[data-names]") else { return true };
    let rows = (0..found.length()).filter_map(|i| found.get(i)?.dyn_into::<Element>().ok());
    let mut any = false;
    for row in rows {
        let words = row.text_content().unwrap_or_default()
            + " "
            + &row.get_attribute("data-names").unwrap_or_default();
        let fits = words.to_lowercase().contains(&text);
        let _ = row.toggle_attribute_with_force("hidden", !fits);
        if let (true, Ok(Some(fold))) = (fits && !text.is_empty(), row.closest("details")) {
            let _ = fold.set_attribute("open", "");
        }
        any |= fits;
    }
    any
}

/// Empties the field that an event happened in, and returns whether there was anything in it.
pub fn clear(event: &web_sys::Event) -> bool {
    around::<Element>(event, "input").filter(|field| !value(field).is_empty()).is_some_and(|field| {
        set_value(&field, "");
        true
    })
}

pub fn value(field: &Element) -> String {
    let value = js_sys::Reflect::get(field, &JsValue::from_str("value"));
    value.ok().and_then(|value| value.as_string()).unwrap_or_default()
}

pub fn set_value(field: &Element, value: &str) {
    let _ = js_sys::Reflect::set(field, &JsValue::from_str("value"), &JsValue::from_str(value));
}

/// The fields of a form as a browser would send them, with the button that sends it.
pub fn fields_of(form: &HtmlFormElement, event: &web_sys::Event) -> String {
    let Ok(data) = FormData::new_with_form(form) else { return String::new() };
    if let Some((name, value)) = button_of(event) {
        let _ = data.append_with_str(&name, &value);
    }
    encoded(data)
}

/// There are no files in our forms.
fn encoded(data: FormData) -> String {
    let pairs = JsValue::from(data);
    UrlSearchParams::new_with_record_from_str_to_str(pairs.unchecked_ref())
        .map(|pairs| String::from(pairs.to_string()))
        .unwrap_or_default()
}

/// Name and value of the button that sends a form.
pub fn button_of(event: &web_sys::Event) -> Option<(String, String)> {
    let button = event.dyn_ref::<web_sys::SubmitEvent>()?.submitter()?;
    Some((button.get_attribute("name")?, button.get_attribute("value")?))
}

/// Names and values of an encoded form.
pub fn pairs_of(fields: &str) -> Vec<(String, String)> {
    let Ok(pairs) = UrlSearchParams::new_with_str(fields) else { return Vec::new() };
    let pairs = js_sys::try_iter(&pairs).ok().flatten().into_iter().flatten().flatten();
    let pair = |pair: JsValue| {
        let pair = js_sys::Array::from(&pair);
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    pairs.filter_map(pair).collect()
}

/// Whether somebody has typed into the form of the open prompt. An alert dialog is answered, not typed into.
pub fn is_prompt_changed() -> bool {
    all::<Element>("dialog[open]:not([role=alertdialog]) form").iter().any(is_changed)
}

thread_local! {
    /// The timer of [`after_pause`].
    static PAUSED_FOR: RefCell<Option<TimeoutHandle>> = const { RefCell::new(None) };
}

/// Runs `act` once the pause has passed without another call.
pub fn after_pause(pause: Duration, act: impl FnOnce() + 'static) {
    forget_pause();
    PAUSED_FOR.set(set_timeout_with_handle(act, pause).ok());
}

/// Forgets what was to be run by [`after_pause`].
pub fn forget_pause() {
    if let Some(before) = PAUSED_FOR.take() {
        before.clear();
    }
}

/// Sends a form to its own URL. Adds the pressed button as a field, because `submit()` leaves it out.
pub fn submit_plainly(form: &HtmlFormElement, button: Option<(String, String)>) {
    if let Some((name, value)) = button
        && let Ok(field) = document().create_element("input")
    {
        for (attribute, value) in [("type", "hidden"), ("name", &name), ("value", &value)] {
            let _ = field.set_attribute(attribute, value);
        }
        let _ = form.append_child(&field);
    }
    let _ = form.submit();
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
