//! Comparison of names and addresses: by look, by search text, and by place in a list. All of it needs Unicode's
//! tables, so it is here and not in the domain: the browser does not load them.

use crate::domain::{EMAIL_CHARS_MAX, TokenFilter};
use icu_collator::{
    Collator, CollatorBorrowed, CollatorPreferences, options::CollatorOptions,
    preferences::CollationNumericOrdering,
};
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Version of the keys in this file. It grows when they change, also by a new version of Unicode's tables; the store
/// then rewrites the keys of all rows (`a_new_version_of_the_tables_is_noticed`).
pub const NAMES_VERSION: i64 = 1;
/// Longest sort key, in bytes. Names that differ only beyond it are in no particular order.
const SORT_KEY_BYTES_MAX: usize = 400;
/// Shorter text is searched for only where words begin: anywhere, it would be everywhere.
const ANYWHERE_CHARS_MIN: usize = 3;
/// A needle that no text contains: U+10FFFF is not a character.
const NOWHERE: &str = "\u{10FFFF}\u{10FFFF}\u{10FFFF}";

/// The key that two names share if a person could take one for the other. It ignores letter case, whether accents are
/// composed, joiners, and the differences between the look-alikes of Unicode Technical Standard 39 (`skeleton`).
pub fn look_key(name: &str) -> String {
    let seen: String = name.to_lowercase().chars().filter(|c| !is_joiner(*c)).collect();
    unicode_security::skeleton(&seen).collect::<String>().to_lowercase()
}

/// The key that names are sorted by, byte by byte: the order of Unicode (UTS 10, root), in which letter case and
/// accents count only between names that are the same without them. Numbers are sorted by their value.
pub fn sort_key(name: &str) -> Vec<u8> {
    let mut key = Vec::new();
    match LazyLock::force(&COLLATOR) {
        Some(collator) => {
            let Ok(()) = collator.write_sort_key_to(name, &mut key);
        }
        None => key.extend(folded(name).bytes()),
    }
    key.truncate(SORT_KEY_BYTES_MAX);
    key
}

/// The data is part of the program, so there is always one.
static COLLATOR: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
    let mut preferences = CollatorPreferences::default();
    preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    Collator::try_new(preferences, CollatorOptions::default()).ok()
});

/// The text that searches look into: each word of a name and a description with two spaces in front, so that the
/// beginning of a word is text like any other. Signs, and letters of scripts without spaces, are words of their own, so
/// that one of them is found wherever it stands.
pub fn search_text(name: &str, description: &str) -> String {
    in_words(&folded(&format!("{name} {description}")))
}

/// The text to look for in the [`search_text`] of a token; `None` without a search.
pub fn needle(filter: &TokenFilter) -> Option<String> {
    let search = filter.search.as_ref().filter(|search| !search.trim().is_empty())?;
    let words = in_words(&folded(search));
    let typed = words.trim_start();
    let is_short = typed.chars().count() < ANYWHERE_CHARS_MIN;
    Some(if words.is_empty() {
        // Only invisible characters were typed, which is not the same as no search.
        NOWHERE.to_owned()
    } else if is_short {
        words
    } else {
        typed.to_owned()
    })
}

fn in_words(folded: &str) -> String {
    let mut words = String::with_capacity(folded.len() + folded.len() / 2);
    // Whether the next letter continues the word before it, and whether a mark can belong to what is before it.
    let (mut goes_on, mut is_marked) = (false, false);
    for c in folded.chars() {
        if c.is_whitespace() {
            (goes_on, is_marked) = (false, false);
            continue;
        }
        if !(is_marked && is_combining_mark(c)) {
            let is_word = stands_alone(c);
            if is_word || !goes_on {
                words.push_str("  ");
            }
            (goes_on, is_marked) = (!is_word, true);
        }
        words.push(c);
    }
    words
}

/// Whether a character is a word of its own. Signs are, and letters of Thai, Lao, Burmese, Khmer, Chinese, Japanese and
/// Korean.
fn stands_alone(c: char) -> bool {
    !c.is_alphanumeric()
        || matches!(c,
            '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{2E80}'..='\u{A4CF}'
            | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Text without the differences that a search ignores: letter case in every script (`ß` is `ss`), whether accents are
/// composed, widths, joiners, and the dots of the Turkish letters i. Folding it again changes nothing.
pub fn folded(text: &str) -> String {
    let text = without_case(&without_case(text));
    let mut base = ' ';
    let kept = text.nfkd().filter(|c| {
        if !is_combining_mark(*c) {
            base = *c;
        }
        !(is_joiner(*c) || *c == '\u{307}' && base == 'i')
    });
    kept.nfc().collect()
}

/// Lower, upper and lower case again, so that letters meet even where only one of them has the other case. This is
/// Unicode's full folding, and takes the dotless i for an i.
fn without_case(text: &str) -> String {
    let down = text.nfkd().flat_map(char::to_lowercase);
    down.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// Whether a character joins or separates its neighbours, or chooses how they are drawn, and has no ink of its own.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}')
}

/// The key that two spellings of an e-mail address share: the domain as browsers and mail servers write it (UTS 46),
/// and all of it without letter case, composed. Text that is not an address has a key, too, which nobody has.
pub fn email_key(typed: &str) -> String {
    let typed: String = typed.trim().chars().filter(|c| !c.is_control()).take(EMAIL_CHARS_MAX).collect();
    let lower: String = typed.to_lowercase().nfc().collect();
    match lower.rsplit_once('@') {
        Some((local, domain)) => {
            let ascii = idna::domain_to_ascii(domain).ok().filter(|ascii| !ascii.is_empty());
            format!("{local}@{}", ascii.as_deref().unwrap_or(domain))
        }
        None => lower,
    }
}

#[cfg(test)]
mod tests;
