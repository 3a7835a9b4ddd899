//! The screen of the tokens that hold a permission.

use crate::{
    components::{Breadcrumb, HolderList, SettingsHeader, Shell, screen},
    domain::{HoldersData, Right, tokens_in_words},
    paths,
    server_fns::LoadHolders,
    ui::html,
};
use leptos::prelude::*;

pub fn holders_page() -> AnyView {
    screen::<LoadHolders>("Tokens with a permission", tab)
}

fn tab(HoldersData { permission, holders }: HoldersData) -> AnyView {
    Shell::here().set_screen_title(format!("Tokens with {permission}"));
    let whose = if Shell::here().may(Right::SeeAllTokens) { "" } else { " of yours" };
    let sentence = match holders.count {
        1 => format!("1 token{whose} has it:"),
        0 => format!("No token{whose} has it."),
        many => format!("{}{whose} have it, newest first:", tokens_in_words(many)),
    };
    html! {
        <SettingsHeader tab=paths::PERMISSIONS />
        <Breadcrumb list=(paths::PERMISSIONS, "Permissions") here=permission.to_string() />
        <div class="card section">
            <h2 class="section-title" data-heading="" tabindex="-1">"Tokens with "{permission.to_string()}</h2>
            <p>{sentence}</p>
            <HolderList holders link=paths::token />
        </div>
    }
}
