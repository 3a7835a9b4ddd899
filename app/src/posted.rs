//! What the post of a plain form led to. The server puts it into the context of the page that answers; such
//! a page is complete in itself and is not hydrated, so that a secret is nowhere but in its text.

use crate::domain::{Created, Error, TokenForm};

#[derive(Clone, Debug)]
pub enum Posted {
    /// A token form that was refused, to be shown again with what was typed. The version is the one that the
    /// next attempt begins from.
    Refused { form: Box<TokenForm>, version: i64, error: Error },
    /// A token that was made: the one response that shows its secret.
    Created(Box<Created>),
}

impl Posted {
    /// What led to this page, if a form did. Always nothing in the browser.
    pub fn here() -> Option<Self> {
        crate::api::posted()
    }
}
