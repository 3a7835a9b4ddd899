//! What the plain post of a form led to. The server puts it into the context of the page that answers; such a page is
//! complete in itself and is not hydrated, so that a secret is nowhere but in its text.

use crate::domain::{Done, Error};

#[derive(Clone, Debug)]
pub enum FormOutcome {
    /// The form of this server function was refused, and is shown again with what was typed.
    Refused {
        change: &'static str,
        fields: Vec<(String, String)>,
        error: Error,
    },
    Done(Done),
    /// A request that could not be read, or was refused before anybody read it: this takes the place of the screen.
    Failed {
        error: Error,
        is_change: bool,
    },
}

impl FormOutcome {
    /// What led to this page, if a form did. Always nothing in the browser.
    pub fn here() -> Option<Self> {
        leptos::prelude::use_context()
    }
}
