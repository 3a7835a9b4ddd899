//! The relation between tokens that made each other: parents and children.

use crate::domain::{MADE_COUNTED, TokenId, TokenName, grouped};
use serde::{Deserialize, Serialize};

/// Tokens named in the label that asks about them.
const NAMED_MAX: usize = 5;

/// The token that made another one. It may have ended since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    pub id: TokenId,
    pub name: TokenName,
}

/// A parent or a child of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relative {
    pub id: TokenId,
    pub name: TokenName,
    /// Is there still a page to link to?
    pub is_live: bool,
}

/// `Also delete the 3 tokens it created: “A”, “B” and “C”.` Empty when `made` is empty. Above [`MADE_COUNTED`], the
/// count is `more than …`. `it` is the pronoun for their makers: `it` or `they`.
pub fn also_in_words(verb: &str, it: &str, made: &[&str]) -> String {
    let names: Vec<String> = made.iter().take(NAMED_MAX).map(|name| format!("“{name}”")).collect();
    let counted = made.len().min(MADE_COUNTED as usize);
    let names = match (names.as_slice(), made.len() - names.len()) {
        ([], _) => return String::new(),
        ([only], 0) => only.clone(),
        ([init @ .., last], 0) => format!("{} and {last}", init.join(", ")),
        (some, _) => format!("{} and others", some.join(", ")),
    };
    let count = match (made.len() > counted, counted) {
        (true, _) => format!("more than {} tokens", grouped(counted as u64)),
        (false, 1) => "token".to_owned(),
        (false, many) => format!("{} tokens", grouped(many as u64)),
    };
    format!("Also {verb} the {count} {it} created: {names}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_made_is_counted_and_a_few_of_them_are_named() {
        let names: Vec<String> = (0..=MADE_COUNTED).map(|n| format!("T{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for (count, said) in [
            (0, ""),
            (1, "Also delete the token it created: “T0”."),
            (2, "Also delete the 2 tokens it created: “T0” and “T1”."),
            (5, "Also delete the 5 tokens it created: “T0”, “T1”, “T2”, “T3” and “T4”."),
            (6, "Also delete the 6 tokens it created: “T0”, “T1”, “T2”, “T3”, “T4” and others."),
            (
                101,
                "Also delete the more than 100 tokens it created: “T0”, “T1”, “T2”, “T3”, “T4” and others.",
            ),
        ] {
            assert_eq!(also_in_words("delete", "it", &names[..count]), said);
        }
    }
}
