//! Tokenry's own permissions: what a token can do to Tokenry itself. They stand beside every catalogue and cannot
//! be edited; only admins may give them, and they count only while the owner is one.

use super::{Action, Catalogue, Permission, Resource};

/// What the names of Tokenry's own resources begin with; no other resource may.
pub const OWN_PREFIX: &str = "tokenry";

pub const VERIFY_TOKENS: &str = "tokenry.tokens:verify";
pub const READ_TOKENS: &str = "tokenry.tokens:read";
pub const WRITE_TOKENS: &str = "tokenry.tokens:write";
pub const READ_PEOPLE: &str = "tokenry.people:read";
pub const READ_AUDIT: &str = "tokenry.audit:read";

/// Resource, its label and what it is for, and its actions with their labels.
type Row = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const OWN: [Row; 3] = [
    (
        "tokenry.tokens",
        "Tokenry’s tokens",
        "Verify what callers present, and manage tokens over HTTP.",
        &[("verify", "Verify"), ("read", "Read"), ("write", "Write")],
    ),
    ("tokenry.people", "Tokenry’s people", "List the people of this installation.", &[("read", "Read")]),
    ("tokenry.audit", "Tokenry’s audit log", "Read who did what, and when.", &[("read", "Read")]),
];

/// Tokenry's own permissions, as a catalogue.
pub fn own_catalogue() -> Catalogue {
    let action =
        |(name, label): &(&str, &str)| Action { name: (*name).to_owned(), label: (*label).to_owned() };
    let resource = |(name, label, description, actions): Row| Resource {
        name: name.to_owned(),
        label: label.to_owned(),
        description: description.to_owned(),
        actions: actions.iter().map(action).collect(),
    };
    Catalogue { resources: OWN.into_iter().map(resource).collect() }
}

impl Permission {
    /// Is it a permission on Tokenry itself?
    pub fn is_own(&self) -> bool {
        is_own(self.resource())
    }
}

impl Resource {
    /// Is it a part of Tokenry itself?
    pub fn is_own(&self) -> bool {
        is_own(&self.name)
    }
}

fn is_own(resource: &str) -> bool {
    let rest = resource.strip_prefix(OWN_PREFIX);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Catalogue {
    /// This catalogue, and Tokenry's own permissions after it.
    pub fn with_own(mut self) -> Self {
        self.resources.extend(own_catalogue().resources);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_that_a_door_asks_for_can_be_given() {
        let own = own_catalogue();
        for text in [VERIFY_TOKENS, READ_TOKENS, WRITE_TOKENS, READ_PEOPLE, READ_AUDIT] {
            let permission: Result<Permission, _> = text.parse();
            assert!(permission.is_ok_and(|known| known.is_own() && own.contains(&known)), "{text}");
        }
    }

    #[test]
    fn a_resource_that_only_begins_alike_is_yours() {
        let is_own = |text: &str| text.parse::<Permission>().is_ok_and(|known| known.is_own());
        assert!(is_own("tokenry:read") && is_own("tokenry.x:read"));
        assert!(!is_own("tokenry-clone:read") && !is_own("tokens:read"));
    }
}
