//! The holders of a permission, shown before one is removed from the catalogue.

use crate::domain::{COUNT_MAX, Catalogue, Owner, Permission, TokenId, TokenName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A live token in a list of the holders of a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub id: TokenId,
    pub name: TokenName,
    pub owner: Owner,
}

/// The newest tokens that hold a permission, and the number of all. It is exact up to [`COUNT_MAX`]; a greater one only
/// means more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holders {
    pub first: Vec<Holder>,
    pub count: u64,
}

/// For each permission that is held, the number of live tokens that hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held(BTreeMap<Permission, u64>);

impl Held {
    pub fn count(&self, permission: &Permission) -> u64 {
        self.0.get(permission).copied().unwrap_or_default()
    }

    /// Permissions that can no longer be given, but that tokens still have.
    pub fn outside(&self, catalogue: &Catalogue) -> Vec<(Permission, u64)> {
        let gone = self.0.iter().filter(|(p, _)| !p.is_own() && !catalogue.contains(p));
        gone.map(|(permission, count)| (permission.clone(), *count)).collect()
    }
}

impl FromIterator<(Permission, u64)> for Held {
    fn from_iter<I: IntoIterator<Item = (Permission, u64)>>(counts: I) -> Self {
        Self(counts.into_iter().filter(|(_, count)| *count > 0).collect())
    }
}

/// `0 tokens`, `1 token`, `12 tokens`, `1,000+ tokens`.
pub fn tokens_in_words(count: u64) -> String {
    match count {
        1 => "1 token".to_owned(),
        many if many > COUNT_MAX => "1,000+ tokens".to_owned(),
        many => format!("{many} tokens"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_left_the_catalogue_is_told_from_what_is_tokenrys_own() {
        let counts = ["ghosts:summon", "tokenry.audit:read", "walls:pass"];
        let counts = counts.iter().filter_map(|p| p.parse().ok()).zip([2, 1, 0]);
        let held: Held = counts.collect();
        let outside: Vec<_> = held.outside(&Catalogue::default());
        assert_eq!(outside.iter().map(|(p, n)| (p.as_str(), *n)).collect::<Vec<_>>(), [("ghosts:summon", 2)]);
    }

    #[test]
    fn tokens_are_counted_in_words() {
        assert_eq!(
            [0, 1, 2, 1_000, 1_001].map(tokens_in_words).join(", "),
            "0 tokens, 1 token, 2 tokens, 1000 tokens, 1,000+ tokens"
        );
    }
}
