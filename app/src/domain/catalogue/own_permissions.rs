//! Tokenry's own permissions, which let a token use Tokenry itself. They always exist, and are not part of the
//! catalogue that people edit. The rule about who may give them is elsewhere.

use crate::domain::{Action, Catalogue, Permission, Resource, is_reserved};

pub const VERIFY_TOKENS: &str = "tokenry.tokens:verify";
pub const READ_TOKENS: &str = "tokenry.tokens:read";
pub const WRITE_TOKENS: &str = "tokenry.tokens:write";
pub const WRITE_ALL_TOKENS: &str = "tokenry.tokens:write-all";
pub const READ_PEOPLE: &str = "tokenry.people:read";
pub const WRITE_PEOPLE: &str = "tokenry.people:write";
pub const READ_AUDIT: &str = "tokenry.audit:read";
pub const READ_WEBHOOKS: &str = "tokenry.webhooks:read";
pub const WRITE_WEBHOOKS: &str = "tokenry.webhooks:write";

/// The name of an action, its label, and a description of what it allows.
type OwnAction = (&'static str, &'static str, &'static str);

/// The resources: name, label, a caution about giving it, and actions.
const OWN: [(&str, &str, &str, &[OwnAction]); 4] = [
    (
        "tokenry.tokens",
        "Tokenry’s tokens",
        "“Write all” changes other people’s tokens: whoever has the secret can rotate them, and act in these people’s names.",
        &[
            ("verify", "Verify", "Ask whether a secret is valid, and what it may do"),
            ("read", "Read", "List tokens and read their details, but never their secrets"),
            ("write", "Write", "Create, change, rotate, disable and delete tokens of the same owner"),
            (
                "write-all",
                "Write all",
                "Beside Write: change, rotate, disable and delete other people’s tokens, too",
            ),
        ],
    ),
    (
        "tokenry.people",
        "Tokenry’s people",
        "“Write” decides what everybody’s tokens can do.",
        &[
            ("read", "Read", "List people, groups and service accounts, and what they may give"),
            ("write", "Write", "Make groups and service accounts, and change what accounts may give"),
        ],
    ),
    ("tokenry.audit", "Tokenry’s audit log", "", &[("read", "Read", "Read the audit log")]),
    (
        "tokenry.webhooks",
        "Tokenry’s webhooks",
        "“Write” sends the audit log wherever the holder of the secret wants.",
        &[
            ("read", "Read", "List webhooks and the last messages to each"),
            ("write", "Write", "Create and delete webhooks, and send messages again"),
        ],
    ),
];

/// Tokenry's own permissions, in the shape of a catalogue.
pub fn own_catalogue() -> Catalogue {
    let resources = OWN.iter().map(|(name, label, description, actions)| Resource {
        name: (*name).to_owned(),
        label: (*label).to_owned(),
        description: (*description).to_owned(),
        actions: actions
            .iter()
            .map(|(name, label, _)| Action { name: (*name).to_owned(), label: (*label).to_owned() })
            .collect(),
    });
    Catalogue { resources: resources.collect() }
}

impl Resource {
    /// Is it one of Tokenry's own resources?
    pub fn is_own(&self) -> bool {
        is_reserved(&self.name)
    }
}

impl Catalogue {
    /// This catalogue, followed by Tokenry's own permissions.
    #[must_use]
    pub fn with_own(mut self) -> Self {
        self.resources.extend(own_catalogue().resources);
        self
    }
}

impl Permission {
    /// Is it about Tokenry itself? Every reserved name counts, including those without a meaning yet.
    pub fn is_own(&self) -> bool {
        is_reserved(self.resource())
    }

    /// The description of one of Tokenry's own permissions; `None` for any other.
    pub fn allows(&self) -> Option<&'static str> {
        let (.., actions) = OWN.iter().find(|(name, ..)| *name == self.resource())?;
        actions.iter().find(|(name, ..)| *name == self.action()).map(|(_, _, allows)| *allows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_named_as_the_contract_names_them_and_each_says_what_it_allows() {
        let own: Vec<Permission> =
            own_catalogue().resources.iter().flat_map(|r| r.permissions().map(|(_, p)| p)).collect();
        let names: Vec<&str> = own.iter().map(Permission::as_str).collect();
        assert_eq!(
            names,
            [
                VERIFY_TOKENS,
                READ_TOKENS,
                WRITE_TOKENS,
                WRITE_ALL_TOKENS,
                READ_PEOPLE,
                WRITE_PEOPLE,
                READ_AUDIT,
                READ_WEBHOOKS,
                WRITE_WEBHOOKS
            ]
        );
        assert!(own.iter().all(|p| p.is_own() && p.allows().is_some()));
    }

    #[test]
    fn what_could_be_taken_for_one_of_them_counts_as_one() {
        let own = |text: &str| text.parse::<Permission>().map(|p| (p.is_own(), p.allows()));
        for text in ["tokenry:read", "tokenry.tokens:destroy", "tokenry_tokens:read", "tokenryx:read"] {
            assert_eq!(own(text), Ok((true, None)), "{text}");
        }
        for text in ["projects:read", "my.tokenry:read", "projects:tokenry"] {
            assert_eq!(own(text), Ok((false, None)), "{text}");
        }
    }
}
