//! The left navigation, and the person who is signed in. The server writes it; nothing in it needs a script.

use super::Place;
use crate::{
    domain::{Caller, WorkspaceName},
    paths,
    ui::Icon,
};
use leptos::prelude::*;

#[component]
pub fn Sidebar(
    caller: Caller,
    workspace: WorkspaceName,
    /// A prompt lies over the page.
    covered: bool,
    place: Place,
) -> impl IntoView {
    let current = |link: Place| (link == place).then_some("page");
    let name = String::from(caller.name);
    view! {
        <nav class="sidebar" aria-label="Main" inert=covered>
            <a class="brand" href=paths::TOKENS>
                <Icon name="mark" />
                <Brand workspace />
            </a>
            <a class="sidebar-link" href=paths::OVERVIEW rel="external" aria-current=current(Place::Overview)>
                <Icon name="overview" />
                "Overview"
            </a>
            <a class="sidebar-link" href=paths::TOKENS aria-current=current(Place::Settings)>
                <Icon name="settings" />
                "Settings"
            </a>
            <a class="sidebar-link" href=paths::REFERENCE rel="external" aria-current=current(Place::Reference)>
                <Icon name="reference" />
                <span>"API"<span class="sidebar-rest">" reference"</span></span>
            </a>
            <div class="me">
                <a class="sidebar-link me-link" href=paths::PROFILE rel="external" aria-current=current(Place::Profile)>
                    <span class="me-letters" aria-hidden="true">{initials(&name)}</span>
                    <span class="me-name">{name} <small class="me-role">{caller.role.as_str()}</small></span>
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

/// The product, or where it is whose: so that two installations can be told apart.
#[component]
fn Brand(workspace: WorkspaceName) -> impl IntoView {
    let name = String::from(workspace);
    let whole = name.clone();
    if name.is_empty() {
        return view! { <span class="brand-name">"Tokenry"</span> }.into_any();
    }
    view! {
        <span class="brand-text">
            <span class="brand-name" title=whole>{name}</span>
            " "
            <small class="brand-product">"Tokenry"</small>
        </span>
    }
    .into_any()
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
