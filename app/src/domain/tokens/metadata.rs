//! Metadata: a small flat map that a team's own programs read with every verdict, such as `env: prod`.

use crate::domain::{
    Field, FieldError, METADATA_KEY_CHARS_MAX, METADATA_MAX, METADATA_VALUE_CHARS_MAX, text::visible_line,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Keys with their values, as lines `key: value` in the order of the keys. The text parses again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(Box<str>);

/// Changes to single keys: a new value, or none, which removes the key.
pub type MetadataPatch = BTreeMap<String, Option<String>>;

impl Metadata {
    /// Reads one entry from each line: `env: prod`. Empty lines are allowed, and so is an empty value.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let mut entries: Vec<(&str, String)> = Vec::new();
        for line in raw.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let Some((key, value)) = line.split_once(':') else {
                return Err(refuse("malformed", format!("“{}” has no colon: write env: prod.", short(line))));
            };
            let (key, value) = (key.trim(), entry(key.trim(), value)?);
            if entries.iter().any(|(other, _)| *other == key) {
                return Err(refuse("duplicate", format!("“{key}” is here twice.")));
            }
            entries.push((key, value));
        }
        if entries.len() > METADATA_MAX {
            return Err(refuse("too_many", format!("{METADATA_MAX} entries are the most.")));
        }
        entries.sort_unstable();
        Ok(Self(entries.iter().map(|(key, value)| written(key, value)).collect::<String>().into()))
    }

    /// Checks one entry, and writes it as a line that [`Self::parse`] reads.
    pub fn line(key: &str, value: &str) -> Result<String, FieldError> {
        Ok(written(key, &entry(key, value)?))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.lines().filter_map(|line| line.split_once(": "))
    }

    /// The text of this map with these changes, unchecked.
    pub fn patched(&self, patch: &MetadataPatch) -> String {
        let kept = self.iter().filter(|(key, _)| !patch.contains_key(*key));
        let new = patch.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_deref()?)));
        kept.chain(new).map(|(key, value)| written(key, value)).collect()
    }
}

fn written(key: &str, value: &str) -> String {
    format!("{key}: {value}\n")
}

/// The value, if it and its key are allowed.
fn entry(key: &str, value: &str) -> Result<String, FieldError> {
    if !is_key(key) {
        let detail = format!(
            "“{}” cannot be a key: a key is 1 to {METADATA_KEY_CHARS_MAX} of a-z, 0-9, _ - and ., and begins with a \
             letter.",
            short(key)
        );
        return Err(refuse("malformed", detail));
    }
    visible_line(value, METADATA_VALUE_CHARS_MAX)
        .map_err(|error| refuse(error.code(), format!("{key}: {error}")))
}

fn is_key(text: &str) -> bool {
    let is_inside = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.');
    text.len() <= METADATA_KEY_CHARS_MAX
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(is_inside)
}

fn short(text: &str) -> String {
    text.chars().take(METADATA_KEY_CHARS_MAX).collect()
}

fn refuse(code: &str, detail: String) -> FieldError {
    FieldError::new(Field::Metadata, code, detail)
}

/// Selects what has a key, with this value if one is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataFilter {
    pub key: String,
    pub value: Option<String>,
}

impl MetadataFilter {
    /// The sentence for everything that [`Self::parse`] does not read.
    pub const SHAPE: &'static str = "A filter by metadata is written key:value, as in env:prod, or only key.";

    /// Reads `env:prod`, or `env` for any value.
    pub fn parse(text: &str) -> Option<Self> {
        let (key, value) = match text.split_once(':') {
            Some((key, value)) => (key.trim(), Some(visible_line(value, METADATA_VALUE_CHARS_MAX).ok()?)),
            None => (text.trim(), None),
        };
        is_key(key).then(|| Self { key: key.to_owned(), value })
    }

    pub fn fits(&self, metadata: &Metadata) -> bool {
        let mut entries = metadata.iter();
        entries
            .any(|(key, value)| key == self.key && self.value.as_deref().is_none_or(|asked| asked == value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(raw: &str) -> Result<String, String> {
        Metadata::parse(raw).map(|metadata| metadata.as_str().to_owned()).map_err(|wrong| wrong.code)
    }

    #[test]
    fn lines_are_read_in_any_order_and_written_in_one() {
        let text = "team:  Pay  ments \r\n\n env : prod\nurl: https://example.com/a:b\nempty:";
        let expected = "empty: \nenv: prod\nteam: Pay ments\nurl: https://example.com/a:b\n";
        assert_eq!(parsed(text).as_deref(), Ok(expected));
        assert_eq!(parsed(expected).as_deref(), Ok(expected));
        assert_eq!(parsed(" \n").as_deref(), Ok(""));
    }

    #[test]
    fn what_is_no_entry_is_refused() {
        let many: String = (0..=METADATA_MAX).map(|n| format!("key{n}: x\n")).collect();
        for (raw, code) in [
            ("env", "malformed"),
            (": prod", "malformed"),
            ("Env: prod", "malformed"),
            ("1st: prod", "malformed"),
            ("e nv: prod", "malformed"),
            ("é: prod", "malformed"),
            (&format!("{}: x", "k".repeat(METADATA_KEY_CHARS_MAX + 1)), "malformed"),
            ("env: prod\nenv: test", "duplicate"),
            ("env: a\u{202e}b", "invisible_character"),
            (&format!("env: {}", "x".repeat(METADATA_VALUE_CHARS_MAX + 1)), "too_long"),
            (&many, "too_many"),
        ] {
            assert_eq!(parsed(raw), Err(code.to_owned()), "{raw}");
        }
        assert!(parsed(&format!("{}: {}", "k".repeat(40), "é".repeat(200))).is_ok());
    }

    #[test]
    fn a_patch_sets_removes_and_leaves_the_rest() {
        let metadata = Metadata::parse("env: prod\nteam: pay").unwrap_or_default();
        let patch =
            [("env".to_owned(), Some("test".to_owned())), ("team".to_owned(), None), ("x".to_owned(), None)];
        assert_eq!(metadata.patched(&patch.into()), "env: test\n");
        assert_eq!(metadata.patched(&MetadataPatch::new()), metadata.as_str());
    }

    #[test]
    fn a_filter_names_a_key_and_perhaps_its_value() {
        let filter = |text: &str| MetadataFilter::parse(text).map(|filter| (filter.key, filter.value));
        assert_eq!(filter("env:prod"), Some(("env".into(), Some("prod".into()))));
        assert_eq!(filter(" env : a:b "), Some(("env".into(), Some("a:b".into()))));
        assert_eq!(filter("env:"), Some(("env".into(), Some(String::new()))));
        assert_eq!(filter("env"), Some(("env".into(), None)));
        let metadata = Metadata::parse("env: prod").unwrap_or_default();
        for (text, is_so) in [("env:prod", true), ("env", true), ("env:test", false), ("team", false)] {
            assert_eq!(MetadataFilter::parse(text).map(|f| f.fits(&metadata)), Some(is_so), "{text}");
        }
        for wrong in ["", ":prod", "Env:prod", "env prod"] {
            assert_eq!(filter(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_reads_back_the_same(raw in "([a-z]{1,3} ?: ?.{0,12}\n){0,6}") {
            if let Ok(metadata) = Metadata::parse(&raw) {
                prop_assert_eq!(Metadata::parse(metadata.as_str()), Ok(metadata.clone()));
                prop_assert_eq!(metadata.iter().count(), metadata.as_str().lines().count());
            }
        }
    }
}
