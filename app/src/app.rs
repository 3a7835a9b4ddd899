//! The console: one application behind the sign-in. Every screen is a route; a prompt is a child route of its screen.

use crate::{
    PageContext, client,
    components::{Layout, Shell},
    pages::{Page, not_found},
    ui::provide_announcements,
};
use leptos::prelude::*;
use leptos_router::{
    PossibleRouteMatch,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use std::sync::Arc;

/// The path of a route, type-erased: each number of segments would make another type of route.
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
            <Routes transition=client::wants_motion() fallback=not_found>
                // These routes precede the one that takes any word for an id.
                <ParentRoute path=at(path!("/settings/tokens")) view=Page::DeletedTokens>
                    <Route path=at(path!("deleted")) view=Page::NoPrompt />
                    <Route path=at(path!(":id/restore")) view=Page::RestoreToken />
                </ParentRoute>
                <ParentRoute path=at(path!("/overview")) view=Page::Overview>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/tokens")) view=Page::Tokens>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!("new")) view=Page::CreateToken />
                    <Route path=at(path!("bulk")) view=Page::Bulk />
                    <Route path=at(path!(":id/glance")) view=Page::TokenGlance />
                    <Route path=at(path!(":id/edit")) view=Page::EditToken />
                    <Route path=at(path!(":id/rotate")) view=Page::RotateToken />
                    <Route path=at(path!(":id/end-old-secret")) view=Page::RotateToken />
                    <Route path=at(path!(":id/hand-over")) view=Page::HandOverToken />
                    <Route path=at(path!(":id/disable")) view=Page::DisableToken />
                    <Route path=at(path!(":id/enable")) view=Page::EnableToken />
                    <Route path=at(path!(":id/delete")) view=Page::DeleteToken />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/tokens/:id")) view=Page::Token>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!("details/edit")) view=Page::EditToken />
                    <Route path=at(path!("details/rotate")) view=Page::RotateToken />
                    <Route path=at(path!("details/end-old-secret")) view=Page::RotateToken />
                    <Route path=at(path!("details/hand-over")) view=Page::HandOverToken />
                    <Route path=at(path!("details/disable")) view=Page::DisableToken />
                    <Route path=at(path!("details/enable")) view=Page::EnableToken />
                    <Route path=at(path!("details/delete")) view=Page::DeleteToken />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/people")) view=Page::People>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!("new")) view=Page::InvitePerson />
                    <Route path=at(path!(":id/role")) view=Page::PersonRole />
                    <Route path=at(path!(":id/link")) view=Page::PersonLink />
                    <Route path=at(path!(":id/hand-over")) view=Page::HandOverPerson />
                    <Route path=at(path!(":id/sign-out")) view=Page::SignOutPerson />
                    <Route path=at(path!(":id/second-factors")) view=Page::PersonFactors />
                    <Route path=at(path!(":id/disable")) view=Page::DisablePerson />
                    <Route path=at(path!(":id/enable")) view=Page::EnablePerson />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/groups")) view=Page::Accounts>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!("new")) view=Page::PromptByPath />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/service-accounts")) view=Page::Accounts>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!("new")) view=Page::PromptByPath />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/accounts/:id")) view=Page::Account>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!(":word")) view=Page::PromptByPath />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/requests")) view=Page::Requests>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!("new")) view=Page::PromptByPath />
                    <Route path=at(path!(":id/answer")) view=Page::PromptByPath />
                </ParentRoute>
                <ParentRoute path=at(path!("/profile")) view=Page::Profile>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!(":what")) view=Page::PromptByPath />
                    <Route path=at(path!(":what/:word")) view=Page::PromptByPath />
                    <Route path=at(path!(":what/:id/:word")) view=Page::PromptByPath />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/permissions/holders")) view=Page::Holders>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/permissions")) view=Page::Permissions>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!("new")) view=Page::AddResource />
                    <Route path=at(path!(":name/edit")) view=Page::EditResource />
                    <Route path=at(path!(":name/remove")) view=Page::RemoveResource />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/audit")) view=Page::Audit>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/webhooks")) view=Page::Webhooks>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!("new")) view=Page::PromptByPath />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/webhooks/:id")) view=Page::Webhook>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                    <Route path=at(path!(":word")) view=Page::PromptByPath />
                </ParentRoute>
                <ParentRoute path=at(path!("/settings/general")) view=Page::General>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                </ParentRoute>
                <ParentRoute path=at(path!("/reference")) view=Page::Reference>
                    <Route path=at(path!("")) view=Page::NoPrompt />
                </ParentRoute>
            </Routes>
        </Layout>
    }
}
