//! The catalogue: the resources and actions of *your* API that permissions are made of.

use crate::domain::catalogue::permission::is_word;
use crate::domain::{
    ACTIONS_MAX, Description, LABEL_CHARS_MAX, PERMISSION_WORD_CHARS_MAX, Permission, PermissionSet,
    RESOURCES_MAX,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All resources, in the order in which people see them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    pub resources: Vec<Resource>,
}

/// A kind of thing in your API: `projects`, shown as “Projects”.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub name: String,
    pub label: String,
    #[serde(default)]
    pub description: String,
    pub actions: Vec<Action>,
}

/// An action on a resource: `read`, shown as “Read”.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    pub name: String,
    pub label: String,
}

/// The refusal to change a catalogue that is read from a file.
pub const CATALOGUE_OF_A_FILE: &str = "This catalogue is read from a file at every start (--catalogue). Change the \
    file, and start Tokenry again.";

/// The consequence for tokens when a permission leaves the catalogue.
pub const WHEN_REMOVED: &str = "It can no longer be assigned. Tokens that have it keep it, and services still accept it, \
    until you edit the token and remove it.";

/// Is it one of the names of resources reserved for Tokenry's own permissions?
pub fn is_reserved(name: &str) -> bool {
    name.starts_with("tokenry")
}

/// The label for a name without one: `audit_log` is shown as “Audit log”.
pub fn label_of(name: &str) -> String {
    let words = name.replace(['_', '-', '.'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The reason for refusing a catalogue. Displays as a sentence that names the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    #[error("The catalogue has no resources; it needs at least one.")]
    Empty,
    #[error("The catalogue has {0} resources; at most {RESOURCES_MAX} fit.")]
    TooManyResources(usize),
    #[error(
        "“{0}” is not a usable name: 1 to {PERMISSION_WORD_CHARS_MAX} of a-z, 0-9, _, - and ., a letter first."
    )]
    Name(String),
    #[error("“{0}” is not a usable name: those that begin with “tokenry” are for Tokenry’s own permissions.")]
    Reserved(String),
    #[error("“{0}” stands in the catalogue twice.")]
    Twice(String),
    #[error("The resource “{resource}” has {actual} actions; it needs 1 to {ACTIONS_MAX}.")]
    Actions { resource: String, actual: usize },
    #[error(
        "The label or description of “{0}” is empty, longer than {LABEL_CHARS_MAX} characters, or has a character that cannot be seen."
    )]
    Label(String),
}

impl Catalogue {
    /// Is every name usable and unique, every label readable, and everything within its limit?
    pub fn check(&self) -> Result<(), CatalogueError> {
        if self.resources.is_empty() {
            return Err(CatalogueError::Empty);
        }
        if self.resources.len() > RESOURCES_MAX {
            return Err(CatalogueError::TooManyResources(self.resources.len()));
        }
        let mut seen = BTreeSet::new();
        for resource in &self.resources {
            check_name(&resource.name, &resource.name, &mut seen)?;
            if is_reserved(&resource.name) {
                return Err(CatalogueError::Reserved(resource.name.clone()));
            }
            check_label(&resource.name, &resource.label, 1)?;
            check_label(&resource.name, &resource.description, 0)?;
            if !(1..=ACTIONS_MAX).contains(&resource.actions.len()) {
                return Err(CatalogueError::Actions {
                    resource: resource.name.clone(),
                    actual: resource.actions.len(),
                });
            }
            for action in &resource.actions {
                let full = format!("{}:{}", resource.name, action.name);
                check_name(&action.name, &full, &mut seen)?;
                check_label(&full, &action.label, 1)?;
            }
        }
        Ok(())
    }

    pub fn contains(&self, permission: &Permission) -> bool {
        self.find(permission).is_some()
    }

    fn find(&self, permission: &Permission) -> Option<(&Resource, &Action)> {
        let resource = self.resources.iter().find(|r| r.name == permission.resource())?;
        let action = resource.actions.iter().find(|a| a.name == permission.action())?;
        Some((resource, action))
    }

