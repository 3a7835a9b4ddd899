//! Copying, with the clipboard where there is one.

use super::*;

/// Copies the text of an element and says whether that worked: with the clipboard API where there is one (HTTPS
/// and localhost), else as a selection, which stays when even that is refused. The selection is made on the
/// element itself: inside a modal dialog no other can have the focus.
pub async fn copy_text_of(id: &str) -> bool {
    let Some(element) = document().get_element_by_id(id) else { return false };
    let text = element.text_content().unwrap_or_default();
    copy_text(&text).await
        || select(&element)
            && document().dyn_into::<HtmlDocument>().is_ok_and(|d| d.exec_command("copy").unwrap_or(false))
}

/// Copies a text; says whether that worked.
pub async fn copy_text(text: &str) -> bool {
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
