//! Permissions beside the catalogue: those that left it and are still held, and Tokenry's own.

use super::list::HeldBy;
use crate::{
    domain::{Held, Permission, Resource, own_catalogue},
    ui::html,
};
use leptos::prelude::*;

/// Permissions that can no longer be given, as long as somebody holds them.
#[component]
pub fn Outside(outside: Vec<(Permission, u64)>) -> impl IntoView {
    let rows: Vec<_> = outside
        .into_iter()
        .map(|(permission, count)| {
            html! {
                <tr>
                    <th scope="row"><code class="tag">{permission.to_string()}</code></th>
                    <td data-label="Tokens"><HeldBy permission count /></td>
                </tr>
            }
        })
        .collect();
    html! {
        <div class="head head-next">
            <div>
                <h2 class="section-title">"No longer in the catalogue"</h2>
                <p class="section-hint">"These can no longer be assigned. Tokens that have them keep them, and services still accept them, until you edit the token and remove them."</p>
            </div>
        </div>
        <div class="card">
            <table class="table table-permissions">
                <caption class="visually-hidden">"Permissions that are no longer in the catalogue and that tokens still hold"</caption>
                <thead>
                    <tr><th scope="col">"Permission"</th><th scope="col">"Tokens"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// The permissions for Tokenry itself.
#[component]
pub fn Own(held: Held) -> impl IntoView {
    let own = own_catalogue();
    let permissions = own.resources.iter().flat_map(Resource::permissions);
    let rows: Vec<_> = permissions
        .map(|(_, permission)| {
            let count = held.count(&permission);
            html! {
                <tr>
                    <th scope="row"><code class="tag">{permission.to_string()}</code></th>
                    <td data-label="Allows">{permission.allows()}</td>
                    <td data-label="Tokens"><HeldBy permission count /></td>
                </tr>
            }
        })
        .collect();
    html! {
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
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
