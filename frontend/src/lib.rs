//! The WASM entry point: hydrates the page that the server has rendered, or mounts it anew. It does nothing else.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}

#[wasm_bindgen]
pub fn mount() {
    app::mount();
}
