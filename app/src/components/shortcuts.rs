//! What keys open: the way to anywhere, and the list of all keys. Few visits ask for them, so they come in the second
//! piece of WASM.

use super::{Help, Palette};
use crate::ui::{Awaited, Draw, html};
use leptos::{prelude::*, wasm_split::SplitLoaderError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    Palette,
    Help,
}

#[component]
pub fn Shortcut(opened: Opened, close: Callback<()>) -> impl IntoView {
    let draw = Draw::new(move || async move {
        // Without its code there is nothing to see, and the key can be pressed again.
        draw(opened, close).await.unwrap_or_else(|_| ().into_any())
    });
    html! { <Awaited meanwhile=nothing draw /> }
}

fn nothing() -> AnyView {
    ().into_any()
}

#[leptos::wasm_split::wasm_split(pages, wasm_split_path = ::leptos::wasm_split, fallible)]
fn draw(opened: Opened, close: Callback<()>) -> Result<AnyView, SplitLoaderError> {
    Ok(match opened {
        Opened::Palette => html! { <Palette close /> },
        Opened::Help => html! { <Help close /> },
    })
}
