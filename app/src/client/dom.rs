//! Elements, focus, dialogs, the clipboard and the clock.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit into 53 bits"
)]

use crate::{
    PageContext,
    domain::{Theme, Timestamp, TokenForm},
};
use leptos::prelude::{document, window, window_event_listener_untyped};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, FormData, HtmlDialogElement, HtmlDocument, HtmlElement, HtmlFormElement, HtmlInputElement, Node,
    UrlSearchParams,
};

pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Shows all in this theme from now on.
pub fn set_theme(theme: Theme) {
    let Some(html) = document().document_element() else { return };
    let _ = match theme {
        Theme::System => html.remove_attribute("data-theme"),
        chosen => html.set_attribute("data-theme", chosen.as_str()),
    };
}

/// Says in the document that the scripts have taken over, for styles and for tests.
pub fn mark_ready() {
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-awake", "");
    }
}

/// What the server has written into the head about who looks, and where.
pub fn page_context() -> PageContext {
    let meta = document().query_selector("meta[name=tokenry]").ok().flatten();
    let text = meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// What the server has written about the page into its root element.
pub fn attribute(name: &str) -> String {
    document().document_element().and_then(|html| html.get_attribute(name)).unwrap_or_default()
}

/// Scrolls to the place that the URL names, unless the browser has found it by itself.
pub fn show_target() {
    let hash = window().location().hash().unwrap_or_default();
    if matches!(document().query_selector(":target"), Ok(None))
        && let Some(place) = by_id::<Element>(hash.trim_start_matches('#'))
    {
        place.scroll_into_view();
    }
}

/// Leaves for another page, by way of the server.
pub fn go_to(path: &str) {
    let _ = window().location().assign(path);
}

/// The element with this id, if it is of this kind.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The element that an event handler stands on.
pub fn here<T: JsCast>(event: &web_sys::Event) -> Option<T> {
    event.current_target()?.dyn_into().ok()
}

/// The element matching the selector that an event happened in.
pub fn around<T: JsCast>(event: &web_sys::Event, selector: &str) -> Option<T> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()??.dyn_into().ok()
}

/// Gives the focus to the element with this id; says whether there was one that took it.
pub fn focus(id: &str) -> bool {
    by_id::<HtmlElement>(id).is_some_and(|element| {
        element.focus().is_ok() && document().active_element().as_ref() == Some(&element)
    })
}

/// Is the choice with this id ticked?
pub fn is_checked(id: &str) -> bool {
    by_id::<HtmlInputElement>(id).is_some_and(|choice| choice.checked())
}

/// Unfolds what is folded away.
pub fn unfold(id: &str) {
    let _ = by_id::<Element>(id).map(|fold| fold.set_attribute("open", ""));
}

