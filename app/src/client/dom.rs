//! The document: its title, its elements, its dialogs and menus, and the history behind it.

use super::*;
use leptos::{
    html::ElementType,
    prelude::{GetUntracked, NodeRef, request_animation_frame, window_event_listener_untyped},
};

pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Whether the person has not asked for reduced motion. Always false on the server.
pub fn wants_motion() -> bool {
    const MOTION: &str = "(prefers-reduced-motion: no-preference)";
    cfg!(not(feature = "ssr"))
        && window().match_media(MOTION).ok().flatten().is_some_and(|query| query.matches())
}

/// Switches the document to this theme.
pub fn set_theme(theme: Theme) {
    let Some(html) = document().document_element() else { return };
    let _ = match theme {
        Theme::System => html.remove_attribute("data-theme"),
        chosen => html.set_attribute("data-theme", chosen.as_str()),
    };
}

/// Applies the display settings for tables and times, and sends them to the server in a cookie from the next page on.
pub fn set_view(view: &str) {
    let Some(html) = document().document_element() else { return };
    let _ = html.set_attribute("data-view", view);
    let is_secure = window().location().protocol().is_ok_and(|protocol| protocol == "https:");
    let secure = if is_secure { "; secure" } else { "" };
    let words = view.replace(' ', ".");
    let cookie = format!("tokenry-view={words}; path=/; max-age=31536000; samesite=lax{secure}");
    if let Ok(document) = document().dyn_into::<HtmlDocument>() {
        let _ = document.set_cookie(&cookie);
    }
}

thread_local! {
    static HAS_TAKEN_OVER: Cell<bool> = const { Cell::new(false) };
}

/// Whether the application has taken over the page. Where hydration failed, anything it had started may still run.
pub fn has_taken_over() -> bool {
    HAS_TAKEN_OVER.get()
}

/// Marks the document as taken over by the scripts, for styles and for tests. A prompt that is already open has been
/// seen.
pub fn take_over() {
    HAS_TAKEN_OVER.set(true);
    for dialog in all::<Element>("dialog[open]") {
        let _ = dialog.set_attribute("data-still", "");
    }
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-ready", "");
    }
    pass_over_skipped_transitions();
}

/// A transition that the browser skips, since it cannot draw in time, has changed the page all the same. The router
/// leaves the promise of it to itself, and the browser would report that as an error.
fn pass_over_skipped_transitions() {
    window_event_listener_untyped("unhandledrejection", |event| {
        let part = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).unwrap_or_default();
        let message = part(&part(&event, "reason"), "message").as_string().unwrap_or_default();
        if message.starts_with("Transition was ") {
            event.prevent_default();
        }
    });
}

/// Reads the context of the page, which the server has written into the head.
pub fn page_context() -> PageContext {
    let meta = document().query_selector("meta[name=tokenry]").ok().flatten();
    let text = meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
    from_json(&text).unwrap_or_default()
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

/// Leaves for another page by way of the server.
pub fn go_to(path: &str) {
    let _ = window().location().assign(path);
}

/// Runs a future before the application starts, which brings an executor of its own.
pub fn begin(first: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(first);
}

/// The element that holds the application.
pub fn place_of_app() -> Option<HtmlElement> {
    by_id("app")
}

/// The element with this id, if it is of this kind.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The element that an event handler is attached to.
pub fn here<T: JsCast>(event: &web_sys::Event) -> Option<T> {
    event.current_target()?.dyn_into().ok()
}

/// The element around an event that matches the selector.
pub fn around<T: JsCast>(event: &web_sys::Event, selector: &str) -> Option<T> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()??.dyn_into().ok()
}

/// Runs `act` on an element once it is in the document. An awaited view is rendered before it is inserted, and a view
/// transition inserts it later still. Does nothing if the element is gone by then.
pub fn once_there<E>(element: NodeRef<E>, act: impl FnOnce(&E::Output) + 'static)
where
    E: ElementType,
    E::Output: JsCast + AsRef<Node> + Clone + 'static,
{
    match element.try_get_untracked() {
        Some(Some(there)) if AsRef::<Node>::as_ref(&there).is_connected() => act(&there),
        Some(_) => request_animation_frame(move || once_there(element, act)),
        None => {}
    }
}

/// Makes a dialog modal, whether or not the server has rendered it open.
pub fn show_modal(dialog: &HtmlDialogElement) {
    let focused = document().active_element().filter(|element| dialog.contains(Some(element)));
    // An open dialog refuses to become modal; `close()` would fire an event that nobody asked for.
    let _ = dialog.remove_attribute("open");
    let _ = dialog.show_modal();
    // Somebody who was already typing keeps the focus.
    if let Some(element) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
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

pub fn history_back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

pub fn all<T: JsCast>(selector: &str) -> Vec<T> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}

/// Makes the address bar show where the application is. When a step forward is followed by a return to the last place
/// but one, the router takes that for the current place and leaves the address alone.
pub fn show_address(url: &str) {
    let location = window().location();
    let shown = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    if shown != url
        && let Ok(history) = window().history()
    {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Whether this form is still in the page.
pub fn is_there(form: &HtmlFormElement) -> bool {
    form.is_connected()
}

/// Whether an event happened inside an element that matches the selector.
pub fn is_within(event: &web_sys::Event, selector: &str) -> bool {
    around::<Element>(event, selector).is_some()
}

/// Whether the current page is at this path, whatever its query.
pub fn is_at(path: &str) -> bool {
    window().location().pathname().is_ok_and(|here| here == path)
}

/// Closes a modal dialog. The browser returns the focus to the element that had it before.
pub fn close_modal(id: &str) {
    if let Some(dialog) = by_id::<HtmlDialogElement>(id) {
        dialog.close();
    }
}

/// Runs a script of this site, unless the page has run it before.
pub fn run_script(address: &str) {
    let selector = format!("script[src=\"{address}\"]");
    if matches!(document().query_selector(&selector), Ok(Some(_))) {
        return;
    }
    if let (Ok(script), Some(head)) = (document().create_element("script"), document().head()) {
        let _ = script.set_attribute("type", "module");
        let _ = script.set_attribute("src", address);
        let _ = head.append_child(&script);
    }
}
