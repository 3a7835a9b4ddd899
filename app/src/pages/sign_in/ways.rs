//! The ways to sign in that a page offers besides its form.

use leptos::prelude::*;

/// A link to an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The name of the provider.
    pub label: String,
    pub url: String,
}

/// The ways to sign in here.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    pub by_password: bool,
    pub providers: Vec<Way>,
    /// Where somebody who has just signed out here can sign out, too.
    pub sign_out: Option<Way>,
}

#[component]
pub fn ProviderButtons(ways: Vec<Way>, is_only_way: bool) -> impl IntoView {
    (!ways.is_empty()).then(|| view! {
        <div class="auth-ways">
            {ways.into_iter().map(|Way { label, url }| view! {
                <a class="button" class:button-primary=is_only_way href=url>{format!("Sign in with {label}")}</a>
            }).collect_view()}
        </div>
        {(!is_only_way).then(|| view! { <p class="auth-or">"or"</p> })}
    })
}

#[component]
pub fn SignOutElsewhere(way: Option<Way>) -> impl IntoView {
    way.map(|Way { label, url }| {
        view! {
            <p class="section-hint" role="status">
                "You are signed out here. "
                <a href=url>{format!("Sign out of {label}, too")}</a>
            </p>
        }
    })
}
