//! The catalogue: the permissions that a token can have.

mod changes;
mod holders;
mod own_permissions;
mod permission;
mod resource;
mod resource_form;

pub use changes::{HoldersData, PermissionsData, Removal, ResourceEdit, ResourceRemoval, ResourceToEdit};
pub use holders::{Held, Holder, Holders, tokens_in_words};
pub use own_permissions::{
    READ_AUDIT, READ_PEOPLE, READ_TOKENS, READ_WEBHOOKS, VERIFY_TOKENS, WRITE_ALL_TOKENS, WRITE_PEOPLE,
    WRITE_TOKENS, WRITE_WEBHOOKS, own_catalogue,
};
pub use permission::{Permission, PermissionError, PermissionSet};
pub use resource::{
    Action, CATALOGUE_OF_A_FILE, Catalogue, CatalogueError, Resource, WHEN_REMOVED, is_reserved, label_of,
};
pub use resource_form::{ResourceForm, actions_in_lines};
