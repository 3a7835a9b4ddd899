//! Pages for people who are not signed in: signing in, the set-up of an installation, choosing a password, and the
//! errors when none of that works. The server renders them, and nothing hydrates them.
//!
//! Each is a function from the content of the page to its HTML.

mod auth_card;
mod choose_password;
mod continue_form;
mod demonstration;
mod failed;
mod fields;
mod second_step;
mod set_up;
#[allow(clippy::module_inception, reason = "the page of that name")]
mod sign_in;
mod ways;

pub use choose_password::choose_password;
pub use continue_form::{
    CODE, EMAIL, PASSKEY, PASSWORD, PASSWORDS_DROPPED, SentForm, WhoSignsIn, continue_form,
};
pub use demonstration::Demonstration;
pub use failed::{WhatNext, failed};
pub use second_step::{recovery_codes, second_factor, set_up_app};
pub use set_up::set_up;
pub use sign_in::{SignInReason, sign_in};
pub use ways::{Way, Ways};

use crate::{components::demonstration_bar, shell::plain_page};
use leptos::prelude::*;

/// Writes a whole page. Signals need an owner, even those that never change.
fn write(title: &str, demonstration: Option<Demonstration>, page: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| {
        let bar = demonstration.map(|_| demonstration_bar());
        plain_page(
            title,
            view! { {bar}<main id="main" class="main" tabindex="-1">{page()}</main> }.into_any(),
        )
    })
}
