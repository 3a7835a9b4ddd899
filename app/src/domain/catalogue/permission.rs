//! A permission is `resource:action`. A token may do what its set of permissions allows; the empty set allows nothing.

use crate::domain::{Catalogue, PERMISSION_WORD_CHARS_MAX};
use serde::{Deserialize, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// One right, `resource:action`: each word 1 to [`PERMISSION_WORD_CHARS_MAX`] of `a-z 0-9 _ - .`, beginning
/// with a letter. There is no wildcard: a permission means one thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Permission {
    text: String,
    colon: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A permission is written resource:action, in lower case.")]
pub struct PermissionError;

/// Is this a word that can name a resource or an action?
pub(in crate::domain) fn is_word(word: &str) -> bool {
    word.len() <= PERMISSION_WORD_CHARS_MAX
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.".contains(&b))
}

impl Permission {
    pub fn resource(&self) -> &str {
        &self.text[..self.colon]
    }

    pub fn action(&self) -> &str {
        &self.text[self.colon + 1..]
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for Permission {
    type Error = PermissionError;
    fn try_from(text: String) -> Result<Self, PermissionError> {
        match text.split_once(':') {
            Some((resource, action)) if is_word(resource) && is_word(action) => {
                let colon = resource.len();
                Ok(Self { text, colon })
            }
            _ => Err(PermissionError),
        }
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The permissions of a token, in alphabetical order and without repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Permission>")]
pub struct PermissionSet(Vec<Permission>);

impl PermissionSet {
    pub fn iter(&self) -> impl Iterator<Item = &Permission> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, permission: &Permission) -> bool {
        self.0.binary_search(permission).is_ok()
    }

    /// `projects:read webhooks:write`, as the set is stored and logged.
    pub fn to_line(&self) -> String {
        self.0.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ")
    }

    /// A description of what these permissions allow: `read projects and billing, and write webhooks`.
    /// `None` for the empty set. Permissions that the catalogue does not know are named as they are written.
    pub fn in_words(&self, catalogue: &Catalogue) -> Option<String> {
        let mut verbs: Vec<(String, Vec<String>)> = Vec::new();
        for permission in catalogue.order(self) {
            let (verb, noun) = catalogue.words_for(permission);
            match verbs.iter_mut().find(|(known, _)| *known == verb) {
                Some((_, nouns)) => nouns.push(noun),
                None => verbs.push((verb, vec![noun])),
            }
        }
        let clauses: Vec<String> =
            verbs.into_iter().map(|(verb, nouns)| format!("{verb} {}", list(&nouns, " and "))).collect();
        (!clauses.is_empty()).then(|| list(&clauses, ", and "))
    }
}

/// `a`, `a and b`, `a, b and c`.
fn list(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [init @ .., tail] => format!("{}{last}{tail}", init.join(", ")),
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::default();
        for permission in permissions {
            if let Err(place) = set.0.binary_search(&permission) {
                set.0.insert(place, permission);
            }
        }
        set
    }
}

impl From<Vec<Permission>> for PermissionSet {
    fn from(permissions: Vec<Permission>) -> Self {
        permissions.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_permission_has_a_resource_and_an_action() {
        let permission: Result<Permission, _> = "tokenry.tokens:verify".parse();
        assert_eq!(permission.as_ref().map(Permission::resource), Ok("tokenry.tokens"));
        assert_eq!(permission.as_ref().map(Permission::action), Ok("verify"));
    }

    #[test]
    fn anything_else_is_refused() {
        let long = format!("{}:read", "a".repeat(PERMISSION_WORD_CHARS_MAX + 1));
        for text in [
            "",
            ":",
            "projects",
            "projects:",
            ":read",
            "projects:*",
            "*",
            "Projects:read",
            "projects:read ",
            " projects:read",
            "projects:read:all",
            "projects read",
            "1projects:read",
            "prôjects:read",
            "projects:re\u{0}ad",
            "projects：read",
            &long,
        ] {
            assert_eq!(text.parse::<Permission>(), Err(PermissionError), "{text:?}");
        }
    }

    #[test]
    fn no_permission_is_said_by_silence() {
        assert_eq!(PermissionSet::default().in_words(&Catalogue::default()), None);
    }

    proptest! {
        #[test]
        fn what_parses_is_written_back_unchanged(text in "[a-z][a-z0-9_.-]{0,20}:[a-z][a-z0-9_.-]{0,20}") {
            let permission: Permission = text.parse()?;
            prop_assert_eq!(format!("{}:{}", permission.resource(), permission.action()), text.clone());
            prop_assert_eq!(permission.as_str(), text);
        }

        #[test]
        fn parsing_never_panics(text in ".{0,200}") {
            let _ = text.parse::<Permission>();
        }
    }
}
