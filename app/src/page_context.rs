//! What every screen knows without asking: who looks at it, and where.

use crate::domain::{PersonId, PersonName, Role, Theme, WorkspaceName};
use serde::{Deserialize, Serialize};

/// The field of every form that says whose page it was filled in on: nobody else sends it.
pub const FILLED_IN_BY: &str = "filled_in_by";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageContext {
    pub id: PersonId,
    pub name: PersonName,
    pub role: Role,
    pub theme: Theme,
    pub workspace: WorkspaceName,
    /// The data is made up, and gone when the server stops.
    pub is_demonstration: bool,
    /// Said once, after a plain form has led here.
    pub said: String,
}
