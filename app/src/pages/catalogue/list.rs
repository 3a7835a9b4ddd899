//! The screen of permissions: those that can be given, and how many tokens hold them.

use super::others::{Outside, Own};
use crate::{
    components::{SettingsHeader, Shell, refused, screen},
    domain::{
        Action, CATALOGUE_OF_A_FILE, Held, Permission, PermissionsData, Resource, Right, tokens_in_words,
    },
    paths,
    server_fns::LoadPermissions,
    ui::{Menu, MenuItem, NoMenu, html},
};
use leptos::prelude::*;

pub fn permissions_page() -> AnyView {
    screen::<LoadPermissions>("Permissions", tab)
}

fn tab(PermissionsData { catalogue, held, is_of_a_file }: PermissionsData) -> AnyView {
    let shell = Shell::here();
    let why_not =
        shell.role().why_not(Right::ManageCatalogue).or(is_of_a_file.then_some(CATALOGUE_OF_A_FILE));
    let counted = if shell.may(Right::SeeAllTokens) {
        "Permissions, and how many tokens hold them"
    } else {
        "Permissions, and how many of your tokens hold them"
    };
    let outside = held.outside(&catalogue);
    let resources = catalogue.resources.into_iter().enumerate();
    let rows: Vec<_> = resources.map(|(at, resource)| row(at, resource, &held, why_not)).collect();
    html! {
        <SettingsHeader tab=paths::PERMISSIONS />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">"Permissions"</h2>
                <p class="section-hint">"What tokens can be allowed to do: the resources of your API and their actions. Services check them by name."</p>
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
                <tbody>{rows}</tbody>
            </table>
        </div>
        {(!outside.is_empty()).then(|| html! { <Outside outside /> })}
        <Own held />
    }
}

#[component]
fn Add(why_not: Option<&'static str>) -> impl IntoView {
    match why_not {
        None => html! {
            <a class="button button-primary head-action" href=paths::RESOURCE_NEW data-noscroll="">"Add resource"</a>
        },
        Some(why) => refused("Add resource", why),
    }
}

/// `at` is the index of the row, used for ids: names could be taken for the ids of other things.
fn row(at: usize, resource: Resource, held: &Held, why_not: Option<&'static str>) -> AnyView {
    let (dots, label) = (format!("resource-{at}"), format!("Actions for {}", resource.label));
    let grants: Vec<_> = resource
        .permissions()
        .map(|(Action { label, .. }, permission)| {
            let count = held.count(&permission);
            html! {
                <li class="grant">
                    <span class="grant-label">{label.clone()}</span>
                    <code class="tag">{permission.to_string()}</code>
                    <HeldBy permission count />
                </li>
            }
        })
        .collect();
    let menu = match why_not {
        None => {
            let item = |label, icon, href| MenuItem { label, icon, href, copies: None };
            let items = vec![
                item("Edit", "edit", paths::resource_edit(&resource.name)),
                item("Remove", "delete", paths::resource_remove(&resource.name)),
            ];
            html! { <Menu id=dots label items /> }
        }
        Some(why) => html! { <NoMenu id=dots label=format!("{label}: {why}") why /> },
    };
    let description = Some(resource.description).filter(|text| !text.is_empty());
    html! {
        <tr>
            <th scope="row" class="cell-name">
                <span class="token-name">{resource.label}</span>
                " "
                <code class="resource-name">{resource.name}</code>
                {description.map(|text| html! { " "<span class="resource-description">{text}</span> })}
            </th>
            <td><ul class="grants">{grants}</ul></td>
            <td class="cell-actions">{menu}</td>
        </tr>
    }
}

/// The number of tokens that hold a permission, with a link to them.
#[component]
pub fn HeldBy(permission: Permission, count: u64) -> impl IntoView {
    let tokens = tokens_in_words(count);
    if count == 0 {
        return html! { <span class="quiet">{tokens}</span> };
    }
    let label = format!("{tokens} with {permission}");
    html! { <a class="held-by" href=paths::permission_holders(&permission) aria-label=label>{tokens}</a> }
}
