//! The settings by which one browser shows tables and times: a list of words, of which only those below are known.

/// `compact` gives rows of one line, `exact` gives moments instead of ages, `no-…` hides a column of the token table.
const WORDS: [&str; 7] =
    ["compact", "exact", "no-secret", "no-permissions", "no-used", "no-expires", "no-owner"];

/// The known words among those that a browser sent, each once: `compact.no-owner` becomes `compact no-owner`.
pub fn view_of(brought: &str) -> String {
    let is_there = |word: &&str| brought.split('.').any(|one| one == *word);
    WORDS.into_iter().filter(is_there).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_of_a_view_are_taken() {
        for (brought, view) in [
            ("", ""),
            ("compact", "compact"),
            ("no-owner.compact.no-owner", "compact no-owner"),
            ("exact.dark.\"><script>", "exact"),
            ("compact exact", ""),
        ] {
            assert_eq!(view_of(brought), view);
        }
    }
}
