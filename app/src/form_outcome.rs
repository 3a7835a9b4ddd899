//! The outcome of a plain form post. The server puts it into the context of the page that answers. Such a page is
//! complete in itself and is not hydrated, so a secret appears nowhere but in its text.

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
    /// A request that could not be read, or was refused unread. The error takes the place of the screen.
    Failed {
        error: Error,
        is_change: bool,
    },
}

impl FormOutcome {
    /// The outcome of the form that led to this page, if any. Always `None` in the browser.
    pub fn here() -> Option<Self> {
        leptos::prelude::use_context()
    }
}
