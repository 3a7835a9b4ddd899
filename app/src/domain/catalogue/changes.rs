//! Changes of the catalogue: what the screen of permissions and its prompts show, and what their forms send.

use crate::domain::{Catalogue, Held, Holders, Permission, Resource, ResourceForm};
use serde::{Deserialize, Serialize};

/// The catalogue, and who holds what of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionsData {
    pub catalogue: Catalogue,
    /// By the tokens that exist for whoever looks.
    pub held: Held,
    /// It is read from a file, and changed there.
    pub is_of_a_file: bool,
}

/// The tokens that hold a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldersData {
    pub permission: Permission,
    pub holders: Holders,
}

/// A resource, the version that a change of it begins from, and who holds something of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceToEdit {
    pub resource: Resource,
    pub version: String,
    pub holders: Holders,
}

/// What is about to leave the catalogue, and who holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub permissions: Vec<Permission>,
    pub holders: Holders,
}

impl Removal {
    /// All of a resource.
    pub fn of(about: &ResourceToEdit) -> Self {
        let permissions = about.resource.permissions().map(|(_, permission)| permission).collect();
        Self { permissions, holders: about.holders.clone() }
    }

    /// The names of the actions, as a form that means them sends them.
    pub fn names(&self) -> String {
        self.permissions.iter().map(Permission::action).collect::<Vec<_>>().join(" ")
    }
}

/// A resource that is changed, as the form of the edit sends it. Its name never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceEdit {
    pub name: String,
    /// The version that it begins from.
    pub version: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub actions: String,
    /// The names of the actions that may go, once that has been asked.
    #[serde(default)]
    pub removing: String,
}

impl ResourceEdit {
    pub fn form(&self) -> ResourceForm {
        let Self { name, label, description, actions, .. } = self.clone();
        ResourceForm { name, label, description, actions }
    }
}

/// A resource that is removed, as it was looked at when it had this version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceRemoval {
    pub name: String,
    pub version: String,
}
