//! The head of every settings page: its title and its tabs. A tab is a link, and there is one for each page that the
//! person's role can open.

use crate::{
    components::Shell,
    domain::{Right, may},
    paths,
    ui::html,
};
use leptos::prelude::*;

#[component]
pub fn SettingsHeader(
    /// The URL of the tab that is open.
    tab: &'static str,
) -> impl IntoView {
    let role = Shell::here().role();
    let link = |href: &'static str, name: &'static str| {
        let current = (href == tab).then_some("page");
        html! { <a class="tab" href=href aria-current=current>{name}</a> }
    };
    html! {
        <h1 class="page-title">"Settings"</h1>
        <nav class="tabs" aria-label="Settings">
            {link(paths::TOKENS, "Tokens")}
            {link(paths::PERMISSIONS, "Permissions")}
            {may(role, Right::SeePeople).then(|| link(paths::PEOPLE, "People"))}
            {may(role, Right::SeePeople).then(|| link(paths::GROUPS, "Groups"))}
            {may(role, Right::SeePeople).then(|| link(paths::SERVICES, "Service accounts"))}
            {link(paths::REQUESTS, "Requests")}
            {may(role, Right::SeeAudit).then(|| link(paths::AUDIT, "Audit log"))}
            {may(role, Right::SeeWebhooks).then(|| link(paths::WEBHOOKS, "Webhooks"))}
            {link(paths::GENERAL, "General")}
        </nav>
    }
}
