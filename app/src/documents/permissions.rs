//! Settings > Permissions: the catalogue, Tokenry's own permissions, and what left the catalogue and is still held.

use super::{Done, Frame, permission_prompts::Prompt};
use crate::{
    documents::settings_header::SettingsHeader,
    domain::{
        Action, Error, Held, Holders, Permission, Resource, ResourceForm, Right, may, own_catalogue,
        tokens_in_words,
    },
    paths,
    service::{PermissionsPage, Removal, ResourceToEdit},
    ui::{Menu, MenuItem, NoMenu},
};
use leptos::prelude::*;

/// What lies over the catalogue.
#[derive(Clone)]
pub enum PermissionsPrompt {
    Add {
        form: ResourceForm,
        error: Option<Error>,
    },
    Edit {
        name: String,
        version: String,
        form: ResourceForm,
        /// What saving would take away, if it has to be asked about.
        asks: Option<Removal>,
        error: Option<Error>,
    },
    Remove {
        about: ResourceToEdit,
        removal: Removal,
        error: Option<Error>,
    },
    Holders {
        permission: Permission,
        holders: Holders,
    },
}

/// `done` is the word for what has just been done, or nothing.
pub fn permissions(
    frame: &Frame,
    page: &PermissionsPage,
    prompt: Option<PermissionsPrompt>,
    done: &str,
) -> String {
    let (page, done, covered) = (page.clone(), done.to_owned(), prompt.is_some());
    let role = frame.caller.as_ref().map(|caller| caller.role);
    let everybodys = role.is_some_and(|role| may(role, Right::SeeAllTokens));
    let can_edit = role.is_some_and(|role| may(role, Right::ManageOwnTokens));
    frame.settings(title(prompt.as_ref()), covered, move || {
        let PermissionsPage { catalogue, held, why_not } = page;
        let outside = held.outside(&catalogue);
        let held_own = held.clone();
        let counted =
            if everybodys { "Permissions, and how many tokens hold them" } else { "Permissions, and how many of your tokens hold them" };
        view! {
            <div inert=covered>
                <SettingsHeader tab=paths::PERMISSIONS />
                <Done done />
                <div class="head">
                    <div>
                        <h2 class="section-title">"Permissions"</h2>
                        <p class="section-hint">"What tokens can be allowed to do: the resources of your API and their actions. Services ask for them by name."</p>
                    </div>
                    <Add why_not />
                </div>
                <div class="card">
                    <table class="table table-permissions">
                        <caption class="visually-hidden">"The catalogue"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Resource"</th>
                                <th scope="col">{counted}</th>
                                <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            {catalogue.resources.into_iter().enumerate().map(|(at, resource)| view! { <Row at resource held=&held why_not /> }).collect_view()}
                        </tbody>
                    </table>
                </div>
                {(!outside.is_empty()).then(|| view! { <Outside outside /> })}
                <Own held=held_own />
            </div>
            {prompt.map(|prompt| view! { <Prompt prompt everybodys can_edit /> })}
        }
        .into_any()
    })
}

/// What the page is called, in the tab of a browser.
fn title(prompt: Option<&PermissionsPrompt>) -> &'static str {
    match prompt {
        None => "Permissions · Tokenry",
        Some(PermissionsPrompt::Add { .. }) => "Add resource · Tokenry",
        Some(PermissionsPrompt::Edit { .. }) => "Edit resource · Tokenry",
        Some(PermissionsPrompt::Remove { .. }) => "Remove resource · Tokenry",
        Some(PermissionsPrompt::Holders { .. }) => "Tokens with a permission · Tokenry",
    }
}

