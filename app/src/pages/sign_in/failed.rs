//! An error in the place of a page, for somebody who is not signed in.

use super::{Demonstration, auth_card::AuthCard, write};
use crate::{domain::Error, paths};
use leptos::prelude::*;

/// The next step for somebody who sees the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhatNext {
    SignIn,
    /// This page again, a moment later.
    TryAgain {
        url: String,
    },
    /// A link no longer works; somebody else creates a new one.
    AskAnAdmin,
    /// The set-up link no longer works, and nobody has set the installation up.
    Restart,
}

pub fn failed(demonstration: Option<Demonstration>, error: &Error, next: &WhatNext) -> String {
    let (title, what) = error.in_place_of_a_page();
    let next = next.clone();
    write(title, demonstration, move || {
        let (help, again) = match next {
            WhatNext::AskAnAdmin => (Some("Ask an admin for a new link."), None),
            WhatNext::Restart => (Some("Restart Tokenry to get a new link."), None),
            WhatNext::SignIn => (None, None),
            WhatNext::TryAgain { url } => (None, Some(url)),
        };
        view! {
            <AuthCard title>
                <p role="alert">{what}</p>
                {help.map(|help| view! { <p>{help}</p> })}
                {match again {
                    Some(url) => view! { <a class="button button-primary" href=url>"Try again"</a> }.into_any(),
                    None => view! { <a class="button" href=paths::SIGN_IN>"Go to sign-in"</a> }.into_any(),
                }}
            </AuthCard>
        }
        .into_any()
    })
}
