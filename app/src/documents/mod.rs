//! Screens that the server writes and nobody hydrates: signing in, the overview, permissions, people, the audit log,
//! the profile.
//!
//! Each is one function from what a page shows to its HTML: no resources, no state, no scripts of its own. Prompts
//! are pages with a dialog over them; what lies behind is inert. The browser then only attends to them (`wake`).

mod example;
mod failed;
mod forms;
mod settings_header;
mod ticks;

pub use failed::{failed, not_found};

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
        _ => return None,
    })
}

#[component]
fn Done(done: String) -> impl IntoView {
    done_in_words(&done).map(|text| view! { <p class="notice" data-tone="done" role="status">{text}</p> })
}
