//! The console: one application behind the sign-in. Every screen is a route; a prompt is a route below its screen.

use crate::{
    PageContext,
    components::{Layout, Shell},
    pages::{self, no_prompt, not_found},
    ui::provide_announcements,
};
use leptos::prelude::*;
use leptos_router::{
    PossibleRouteMatch,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use std::sync::Arc;

/// What a route draws. One type for all of them: each of its own would cost the WASM kilobytes.
type Draw = fn() -> AnyView;

/// Where a route is. Every number of segments would be another type of route.
type Place = Arc<dyn PossibleRouteMatch + Send + Sync>;

fn at(path: impl PossibleRouteMatch + Send + Sync + 'static) -> Place {
    Arc::new(path)
}

#[component]
pub fn App() -> impl IntoView {
    provide_announcements();
    let context = PageContext::here();
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
                // Before what takes any word for an id.
                <ParentRoute path=at(path!("/settings/tokens")) view=pages::tokens::deleted_tokens_page as Draw>
                    <Route path=at(path!("deleted")) view=no_prompt as Draw />
                    <Route path=at(path!(":id/restore")) view=pages::tokens::restore_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/overview")) view=pages::usage::overview_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/tokens")) view=pages::tokens::tokens_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                    <Route path=at(path!("new")) view=pages::tokens::create_prompt as Draw />
                    <Route path=at(path!("bulk")) view=pages::tokens::bulk_prompt as Draw />
                    <Route path=at(path!(":id/edit")) view=pages::tokens::edit_prompt as Draw />
                    <Route path=at(path!(":id/rotate")) view=pages::tokens::rotate_prompt as Draw />
                    <Route path=at(path!(":id/end-old-secret")) view=pages::tokens::rotate_prompt as Draw />
                    <Route path=at(path!(":id/hand-over")) view=pages::tokens::hand_over_prompt as Draw />
                    <Route path=at(path!(":id/disable")) view=pages::tokens::disable_prompt as Draw />
                    <Route path=at(path!(":id/enable")) view=pages::tokens::enable_prompt as Draw />
                    <Route path=at(path!(":id/delete")) view=pages::tokens::delete_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/tokens/:id")) view=pages::tokens::token_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                    <Route path=at(path!("details/edit")) view=pages::tokens::edit_prompt as Draw />
                    <Route path=at(path!("details/rotate")) view=pages::tokens::rotate_prompt as Draw />
                    <Route path=at(path!("details/end-old-secret")) view=pages::tokens::rotate_prompt as Draw />
                    <Route path=at(path!("details/hand-over")) view=pages::tokens::hand_over_prompt as Draw />
                    <Route path=at(path!("details/disable")) view=pages::tokens::disable_prompt as Draw />
                    <Route path=at(path!("details/enable")) view=pages::tokens::enable_prompt as Draw />
                    <Route path=at(path!("details/delete")) view=pages::tokens::delete_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/people")) view=pages::people::people_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                    <Route path=at(path!("new")) view=pages::people::invite_prompt as Draw />
                    <Route path=at(path!(":id/role")) view=pages::people::role_prompt as Draw />
                    <Route path=at(path!(":id/link")) view=pages::people::link_prompt as Draw />
                    <Route path=at(path!(":id/hand-over")) view=pages::people::hand_over_prompt as Draw />
                    <Route path=at(path!(":id/sign-out")) view=pages::people::sign_out_prompt as Draw />
                    <Route path=at(path!(":id/disable")) view=pages::people::disable_prompt as Draw />
                    <Route path=at(path!(":id/enable")) view=pages::people::enable_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/profile")) view=pages::profile::profile_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/permissions/holders")) view=pages::catalogue::holders_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/permissions")) view=pages::catalogue::permissions_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                    <Route path=at(path!("new")) view=pages::catalogue::add_prompt as Draw />
                    <Route path=at(path!(":name/edit")) view=pages::catalogue::edit_prompt as Draw />
                    <Route path=at(path!(":name/remove")) view=pages::catalogue::remove_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/audit")) view=pages::audit::audit_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/general")) view=pages::workspace::general_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                </ParentRoute>
                <ParentRoute path=at(path!("/reference")) view=pages::reference::reference_page as Draw>
                    <Route path=at(path!("")) view=no_prompt as Draw />
                </ParentRoute>
            </Routes>
        </Layout>
    }
}
