//! The WASM entry point: wakes up the page that the server has rendered. Nothing else, ever.
#![cfg(target_arch = "wasm32")]

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn wake_up() {
    console_error_panic_hook::set_once();
    app::wake_up();
}
