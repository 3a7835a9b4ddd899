//! The General screen. Admins get a form; everybody else reads the rules that bind them.

use super::{form::settings, nodes::nodes_section};
use crate::{
    components::{SettingsHeader, Shell, screen},
    domain::{GeneralData, Right, Workspace, WorkspaceName, days_in_words},
    paths,
    server_fns::LoadGeneral,
    ui::{Notice, Tone, html},
};
use leptos::prelude::*;

pub fn general_page() -> AnyView {
    screen::<LoadGeneral>("General", tab)
}

fn tab(mut data: GeneralData) -> AnyView {
    let (nodes, now) = (std::mem::take(&mut data.nodes), data.now);
    let mail_trouble = data.mail_trouble.take();
    let why_not = Shell::here().role().why_not(Right::ManageWorkspace);
    name_the_console(&data.workspace.name);
    html! {
        <SettingsHeader tab=paths::GENERAL />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">"General"</h2>
                <p class="section-hint">"The name of this workspace, and the rules for its tokens."</p>
            </div>
            {why_not.map(|why| html! { <p class="section-hint head-action head-why">{why}</p> })}
        </div>
        {mail_trouble.map(|(trouble, since)| {
            let text = format!(
                "Mail cannot be sent since {} UTC: {trouble}. It is tried again, and nothing is lost.",
                since.date_time()
            );
            html! { <Notice tone=Tone::Warning text /> }
        })}
        {if why_not.is_some() { rules(data) } else { settings(data) }}
        {(!nodes.is_empty()).then(|| nodes_section(nodes, now))}
    }
}

/// Updates the name of the workspace in the navigation and in titles, because it may have changed.
fn name_the_console(name: &WorkspaceName) {
    let context = Shell::here().context();
    if context.with_untracked(|context| context.workspace != name.as_str()) {
        context.update(|context| context.workspace = name.as_str().to_owned());
    }
}

/// The settings for people who cannot change them.
fn rules(GeneralData { workspace, started_prefix, .. }: GeneralData) -> AnyView {
    let Workspace { name, prefix, policy, idle_days, undo_days, second_factor, .. } = workspace;
    let name = Some(String::from(name)).filter(|name| !name.is_empty()).unwrap_or_else(|| "Tokenry".into());
    let lifetime = policy.lifetime_days.map_or_else(|| "No limit".to_owned(), days_in_words);
    let expiry =
        if policy.requires_end() { "Every token has to expire" } else { "Tokens do not have to expire" };
    let prefix = prefix.unwrap_or(started_prefix);
    let undo = if undo_days == 0 { "No".to_owned() } else { format!("For {}", days_in_words(undo_days)) };
    html! {
        <dl class="card rules">
            <div><dt>"Name"</dt><dd>{name}</dd></div>
            <div><dt>"New secrets begin with"</dt><dd><code>{format!("{}_", prefix.as_str())}</code></dd></div>
            <div><dt>"Longest lifetime of a token"</dt><dd>{lifetime}</dd></div>
            <div><dt>"Expiry"</dt><dd>{expiry}</dd></div>
            <div><dt>"Deleted tokens can be restored"</dt><dd>{undo}</dd></div>
            <div><dt>"Use a second factor"</dt><dd>{second_factor.in_words()}</dd></div>
            <div><dt>"Idle after"</dt><dd>{days_in_words(idle_days)}" without use"</dd></div>
        </dl>
    }
}
