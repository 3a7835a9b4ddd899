//! What every screen knows without asking: who looks at it, and where.

use crate::domain::{PersonId, Role, Theme};
use serde::{Deserialize, Serialize};

/// The field of every form that says whose page it was filled in on: nobody else sends it.
pub const FILLED_IN_BY: &str = "filled_in_by";

/// The header of what a page asks for by itself, while nobody may be there.
pub const UNATTENDED: &str = "x-unattended";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageContext {
    /// Nobody’s where the browser could not read it.
    pub id: Option<PersonId>,
    pub name: String,
    pub role: Role,
    pub theme: Theme,
    /// What the workspace is called; empty if it has no name.
    pub workspace: String,
    /// The data is made up, and gone when the server stops.
    pub is_demonstration: bool,
    /// Where this installation is reached.
    pub origin: String,
    /// Said once, after a plain form has led here.
    pub said: String,
    /// How this browser shows tables and times, in words.
    pub view: String,
}

/// Of somebody who can do nothing.
impl Default for PageContext {
    fn default() -> Self {
        let (name, workspace, said, view) = (String::new(), String::new(), String::new(), String::new());
        let (role, theme, origin) = (Role::Viewer, Theme::System, String::new());
        Self { id: None, name, role, theme, workspace, origin, is_demonstration: false, said, view }
    }
}

impl PageContext {
    /// Does this word hold for how tables and times are shown?
    pub fn shows(&self, word: &str) -> bool {
        self.view.split(' ').any(|one| one == word)
    }

    /// Of the request, on the server; in the browser what the server has written into the head of the page.
    pub fn here() -> Self {
        #[cfg(feature = "ssr")]
        return leptos::prelude::expect_context();
        #[cfg(not(feature = "ssr"))]
        crate::client::page_context()
    }
}
