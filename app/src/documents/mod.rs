//! Screens that the server writes and nobody hydrates: signing in, the overview, permissions, people, the audit log,
//! the profile.
//!
//! Each is one function from what a page shows to its HTML: no resources, no state, no scripts of its own. Prompts
//! are pages with a dialog over them; what lies behind is inert. The browser then only attends to them (`wake`).

mod audit;
mod bulk;
mod bulk_result;
mod deleted;
mod example;
mod failed;
mod forms;
mod general;
mod hand_over;
mod old_secret;
mod overview;
mod pause;
mod people;
mod permission_prompts;
mod permissions;
mod person_prompts;
mod person_tokens;
mod profile;
mod restore;
mod rotate;
mod settings_header;
mod ticks;
mod token;
mod token_use;
mod use_chart;

pub use audit::{AuditQuery, audit};
pub use bulk::bulk;
pub use bulk_result::bulk_result;
pub use deleted::deleted;
pub use failed::{failed, not_found};
pub use general::{GeneralForm, general};
pub use hand_over::hand_over;
pub use overview::overview;
pub use pause::pause;
pub use people::{AskedAbout, DoneToPerson, PeoplePrompt, PersonAnswers, people};
pub use permissions::{PermissionsPrompt, permissions};
pub use profile::{ProfileProblem, profile};
pub use restore::{RestoreForm, restore, restored};
pub use rotate::{RotateForm, new_secret, rotate};
pub use token::{handed_over_word, token};

use crate::{
    domain::{Caller, WorkspaceName},
    shell::{Around, Life, Place, document},
    sign_in::Demonstration,
};
use leptos::prelude::*;

/// What every document needs: who looks at it, what their workspace is called, and the nonce that its script may run
/// with.
#[derive(Clone, Debug)]
pub struct Frame {
    pub caller: Option<Caller>,
    pub workspace: WorkspaceName,
    pub nonce: String,
    pub demonstration: Option<Demonstration>,
}

impl Frame {
    /// A page under Settings.
    fn settings(&self, title: &'static str, covered: bool, inside: impl FnOnce() -> AnyView) -> String {
        self.write(Life::Document, Place::Settings, title, covered, inside)
    }

    /// A page that runs no script, and has no place in the navigation.
    fn still(&self, title: &'static str, inside: impl FnOnce() -> AnyView) -> String {
        self.write(Life::Still, Place::Nowhere, title, false, inside)
    }

    fn write(
        &self,
        life: Life,
        place: Place,
        title: &'static str,
        covered: bool,
        inside: impl FnOnce() -> AnyView,
    ) -> String {
        // Signals need an owner, even those that never change.
        let owner = Owner::new();
        owner.with(|| {
            if let Some(caller) = self.caller.clone() {
                provide_context(caller);
            }
            let (caller, workspace, nonce) =
                (self.caller.clone(), self.workspace.clone(), self.nonce.clone());
            let demonstration = self.demonstration;
            let around = Around { life, title, caller, workspace, nonce, covered, place, demonstration };
            document(around, inside()).to_html()
        })
    }
}

/// What has just been done, as the address of the next page says it: a fixed word, never text.
fn done_in_words(done: &str) -> Option<&'static str> {
    Some(match done {
        "role" => "The role was changed.",
        "disabled" => "They were signed out everywhere, and can no longer sign in.",
        "enabled" => "They can sign in again.",
        "handed-over" => "The tokens were handed over.",
        "signed-out" => "They were signed out everywhere.",
        "resource-added" => "The resource was added.",
        "resource-saved" => "The resource was saved.",
        "resource-removed" => "The resource was removed. What tokens still hold of it is listed below.",
        "general" => "The settings were saved.",
        "name" => "Your name was changed.",
        "password" => "Your password was changed, and your other sessions have ended.",
        "theme" => "The theme was changed.",
        "session" => "The session has ended.",
        "sessions" => "All your other sessions have ended.",
        _ => return None,
    })
}

#[component]
fn Done(done: String) -> impl IntoView {
    done_in_words(&done).map(|text| view! { <p class="notice" data-tone="done" role="status">{text}</p> })
}
