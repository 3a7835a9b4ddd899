//! Copying, by way of the clipboard API where it exists, and downloads.

use super::*;
use web_sys::{Blob, HtmlAnchorElement, Url};

/// Copies the text of an element and returns whether that worked. Uses the clipboard API where it exists (HTTPS and
/// localhost), otherwise a selection, which stays if copying is refused too. The selection is made on the element
/// itself, because nothing outside a modal dialog can have the focus.
pub async fn copy_text_of(id: &str) -> bool {
    let Some(element) = document().get_element_by_id(id) else { return false };
    let text = element.text_content().unwrap_or_default();
    copy_text(&text).await
        || select(&element)
            && document().dyn_into::<HtmlDocument>().is_ok_and(|d| d.exec_command("copy").unwrap_or(false))
}

/// Copies a text and returns whether that worked.
pub async fn copy_text(text: &str) -> bool {
    let navigator = window().navigator();
    // On plain HTTP there is no clipboard, though the bindings promise one.
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !clipboard.is_ok_and(|c| c.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// Downloads a text as a file. Its address is an object URL that is revoked at once, because a browser keeps the
/// address of every download.
pub fn download(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Ok(blob) = Blob::new_with_str_sequence(&parts)
        && let Ok(address) = Url::create_object_url_with_blob(&blob)
        && let Some(link) = link
    {
        link.set_href(&address);
        link.set_download(name);
        link.click();
        let _ = Url::revoke_object_url(&address);
    }
}

fn select(node: &Node) -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| selection.select_all_children(node).is_ok())
}