#[component]
fn Add(why_not: Option<&'static str>) -> impl IntoView {
    match why_not {
        None => view! { <a class="button button-primary head-action" href=paths::RESOURCE_NEW>"Add resource"</a> }.into_any(),
        Some(why) => view! {
            <div class="head-action head-why">
                <button class="button button-primary" type="button" aria-disabled="true" aria-describedby="why-not">"Add resource"</button>
                <p class="section-hint" id="why-not">{why}</p>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Row<'a>(
    /// Its place: names could be taken for the ids of other things.
    at: usize,
    resource: Resource,
    held: &'a Held,
    why_not: Option<&'static str>,
) -> impl IntoView {
    let (dots, label) = (format!("resource-{at}"), format!("Actions for {}", resource.label));
    let (edit, remove) = (paths::resource_edit(&resource.name), paths::resource_remove(&resource.name));
    let grants = resource.permissions().map(|(Action { label, .. }, permission)| {
        let count = held.count(&permission);
        view! {
            <li class="grant">
                <span class="grant-label">{label.clone()}</span>
                <code class="tag">{permission.to_string()}</code>
                <HeldBy permission count />
            </li>
        }
    });
    let grants = grants.collect_view();
    let description = Some(resource.description).filter(|text| !text.is_empty());
    view! {
        <tr>
            <th scope="row" class="cell-name">
                <span class="token-name">{resource.label}</span>
                <code class="resource-name">{resource.name}</code>
                {description.map(|text| view! { <span class="resource-description">{text}</span> })}
            </th>
            <td><ul class="grants">{grants}</ul></td>
            <td class="cell-actions">
                {match why_not {
                    None => {
                        let item = |label, icon, href, danger| MenuItem { label, icon, href, danger, copies: None };
                        let items = vec![item("Edit", "edit", edit, false), item("Remove", "delete", remove, true)];
                        view! { <Menu id=dots label items /> }.into_any()
                    }
                    Some(why) => view! { <NoMenu id=dots label=format!("{label}: {why}") why /> }.into_any(),
                }}
            </td>
        </tr>
    }
}

/// How many tokens hold a permission, and the way to them.
#[component]
pub fn HeldBy(permission: Permission, count: u64) -> impl IntoView {
    let tokens = tokens_in_words(count);
    if count == 0 {
        return view! { <span class="quiet">{tokens}</span> }.into_any();
    }
    let label = format!("{tokens} with {permission}");
    view! { <a class="held-by" href=paths::permission_holders(&permission) aria-label=label>{tokens}</a> }
        .into_any()
}

/// What cannot be given any more, as long as somebody holds it.
#[component]
fn Outside(outside: Vec<(Permission, u64)>) -> impl IntoView {
    view! {
        <div class="head head-next">
            <div>
                <h2 class="section-title">"No longer in the catalogue"</h2>
                <p class="section-hint">"These cannot be given any more. Tokens that hold them keep them, and services still accept them, until somebody edits the token and takes them away."</p>
            </div>
        </div>
        <div class="card">
            <table class="table table-permissions">
                <caption class="visually-hidden">"Permissions that are no longer in the catalogue and that tokens still hold"</caption>
                <thead>
                    <tr><th scope="col">"Permission"</th><th scope="col">"Tokens"</th></tr>
                </thead>
                <tbody>
                    {outside.into_iter().map(|(permission, count)| view! {
                        <tr>
                            <th scope="row"><code class="tag">{permission.to_string()}</code></th>
                            <td data-label="Tokens"><HeldBy permission count /></td>
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

/// What a token may do with Tokenry itself.
#[component]
fn Own(held: Held) -> impl IntoView {
    let own = own_catalogue();
    let rows = own.resources.iter().flat_map(Resource::permissions).map(|(_, permission)| {
        let count = held.count(&permission);
        view! {
            <tr>
                <th scope="row"><code class="tag">{permission.to_string()}</code></th>
                <td data-label="Allows">{permission.allows()}</td>
                <td data-label="Tokens"><HeldBy permission count /></td>
            </tr>
        }
    });
    view! {
        <div class="head head-next">
            <div>
                <h2 class="section-title">"Tokenry’s own permissions"</h2>
                <p class="section-hint">"For programs that use Tokenry itself. They are always there, and only admins may give them."</p>
            </div>
        </div>
        <div class="card">
            <table class="table table-permissions">
                <caption class="visually-hidden">"Tokenry’s own permissions"</caption>
                <thead>
                    <tr><th scope="col">"Permission"</th><th scope="col">"Allows"</th><th scope="col">"Tokens"</th></tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
