//! Runs code in the browser once a view is there, and again whenever something that it reads changes.

use leptos::prelude::Effect;

/// One type for all effects, boxed on purpose: a type for each would cost the WASM a kilobyte.
pub fn effect(run: impl FnMut() + 'static) {
    let mut run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(move |_| run());
}
