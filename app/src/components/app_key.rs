//! The key of an authenticator app that is being set up: as a picture to scan, and as text.

use crate::{domain::NewApp, ui::html};
use leptos::prelude::*;

pub fn app_key(NewApp { key, path, side }: NewApp) -> AnyView {
    html! {
        <div class="app-key">
            <svg class="app-key-picture" viewBox=format!("0 0 {side} {side}") role="img"
                aria-label="Picture of the key, to scan">
                <path d=path />
            </svg>
            <p class="field-hint">"Or type this key into the app:"</p>
            <code class="app-key-text" translate="no">{key}</code>
        </div>
    }
}