    /// The permissions of a set, action by action in the catalogue's order; those it does not know come last.
    pub(in crate::domain) fn order<'a>(&self, set: &'a PermissionSet) -> Vec<&'a Permission> {
        let known =
            (0..ACTIONS_MAX).flat_map(|at| self.resources.iter().map(move |r| (r, r.actions.get(at))));
        let known = known.filter_map(|(resource, action)| {
            set.iter().find(|p| {
                p.resource() == resource.name && Some(p.action()) == action.map(|a| a.name.as_str())
            })
        });
        known.chain(set.iter().filter(|p| !self.contains(p))).collect()
    }

    /// The verb and the noun for a permission. Labels are in lower case, except for those with Tokenry's name.
    pub(in crate::domain) fn words_for(&self, permission: &Permission) -> (String, String) {
        match self.find(permission) {
            Some((resource, action)) if resource.is_own() => {
                (action.label.to_ascii_lowercase(), resource.label.clone())
            }
            Some((resource, action)) => {
                (action.label.to_ascii_lowercase(), resource.label.to_ascii_lowercase())
            }
            None => (permission.action().to_owned(), permission.resource().to_owned()),
        }
    }
}

fn check_name(name: &str, full: &str, seen: &mut BTreeSet<String>) -> Result<(), CatalogueError> {
    if !is_word(name) {
        return Err(CatalogueError::Name(name.to_owned()));
    }
    if seen.insert(full.to_owned()) { Ok(()) } else { Err(CatalogueError::Twice(full.to_owned())) }
}

fn check_label(of: &str, label: &str, min: usize) -> Result<(), CatalogueError> {
    let fits = (min..=LABEL_CHARS_MAX).contains(&label.trim().chars().count());
    if fits && Description::parse(label).is_ok() { Ok(()) } else { Err(CatalogueError::Label(of.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(name: &str, actions: &[&str]) -> Resource {
        let actions = actions.iter().map(|a| Action { name: (*a).to_owned(), label: capital(a) }).collect();
        Resource { name: name.to_owned(), label: capital(name), description: String::new(), actions }
    }

    fn capital(word: &str) -> String {
        word.get(..1).unwrap_or("").to_uppercase() + word.get(1..).unwrap_or("")
    }

    fn catalogue() -> Catalogue {
        let names = ["projects", "members", "billing", "webhooks"];
        Catalogue { resources: names.iter().map(|n| resource(n, &["read", "write"])).collect() }
    }

    fn words(permissions: &[&str]) -> Option<String> {
        let set: PermissionSet = permissions.iter().filter_map(|p| p.parse().ok()).collect();
        set.in_words(&catalogue())
    }

    #[test]
    fn permissions_are_said_in_plain_words() {
        assert_eq!(words(&["projects:read"]).as_deref(), Some("read projects"));
        assert_eq!(words(&["billing:read", "projects:read"]).as_deref(), Some("read projects and billing"));
        assert_eq!(
            words(&["webhooks:write", "projects:read", "members:read", "billing:read"]).as_deref(),
            Some("read projects, members and billing, and write webhooks")
        );
    }

    #[test]
    fn tokenrys_own_permissions_are_said_by_name() {
        let set = ["tokenry.tokens:verify", "projects:read"].iter().filter_map(|p| p.parse().ok());
        let words = set.collect::<PermissionSet>().in_words(&catalogue().with_own());
        assert_eq!(words.as_deref(), Some("read projects, and verify Tokenry’s tokens"));
    }

    #[test]
    fn a_permission_that_left_the_catalogue_is_still_named() {
        assert_eq!(
            words(&["ghosts:summon", "projects:read"]).as_deref(),
            Some("read projects, and summon ghosts")
        );
    }

    #[test]
    fn a_catalogue_says_which_of_its_names_is_wrong() {
        let with = |r: Resource| Catalogue { resources: vec![resource("projects", &["read"]), r] };
        assert_eq!(catalogue().check(), Ok(()));
        assert_eq!(Catalogue::default().check(), Err(CatalogueError::Empty));
        assert_eq!(with(resource("Bad", &["read"])).check(), Err(CatalogueError::Name("Bad".into())));
        let reserved = with(resource("tokenry.tokens", &["read"])).check();
        assert_eq!(reserved, Err(CatalogueError::Reserved("tokenry.tokens".into())));
        assert_eq!(
            with(resource("projects", &["read"])).check(),
            Err(CatalogueError::Twice("projects".into()))
        );
        assert_eq!(
            with(resource("a", &["read", "read"])).check(),
            Err(CatalogueError::Twice("a:read".into()))
        );
        assert!(matches!(with(resource("a", &[])).check(), Err(CatalogueError::Actions { actual: 0, .. })));
        let silent = Resource { label: " ".into(), ..resource("a", &["read"]) };
        assert_eq!(with(silent).check(), Err(CatalogueError::Label("a".into())));
    }
}
