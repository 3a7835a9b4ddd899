//! The context that every screen has without a request: the current person, and the installation.

use crate::domain::{PersonId, Role, Theme};
use serde::{Deserialize, Serialize};

/// The field of every form that names the person whose page it was filled in on, so that nobody else sends it.
pub const FILLED_IN_BY: &str = "filled_in_by";

/// The header of requests that a page makes by itself, possibly while nobody is there.
pub const UNATTENDED: &str = "x-unattended";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageContext {
    /// `None` where the browser could not read the context.
    pub id: Option<PersonId>,
    pub name: String,
    pub role: Role,
    pub theme: Theme,
    /// The name of the workspace; empty if it has none.
    pub workspace: String,
    /// The data is made up, and gone when the server stops.
    pub is_demonstration: bool,
    /// The origin under which this installation is reached.
    pub origin: String,
    /// A message shown once, after a plain form has led here.
    pub said: String,
    /// The display settings for tables and times in this browser, as words separated by spaces.
    pub view: String,
}

/// The context of a person who can do nothing.
impl Default for PageContext {
    fn default() -> Self {
        let (name, workspace, said, view) = (String::new(), String::new(), String::new(), String::new());
        let (role, theme, origin) = (Role::Viewer, Theme::System, String::new());
        Self { id: None, name, role, theme, workspace, origin, is_demonstration: false, said, view }
    }
}

impl PageContext {
    /// Whether this word is among the display settings for tables and times.
    pub fn shows(&self, word: &str) -> bool {
        self.view.split(' ').any(|one| one == word)
    }

    /// The context of the request on the server; in the browser, the one that the server wrote into the head of the
    /// page.
    pub fn here() -> Self {
        #[cfg(feature = "ssr")]
        return leptos::prelude::expect_context();
        #[cfg(not(feature = "ssr"))]
        crate::client::page_context()
    }
}