/// Makes a dialog modal, whether or not the server has rendered it open.
pub fn show_modal(id: &str) {
    let Some(dialog) = by_id::<HtmlDialogElement>(id) else { return };
    let focused = document().active_element().filter(|element| dialog.contains(Some(element)));
    // An open dialog refuses to become modal; `close()` would fire an event that nobody asked for.
    let _ = dialog.remove_attribute("open");
    let _ = dialog.show_modal();
    // Somebody who was typing already goes on where they were.
    if let Some(element) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Gives the focus to the element of a dialog that asks for it, when its inside has come later than itself.
pub fn focus_inside(id: &str) {
    let Some(dialog) = by_id::<HtmlDialogElement>(id) else { return };
    let inside = |element: &Element| dialog.contains(Some(element)) && !element.is_same_node(Some(&dialog));
    if document().active_element().is_none_or(|element| !inside(&element))
        && let Ok(Some(first)) = dialog.query_selector("[autofocus]")
        && let Ok(first) = first.dyn_into::<HtmlElement>()
    {
        let _ = first.focus();
    }
}

/// The items of a menu, and which of them has the focus.
pub fn menu_items(menu: &HtmlElement) -> (Vec<HtmlElement>, Option<usize>) {
    let Ok(found) = menu.query_selector_all("[role=menuitem]") else { return (Vec::new(), None) };
    let items: Vec<HtmlElement> = (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect();
    let focused = document().active_element();
    let at = items.iter().position(|item| Some(item.as_ref()) == focused.as_ref());
    (items, at)
}

pub fn is_open(popover: &HtmlElement) -> bool {
    popover.matches(":popover-open").unwrap_or(false)
}

/// What a token form holds now.
pub fn read_token_form(form: &HtmlFormElement) -> TokenForm {
    let Ok(data) = FormData::new_with_form(form) else { return TokenForm::default() };
    let said = |name: &str| data.get(name).as_string();
    let text = |name: &str| said(name).unwrap_or_default();
    TokenForm {
        name: text("name"),
        description: text("description"),
        permissions: data.get_all("permissions").iter().filter_map(|value| value.as_string()).collect(),
        expires_at: said("expires_at"),
        allowed_addresses: said("allowed_addresses"),
        rate_requests: said("rate_requests"),
        rate_seconds: said("rate_seconds"),
    }
}

/// Sends a form as it is, without asking those who listen; says whether it is there.
pub fn send_form(id: &str) -> bool {
    by_id::<HtmlFormElement>(id).is_some_and(|form| form.submit().is_ok())
}

/// Sends a form as a button of it would.
pub fn request_submit(id: &str) {
    let _ = by_id::<HtmlFormElement>(id).map(|form| form.request_submit());
}

/// Checks or clears the choices in a place: those named `permissions`, by their value and whether they were checked.
pub fn choose_permissions(id: &str, choose: fn(&str, bool) -> bool) {
    let Some(place) = by_id::<Element>(id) else { return };
    let Ok(found) = place.query_selector_all("input[name=permissions]") else { return };
    for input in (0..found.length()).filter_map(|i| found.get(i)?.dyn_into::<HtmlInputElement>().ok()) {
        input.set_checked(choose(&input.value(), input.checked()));
    }
}

pub fn history_back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

/// Copies the text of an element and says whether that worked: with the clipboard API where there is one (HTTPS
/// and localhost), else as a selection, which stays when even that is refused. The selection is made on the
/// element itself: inside a modal dialog no other can have the focus.
pub async fn copy_text_of(id: &str) -> bool {
    let Some(element) = document().get_element_by_id(id) else { return false };
    let text = element.text_content().unwrap_or_default();
    write_clipboard(&text).await
        || select(&element)
            && document().dyn_into::<HtmlDocument>().is_ok_and(|d| d.exec_command("copy").unwrap_or(false))
}

async fn write_clipboard(text: &str) -> bool {
    let navigator = window().navigator();
    // On plain HTTP there is no clipboard, though the bindings promise one.
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !clipboard.is_ok_and(|c| c.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

fn select(node: &Node) -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| selection.select_all_children(node).is_ok())
}

/// Now, by the clock of the machine that this runs on.
pub fn now() -> Timestamp {
    #[cfg(feature = "ssr")]
    let millis = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis() as i64);
    #[cfg(not(feature = "ssr"))]
    let millis = js_sys::Date::now() as i64;
    Timestamp::from_millis(millis)
}

/// A moment by the clock on the wall, `25 Dec 2026, 01:00`, where that is not UTC.
pub fn local(at: Timestamp) -> Option<String> {
    let behind = js_sys::Date::new(&JsValue::from_f64(at.as_millis() as f64)).get_timezone_offset();
    let here = Timestamp::from_millis(at.as_millis() - behind as i64 * 60_000);
    (behind != 0.0).then(|| here.date() + ", " + &here.clock())
}

/// A click on what has `data-days` fills in the day so many days from now in UTC; without a number it clears
/// the field.
pub fn fill_in_day(event: &web_sys::Event, id: &str) {
    let days = around::<Element>(event, "[data-days]").and_then(|choice| choice.get_attribute("data-days"));
    let (Some(days), Some(field)) = (days, by_id::<Element>(id)) else { return };
    let day = |days: i64| Timestamp::from_millis(now().as_millis() + days * 24 * 60 * 60 * 1_000).to_string();
    set_value(&field, days.parse().map(day).unwrap_or_default().get(..10).unwrap_or_default());
}

/// Shows the rows of permissions that what is typed is found in, by what they say or by their names, and says whether
/// there are any. What is folded away unfolds where something is found in it.
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

/// How far a moment lies back: `2 minutes ago`.
pub fn relative(moment: Timestamp) -> String {
    moment.ago(now())
}

pub(super) fn all<T: JsCast>(selector: &str) -> Vec<T> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}

/// Replaces the absolute times of a document by how long ago they were.
pub fn tell_how_long_ago() {
    for time in all::<Element>("time[data-ago]") {
        if let Some(millis) = time.get_attribute("data-ago").and_then(|text| text.parse().ok()) {
            time.set_text_content(Some(&relative(Timestamp::from_millis(millis))));
        }
    }
}

fn value(field: &Element) -> String {
    let value = js_sys::Reflect::get(field, &JsValue::from_str("value"));
    value.ok().and_then(|value| value.as_string()).unwrap_or_default()
}

fn set_value(field: &Element, value: &str) {
    let _ = js_sys::Reflect::set(field, &JsValue::from_str("value"), &JsValue::from_str(value));
}

fn choices() -> Vec<HtmlInputElement> {
    all(".token-choice input[name=id]")
}

