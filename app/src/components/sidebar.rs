//! The left navigation, and the person who is signed in.

use super::Shell;
use crate::{
    paths,
    ui::{Icon, html},
};
use leptos::prelude::*;

#[component]
pub fn Sidebar() -> impl IntoView {
    let shell = Shell::here();
    let (context, covered, url) = (shell.context(), shell.is_covered(), shell.url());
    // `rest` is left out where there is no room for it.
    let link = move |href: &'static str,
                     below: &'static str,
                     icon: &'static str,
                     [name, rest]: [&'static str; 2]| {
        let current = Signal::derive(move || url.read().starts_with(below).then_some("page"));
        html! {
            <a class="sidebar-link" href=href aria-current=current>
                <Icon name=icon />
                <span>{name}<span class="sidebar-rest">{rest}</span></span>
            </a>
        }
    };
    let me = Signal::derive(move || url.read().starts_with(paths::PROFILE).then_some("page"));
    let name = Signal::derive(move || context.read().name.clone());
    let letters = Signal::derive(move || initials(&name.read()));
    let role = context.with_untracked(|context| context.role.as_str());
    html! {
        <nav class="sidebar" aria-label="Main" inert=covered>
            <a class="brand" href=paths::TOKENS>
                <Icon name="mark" />
                {move || brand(context.read().workspace.clone())}
            </a>
            {link(paths::OVERVIEW, paths::OVERVIEW, "overview", ["Overview", ""])}
            {link(paths::TOKENS, "/settings", "settings", ["Settings", ""])}
            {link(paths::REFERENCE, paths::REFERENCE, "reference", ["API", " reference"])}
            <div class="me">
                <a class="sidebar-link me-link" href=paths::PROFILE aria-current=me>
                    <span class="me-letters" aria-hidden="true">{letters}</span>
                    <span class="me-name">{name} <small class="me-role">{role}</small></span>
                </a>
                <form method="post" action=paths::SIGN_OUT>
                    <button class="sign-out" type="submit" aria-label="Sign out" title="Sign out">
                        <Icon name="sign-out" />
                    </button>
                </form>
            </div>
        </nav>
    }
}

/// The product's name, with the workspace's before it if it has one, so that two installations can be told apart.
fn brand(name: String) -> AnyView {
    let whole = name.clone();
    if name.is_empty() {
        return html! { <span class="brand-name">"Tokenry"</span> };
    }
    html! {
        <span class="brand-text">
            <span class="brand-name" title=whole>{name}</span>
            " "
            <small class="brand-product">"Tokenry"</small>
        </span>
    }
}

/// `Ada Moreau` becomes `AM`.
fn initials(name: &str) -> String {
    let words: Vec<char> = name.split_whitespace().filter_map(|word| word.chars().next()).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.to_uppercase().collect(),
        [first, .., last] => first.to_uppercase().chain(last.to_uppercase()).collect(),
    }
}
