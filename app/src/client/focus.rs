//! The focus: where it is, where it goes, and where it returns to.

use super::*;
use leptos::prelude::request_animation_frame;
use std::cell::Cell;
use web_sys::FocusOptions;

/// Focuses the element with this id, and returns whether there was one that took the focus.
pub fn focus(id: &str) -> bool {
    by_id::<HtmlElement>(id).is_some_and(|element| element.focus().is_ok() && has_focus(&element))
}

/// Focuses the `autofocus` element of a dialog whose content has arrived later than the dialog itself.
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

thread_local! {
    /// The element that had the focus when a prompt was opened.
    static OPENER: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
    static IS_DUE: Cell<bool> = const { Cell::new(false) };
    /// The element that the focus was last moved to, or returned to.
    static HOLDER: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// Remembers the focused element, to return the focus to it. For an item of a menu, this is the button that opens the
/// menu.
pub fn remember_focus() {
    let focused = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let menu = focused.as_ref().and_then(|element| element.closest(".menu").ok().flatten());
    let opener = match menu {
        Some(menu) => by_id(menu.id().trim_end_matches("-menu")),
        None => focused.filter(|element| element.tag_name() != "BODY"),
    };
    OPENER.with_borrow_mut(|place| *place = opener);
}

/// Returns the focus to the remembered element, or moves it to the heading of the screen if that element is gone. Waits
/// for modal dialogs to close, because nothing outside of them takes the focus.
pub fn focus_remembered() {
    if !IS_DUE.replace(true) {
        request_animation_frame(give_back);
    }
}

fn give_back() {
    if matches!(document().query_selector("dialog:modal"), Ok(Some(_))) {
        return request_animation_frame(give_back);
    }
    IS_DUE.set(false);
    let took =
        |element: &HtmlElement| element.is_connected() && element.focus().is_ok() && has_focus(element);
    match OPENER.with_borrow_mut(Option::take).filter(took) {
        Some(opener) => HOLDER.set(Some(opener)),
        None => focus_heading(),
    }
}

/// Called when the screen was drawn again. If that removed the element which the focus had been returned to, the
/// heading of the screen gets the focus.
pub fn keep_focus() {
    let gone = HOLDER.with_borrow_mut(|holder| holder.take_if(|element| !element.is_connected()));
    if gone.is_some() {
        catch_focus();
    }
}

/// If nothing has the focus, the heading of the screen gets it.
pub fn catch_focus() {
    if document().active_element().is_none_or(|element| element.tag_name() == "BODY") {
        focus_heading();
    }
}

fn has_focus(element: &Element) -> bool {
    document().active_element().is_some_and(|now| now == *element)
}

/// Focuses the heading of the screen, so that a screen reader reads it out.
pub fn focus_heading() {
    if let Some(heading) = all::<HtmlElement>("main [data-heading]").into_iter().next() {
        // A place that was returned to, or that the URL names, stays in view.
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = heading.focus_with_options(&options);
        HOLDER.set(Some(heading));
    }
}

/// Matches the invalid fields. A group of fields has no invalid state of its own, so it matches by the error inside it.
const WRONG: &str = "[aria-invalid=true], fieldset[tabindex]:has(> .field-error:not([hidden]))";

/// Focuses the first invalid field, or else the message above the fields. Opens the fold that contains it.
pub fn focus_problem(form: &HtmlFormElement) {
    for selector in [WRONG, "[role=alert]:not([hidden])"] {
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

/// Whether a key belongs to a field that is being typed into, or to a dialog or a menu.
pub fn is_typing(event: &web_sys::Event) -> bool {
    around::<Element>(event, "input:not([type=checkbox], [type=radio]), textarea, select, dialog, .menu")
        .is_some()
}

/// Focuses the search field of the screen, and returns whether there is one.
pub fn focus_search() -> bool {
    let search = all::<HtmlElement>("main [role=search] input[type=search], main [role=search] input")
        .into_iter()
        .next();
    search.is_some_and(|field| field.focus().is_ok())
}

/// Clicks the element with this id, and returns whether there is one.
pub fn click(id: &str) -> bool {
    by_id::<HtmlElement>(id).map(|element| element.click()).is_some()
}
