//! A view that loads asynchronously. A fallback stands in its place the first time, and the old view afterwards.
//!
//! One type for all such views, boxed on purpose: a type for each would cost the WASM kilobytes.

use super::html;
use leptos::prelude::*;
use std::{pin::Pin, sync::Arc};

pub type Coming = Pin<Box<dyn Future<Output = AnyView> + Send>>;

/// Draws the view, and again whenever something that it reads changes.
#[derive(Clone)]
pub struct Draw(Arc<dyn Fn() -> Coming + Send + Sync>);

impl Draw {
    pub fn new<F: Future<Output = AnyView> + Send + 'static>(
        draw: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move || Box::pin(draw())))
    }

    pub fn run(&self) -> Coming {
        (self.0)()
    }
}

#[component]
pub fn Awaited(
    /// Shown until the first answer arrives.
    meanwhile: fn() -> AnyView,
    draw: Draw,
) -> impl IntoView {
    html! {
        <Transition fallback=meanwhile>{move || Suspend::new(draw.run())}</Transition>
    }
}