/// Selects just the rows with these values, and says how many there are.
pub fn choose(values: &[String]) -> usize {
    LAST_CHOICE.with_borrow_mut(|last| *last = None);
    let rows = choices();
    rows.iter().for_each(|row| row.set_checked(values.contains(&row.value())));
    count(&rows)
}

/// Does an event happen where rows are selected, or in the bar of what can be done with them?
pub fn is_choice(event: &web_sys::Event) -> bool {
    around::<Element>(event, ".token-choice .cell-choice, .choice-bar").is_some()
}

/// A click with Shift on the box of a row does the same to all between it and the one that was clicked last.
pub fn choose_between(event: &web_sys::MouseEvent) {
    let Some(row) = around::<HtmlInputElement>(event, ".token-choice input[name=id]") else { return };
    let last = LAST_CHOICE.with_borrow_mut(|last| last.replace(row.value()));
    let rows = choices();
    let at = |value: &str| rows.iter().position(|row| row.value() == value);
    if let (true, Some(from), Some(to)) =
        (event.shift_key(), last.and_then(|last| at(&last)), at(&row.value()))
    {
        rows[from.min(to)..=from.max(to)].iter().for_each(|between| between.set_checked(row.checked()));
    }
}

thread_local! {
    /// The row whose box was clicked last, by its value.
    static LAST_CHOICE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// How many rows of a table are selected, after a change in it; one box selects all of them.
pub fn count_chosen(event: &web_sys::Event) -> usize {
    let rows = choices();
    if let Some(everything) = around::<HtmlInputElement>(event, "#choose-all") {
        rows.iter().for_each(|row| row.set_checked(everything.checked()));
    }
    count(&rows)
}

/// The box above them shows whether all of them are selected.
fn count(rows: &[HtmlInputElement]) -> usize {
    let chosen = rows.iter().filter(|row| row.checked()).count();
    if let Some(everything) = by_id::<HtmlInputElement>("choose-all") {
        everything.set_checked(chosen > 0 && chosen == rows.len());
        everything.set_indeterminate(chosen > 0 && chosen < rows.len());
    }
    chosen
}

/// Makes the prompt of a document modal; Escape goes where its `data-dismiss` link leads.
pub fn make_prompt_modal() {
    let Some(dialog) = all::<HtmlDialogElement>("dialog[open]").pop() else { return };
    show_modal(&dialog.id());
    let dismiss = Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| {
        let key = event.dyn_ref::<web_sys::KeyboardEvent>().map(web_sys::KeyboardEvent::key);
        if key.is_none_or(|key| key == "Escape") && !event.default_prevented() {
            event.prevent_default();
            let _ = all::<HtmlElement>("dialog [data-dismiss]").pop().map(|link| link.click());
        }
    });
    // On the dialog itself: `cancel`, the system's own gesture for going back, goes no further than that.
    for name in ["keydown", "cancel"] {
        let _ = dialog.add_event_listener_with_callback(name, dismiss.as_ref().unchecked_ref());
    }
    // The listener stays as long as the document does.
    dismiss.forget();
}

/// Lets every `data-copy` button copy the text of the element that it names, and say how that went.
pub fn let_buttons_copy() {
    window_event_listener_untyped("click", |event: web_sys::Event| {
        let button = around::<Element>(&event, "[data-copy]");
        let Some(id) = button.and_then(|button| button.get_attribute("data-copy")) else { return };
        wasm_bindgen_futures::spawn_local(async move {
            let outcome = if copy_text_of(&id).await { "Copied to the clipboard." } else { COPY_BY_HAND };
            let place = document().get_element_by_id(&format!("{id}-outcome"));
            let _ = place.map(|place| place.set_text_content(Some(outcome)));
        });
    });
}

/// Lets every `data-copy-text` link copy that text and say so; where that is impossible, it leads where it leads.
pub fn let_links_copy(said: impl Fn(&str) + Clone + 'static) {
    window_event_listener_untyped("click", move |event: web_sys::Event| {
        let Some(link) = around::<HtmlElement>(&event, "[data-copy-text]") else { return };
        let text = |name: &str| link.get_attribute(name).unwrap_or_default();
        let (copied, href, said) = (text("data-copy-text"), text("href"), said.clone());
        event.prevent_default();
        wasm_bindgen_futures::spawn_local(async move {
            match write_clipboard(&copied).await {
                true => said("Copied the ID."),
                false => go_to(&href),
            }
        });
    });
}

const COPY_BY_HAND: &str =
    "This browser does not let the page copy. The text is selected: press Ctrl+C or ⌘C.";

