//! What happens in the browser once something is there, and again whenever what it reads changes.

use leptos::prelude::Effect;

/// One type for all of them (boxed on purpose): each kind of effect of its own would cost the WASM a kilobyte.
pub fn effect(run: impl FnMut() + 'static) {
    let mut run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(move |_| run());
}
