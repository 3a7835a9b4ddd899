//! A view that has to be waited for: something else stands in its place the first time, its old self afterwards.
//!
//! One type for all of them (boxed on purpose): each kind of waiting of its own would cost the WASM kilobytes.

use super::html;
use leptos::prelude::*;
use std::{pin::Pin, sync::Arc};

pub type Coming = Pin<Box<dyn Future<Output = AnyView> + Send>>;

/// How to draw the view, as often as what it reads changes.
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
    /// What stands in its place the first time.
    meanwhile: fn() -> AnyView,
    draw: Draw,
) -> impl IntoView {
    html! {
        <Transition fallback=meanwhile>{move || Suspend::new(draw.run())}</Transition>
    }
}