thread_local! {
    /// What had the focus when a prompt was opened.
    static OPENER: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// Remembers what has the focus, to give it back: of a menu, the button that opens it.
pub fn remember_focus() {
    let focused = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let menu = focused.as_ref().and_then(|element| element.closest(".menu").ok().flatten());
    let opener = match menu {
        Some(menu) => by_id(menu.id().trim_end_matches("-menu")),
        None => focused.filter(|element| element.tag_name() != "BODY"),
    };
    OPENER.with_borrow_mut(|place| *place = opener);
}

/// Gives the focus back, or to the heading of the screen where that is gone.
pub fn focus_remembered() {
    let opener = OPENER.with_borrow_mut(Option::take);
    let took = |element: &HtmlElement| {
        element.focus().is_ok() && document().active_element().is_some_and(|now| now == **element)
    };
    if !opener.is_some_and(|element| element.is_connected() && took(&element)) {
        focus_heading();
    }
}

/// Gives the focus to the heading of the screen, so that it is read out.
pub fn focus_heading() {
    if let Some(heading) = all::<HtmlElement>("main [data-heading]").into_iter().next() {
        let _ = heading.focus();
    }
}

/// The fields of a form as a browser would send them, with the button that sends it.
pub fn fields_of(form: &HtmlFormElement, event: &web_sys::Event) -> String {
    let submitter = event.dyn_ref::<web_sys::SubmitEvent>().and_then(web_sys::SubmitEvent::submitter);
    let Ok(data) = FormData::new_with_form(form) else { return String::new() };
    if let Some(button) = submitter
        && let (Some(name), Some(value)) = (button.get_attribute("name"), button.get_attribute("value"))
    {
        let _ = data.append_with_str(&name, &value);
    }
    // There are no files in our forms.
    let pairs = JsValue::from(data);
    UrlSearchParams::new_with_record_from_str_to_str(pairs.unchecked_ref())
        .map(|pairs| String::from(pairs.to_string()))
        .unwrap_or_default()
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

/// Gives the focus to the first field that is wrong, or to what is said above them; unfolds what it is folded in.
pub fn focus_problem(form: &HtmlFormElement) {
    for selector in ["[aria-invalid=true]", "[role=alert]:not([hidden])"] {
        if let Ok(Some(place)) = form.query_selector(selector)
            && let Ok(place) = place.dyn_into::<HtmlElement>()
        {
            if let Ok(Some(fold)) = place.closest("details") {
                let _ = fold.set_attribute("open", "");
            }
            let _ = place.focus();
            return;
        }
    }
}

/// The path and query that the address bar shows.
pub fn here_now() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Is a row of a table selected, or has something in it the focus?
pub fn is_table_in_use() -> bool {
    document().query_selector("tbody :checked, tbody :focus, .menu:popover-open").is_ok_and(|found| found.is_some())
}

/// Asks ahead for what stands at a link, as soon as a pointer or the focus comes upon it. `load` knows the server
/// functions of its screen and of the prompt over it, and the URL that each reads.
pub fn fetch_ahead(load: fn(&str, &str) -> Vec<(&'static str, String)>) {
    for name in ["pointerover", "focusin", "pointerdown"] {
        window_event_listener_untyped(name, move |event: web_sys::Event| {
            let Some(link) = around::<web_sys::HtmlAnchorElement>(&event, "#app a[href]") else { return };
            let is_ours = link.origin() == window().location().origin().unwrap_or_default();
            if !is_ours || link.rel() == "external" || link.has_attribute("download") {
                return;
            }
            for (path, url) in load(&link.pathname(), &link.search()) {
                super::prefetch(path, super::Body::Json(super::url_argument(&url)));
            }
        });
    }
}

/// Has somebody typed into the form of the prompt that is open? One that only asks is answered, not typed into.
pub fn is_prompt_changed() -> bool {
    all::<Element>("dialog[open]:not([role=alertdialog]) form").iter().any(super::is_changed)
}

/// The arguments of a server function that reads what stands at a URL.
pub fn url_argument(url: &str) -> String {
    format!("{{\"url\":{}}}", serde_json::to_string(url).unwrap_or_default())
}

/// Does this key belong to a field that is being typed into, or to a dialog or a menu?
pub fn is_typing(event: &web_sys::Event) -> bool {
    around::<Element>(event, "input:not([type=checkbox], [type=radio]), textarea, select, dialog, .menu").is_some()
}

/// Gives the focus to the search of the screen; says whether it has one.
pub fn focus_search() -> bool {
    let search = all::<HtmlElement>("main [role=search] input[type=search], main [role=search] input").into_iter().next();
    search.is_some_and(|field| field.focus().is_ok())
}

/// Clicks the element with this id; says whether there is one.
pub fn click(id: &str) -> bool {
    by_id::<HtmlElement>(id).map(|element| element.click()).is_some()
}
