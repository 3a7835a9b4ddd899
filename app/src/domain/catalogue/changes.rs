//! Changes of the catalogue: the data of the Permissions screen and its prompts, and their forms.

use crate::domain::{Catalogue, Held, Holders, Permission, Resource, ResourceForm};
use serde::{Deserialize, Serialize};

/// The catalogue, and how many tokens hold its permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionsData {
    pub catalogue: Catalogue,
    /// Counts the tokens that the viewer can see.
    pub held: Held,
    /// The catalogue is read from a file, and changed there.
    pub is_of_a_file: bool,
}

/// The tokens that hold a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldersData {
    pub permission: Permission,
    pub holders: Holders,
}

/// A resource, the version that a change of it begins from, and the tokens that hold a permission of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceToEdit {
    pub resource: Resource,
    pub version: String,
    pub holders: Holders,
}

/// The permissions that are about to leave the catalogue, and the tokens that hold them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub permissions: Vec<Permission>,
    pub holders: Holders,
}

impl Removal {
    /// The removal of a whole resource.
    pub fn of(about: &ResourceToEdit) -> Self {
        let permissions = about.resource.permissions().map(|(_, permission)| permission).collect();
        Self { permissions, holders: about.holders.clone() }
    }

    /// The names of the actions, as a form sends them to confirm their removal.
    pub fn names(&self) -> String {
        self.permissions.iter().map(Permission::action).collect::<Vec<_>>().join(" ")
    }
}

/// A changed resource, as the form sends it. Its name never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceEdit {
    pub name: String,
    /// The version that the edit begins from.
    pub version: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub actions: String,
    /// The names of the actions that may go, once their removal is confirmed.
    #[serde(default)]
    pub removing: String,
}

impl ResourceEdit {
    pub fn form(&self) -> ResourceForm {
        let Self { name, label, description, actions, .. } = self.clone();
        ResourceForm { name, label, description, actions }
    }
}

/// A resource to remove, and the version that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceRemoval {
    pub name: String,
    pub version: String,
}
