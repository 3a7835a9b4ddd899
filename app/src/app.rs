//! The console: one application behind the sign-in. Every screen is a route; a prompt is a route below its screen.

use crate::{
    PageContext,
    components::{Layout, Shell},
    pages::{self, no_prompt, not_found},
    ui::provide_announcements,
};
use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// What a route draws. One type for all of them: each of its own would cost the WASM kilobytes.
type Draw = fn() -> AnyView;

#[component]
pub fn App() -> impl IntoView {
    provide_announcements();
    let context = SharedValue::new(expect_context::<PageContext>).into_inner();
    let is_routing = RwSignal::new(false);
    view! {
        <Router set_is_routing=is_routing>
            <Console context is_routing />
        </Router>
    }
}

#[component]
fn Console(context: PageContext, is_routing: RwSignal<bool>) -> impl IntoView {
    Shell::provide(context);
    view! {
        <Layout is_routing>
            <Routes transition=true fallback=not_found>
                <ParentRoute path=path!("/settings/tokens") view=pages::tokens::tokens_page as Draw>
                    <Route path=path!("") view=no_prompt as Draw />
                    <Route path=path!("new") view=pages::tokens::create_prompt as Draw />
                    <Route path=path!(":id/edit") view=pages::tokens::edit_prompt as Draw />
                    <Route path=path!(":id/delete") view=pages::tokens::delete_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=path!("/reference") view=pages::reference::reference_page as Draw>
                    <Route path=path!("") view=no_prompt as Draw />
                </ParentRoute>
            </Routes>
        </Layout>
    }
}
