//! The WASM entry point: takes over the page that the server has rendered, or draws it anew. Nothing else, ever.
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
