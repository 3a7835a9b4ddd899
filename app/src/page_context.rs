//! What every screen knows without asking: who looks at it, and where.

use crate::domain::{PersonName, Role, Theme, WorkspaceName};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageContext {
    pub name: PersonName,
    pub role: Role,
    pub theme: Theme,
    pub workspace: WorkspaceName,
    /// The data is made up, and gone when the server stops.
    pub is_demonstration: bool,
    /// Where this installation is reached.
    pub origin: String,
    /// Said once, after a plain form has led here.
    pub said: String,
}
