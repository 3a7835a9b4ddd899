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
    // The server draws once: the renderer would call a function each time it inspects the view.
    let view = match is_server() {
        true => Suspend::new(draw.run()).into_any(),
        false => (move || Suspend::new(draw.run())).into_any(),
    };
    html! { <Transition fallback=meanwhile>{view}</Transition> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use any_spawner::Executor;
    use futures_util::StreamExt;
    use hydration_context::SsrSharedContext;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn the_server_draws_a_view_once() {
        let _ = Executor::init_tokio();
        let drawn = Arc::new(AtomicUsize::new(0));
        let count = drawn.clone();
        let draw = Draw::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
            async {
                tokio::task::yield_now().await;
                html! { <p>"Drawn"</p> }
            }
        });
        let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
        let page =
            owner.with(|| html! { <Awaited meanwhile=|| ().into_any() draw /> }.to_html_stream_in_order());
        let page: String = page.collect().await;
        assert!(page.contains("<p>Drawn</p>"), "{page}");
        assert_eq!(drawn.load(Ordering::Relaxed), 1);
    }
}
