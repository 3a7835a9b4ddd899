//! Names, descriptions and e-mail addresses: text that people type and other people have to recognise.
//!
//! Invisible and direction-changing characters are refused, because two names that look the same must be the
//! same. Names that merely look alike are told apart by the service, which has Unicode's tables.

use super::{
    DESCRIPTION_CHARS_MAX, EMAIL_CHARS_MAX, PASSKEY_NAME_CHARS_MAX, PERSON_NAME_CHARS_MAX,
    TOKEN_NAME_CHARS_MAX, WORKSPACE_NAME_CHARS_MAX,
};
use serde::{Deserialize, Serialize};

/// The reason for refusing a text. Displays as the sentence beside the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("Give the token a name, so that others can tell what it is for.")]
    Empty,
    #[error("Enter a name.")]
    Nameless,
    #[error("Write an e-mail address, as in ada@example.com.")]
    NoEmail,
    #[error("Keep this to {max} characters; it has {actual}.")]
    TooLong { max: usize, actual: usize },
    #[error("This contains a character that cannot be seen (U+{:04X}). Remove it, or type the text again.", *.0 as u32)]
    Invisible(char),
}

impl TextError {
    /// The stable code for scripts.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty | Self::Nameless => "empty",
            Self::NoEmail => "malformed",
            Self::TooLong { .. } => "too_long",
            Self::Invisible(_) => "invisible_character",
        }
    }
}

/// The name of a token: visible text of 1 to [`TOKEN_NAME_CHARS_MAX`] characters, single spaces inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenName(String);

/// The name of a person: visible text of 1 to [`PERSON_NAME_CHARS_MAX`] characters, single spaces inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// The name of a passkey: visible text of 1 to [`PASSKEY_NAME_CHARS_MAX`] characters, single spaces inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PasskeyName(String);

/// An address that a person signs in with: one `@` with something on both sides and no spaces, up to
/// [`EMAIL_CHARS_MAX`] characters (RFC 5321), in any script (RFC 6531). Nothing is ever sent to it, so nothing else is
/// checked. The service decides which spellings are the same address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The purpose of a token: visible text of 0 to [`DESCRIPTION_CHARS_MAX`] characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Description(String);

/// The name of the workspace: visible text of 0 to [`WORKSPACE_NAME_CHARS_MAX`] characters. An empty one stands for the
/// name of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkspaceName(String);

impl WorkspaceName {
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        visible_line(raw, WORKSPACE_NAME_CHARS_MAX).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TokenName {
    /// The file name for its secret: `Billing sync` becomes `billing-sync.token.txt`. Letters outside ASCII stay.
    pub fn file_name(&self) -> String {
        let name = self.0.to_ascii_lowercase();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii();
        let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
        format!("{}.token.txt", plain.trim_matches('-')).trim_start_matches('.').to_owned()
    }

    /// The environment variable for its secret: `Billing sync` becomes `BILLING_SYNC_TOKEN`.
    pub fn variable(&self) -> String {
        let words = self.0.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let name = words.map(str::to_ascii_uppercase).collect::<Vec<_>>().join("_");
        match name.as_bytes().first() {
            None => "API_TOKEN".to_owned(),
            Some(b'0'..=b'9') => format!("TOKEN_{name}"),
            _ if name.ends_with("TOKEN") => name,
            _ => name + "_TOKEN",
        }
    }

    pub fn parse(raw: &str) -> Result<Self, TextError> {
        let text = visible_line(raw, TOKEN_NAME_CHARS_MAX)?;
        if text.is_empty() { Err(TextError::Empty) } else { Ok(Self(text)) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PasskeyName {
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        let text = visible_line(raw, PASSKEY_NAME_CHARS_MAX)?;
        if text.is_empty() { Err(TextError::Nameless) } else { Ok(Self(text)) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonName {
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        let text = visible_line(raw, PERSON_NAME_CHARS_MAX)?;
        if text.is_empty() { Err(TextError::Nameless) } else { Ok(Self(text)) }
    }

    pub(super) fn of_the_operator() -> Self {
        Self("The operator".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Email {
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        let text = visible_line(raw, EMAIL_CHARS_MAX)?;
        match text.split_once('@') {
            Some((before, after))
                if !before.is_empty() && !after.is_empty() && !after.contains('@') && !text.contains(' ') =>
            {
                Ok(Self(text))
            }
            _ => Err(TextError::NoEmail),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Description {
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        visible_line(raw, DESCRIPTION_CHARS_MAX).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A search text without joiners: while it is typed, a joiner may not have anything to join yet.
pub fn without_joiners(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{200C}' | '\u{200D}')).collect()
}

/// Trims, collapses every run of white space into one space, and refuses invisible characters.
pub(super) fn visible_line(raw: &str, max: usize) -> Result<String, TextError> {
    // A text over the limit is not worth the rest of the work.
    let actual = raw.trim().chars().count();
    if actual > max {
        return Err(TextError::TooLong { max, actual });
    }
    let (mut two_before, mut before) = (' ', ' ');
    let mut rest = raw.trim().chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        if is_invisible(c) && !joins(two_before, before, c, after) {
            return Err(TextError::Invisible(c));
        }
        (two_before, before) = (before, c);
    }
    Ok(raw.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Does the script need the joiner here? In Persian and its neighbours, the non-joiner stands between two letters.
/// In Indic scripts, both stand after a virama (RFC 5892, A.1 and A.2). In emoji, the joiner makes one picture of two.
fn joins(two_before: char, before: char, joiner: char, after: char) -> bool {
    let is_arabic = |c| matches!(c, '\u{620}'..='\u{7FF}' | '\u{840}'..='\u{8FF}' | '\u{1807}'..='\u{18AA}');
    let is_picture = |c| matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}');
    let follows_virama = match before {
        '\u{DCA}' | '\u{1039}' | '\u{103A}' | '\u{17D2}' => true,
        // Nine scripts, from Devanagari to Malayalam, have their virama at the same offset in their block.
        '\u{900}'..='\u{D7F}' => before as u32 % 0x80 == 0x4D,
        _ => false,
    };
    let picture_before = is_picture(before) || before == '\u{FE0F}' && is_picture(two_before);
    match joiner {
        '\u{200C}' => follows_virama || is_arabic(before) && is_arabic(after),
        '\u{200D}' => follows_virama || picture_before && is_picture(after),
        _ => false,
    }
}

/// Control, format, filler and tag characters: they have no ink of their own, or reorder that of others.
/// (Unicode's general categories Cc, Cf, Zl, Zp, Co and noncharacters, the letters that render as nothing, and
/// U+FFFD, which marks text that was damaged in transit.)
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{0600}'..='\u{0605}' | '\u{061C}' | '\u{06DD}' | '\u{070F}'
            | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}'
            | '\u{3164}' | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFD}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{10FFFF}')
        || (c as u32) & 0xFFFE == 0xFFFE
}

macro_rules! plain_text {
    ($type:ty) => {
        impl TryFrom<String> for $type {
            type Error = TextError;
            fn try_from(raw: String) -> Result<Self, TextError> {
                Self::parse(&raw)
            }
        }
        impl From<$type> for String {
            fn from(text: $type) -> String {
                text.0
            }
        }
    };
}
plain_text!(TokenName);
plain_text!(Description);
plain_text!(PersonName);
plain_text!(PasskeyName);
plain_text!(Email);
plain_text!(WorkspaceName);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_blank_name_is_refused() {
        for raw in ["", " ", "\t", "\u{00A0}\u{2003}", "\n\n"] {
            assert_eq!(TokenName::parse(raw), Err(TextError::Empty), "{raw:?}");
        }
    }

    #[test]
    fn a_name_of_ten_thousand_characters_is_refused_with_both_numbers() {
        let refused = TokenName::parse(&"x".repeat(10_000)).map_err(|e| e.to_string());
        assert_eq!(refused, Err("Keep this to 80 characters; it has 10000.".to_owned()));
    }

    #[test]
    fn the_longest_name_fits_in_any_script() {
        assert!(TokenName::parse(&"é".repeat(TOKEN_NAME_CHARS_MAX)).is_ok());
        assert!(TokenName::parse(&"漢".repeat(TOKEN_NAME_CHARS_MAX + 1)).is_err());
    }

    #[test]
    fn characters_that_cannot_be_seen_are_refused_by_number() {
        for hidden in ['\0', '\u{1b}', '\u{7f}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{e0041}']
        {
            let raw = format!("a{hidden}b");
            assert_eq!(TokenName::parse(&raw), Err(TextError::Invisible(hidden)), "{raw:?}");
            assert_eq!(Description::parse(&raw), Err(TextError::Invisible(hidden)), "{raw:?}");
        }
        assert!(TextError::Invisible('\u{202e}').to_string().contains("U+202E"));
    }

    #[test]
    fn joiners_are_taken_where_a_script_needs_them_and_refused_elsewhere() {
        for written in [
            "می\u{200c}خواهم",
            "کتاب\u{200c}ها 2",
            "क्\u{200d}ष",
            "क्\u{200c}ष",
            "ශ්\u{200d}රී ලංකා",
            "ക്\u{200d}",
            "👩\u{200d}💻 laptop",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦",
            "👩🏽\u{200d}🚀",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}\u{200d}🔥",
            "🏴\u{200d}☠\u{fe0f}",
        ] {
            assert_eq!(TokenName::parse(written).map(String::from), Ok(written.to_owned()), "{written:?}");
            assert!(Description::parse(written).is_ok(), "{written:?}");
        }
        for hidden in [
            "a\u{200d}b",
            "a\u{200c}b",
            "\u{200d}",
            "\u{200d}💻",
            "💻\u{200d}",
            "💻\u{200d} 💻",
            "💻\u{200d}a",
            "a\u{fe0f}\u{200d}💻",
            "👩\u{200d}\u{200d}💻",
            "👩\u{200c}💻",
            "می\u{200d}خواهم",
            "می\u{200c}",
            "می\u{200c}\u{200c}خواهم",
            "क\u{200d}ष",
            "a\u{200b}b",
        ] {
            let refused = TokenName::parse(hidden);
            assert!(matches!(refused, Err(TextError::Invisible(_))), "{hidden:?}");
        }
    }

    #[test]
    fn a_file_is_called_as_its_token() {
        for (name, file) in [
            ("Billing sync", "billing-sync."),
            ("../../etc", "etc."),
            ("東京 API", "東京-api."),
            ("\"*?:", ""),
        ] {
            let called = TokenName::parse(name).map(|name| name.file_name());
            assert_eq!(called, Ok(format!("{file}token.txt")));
        }
    }

    #[test]
    fn a_variable_is_called_as_its_token() {
        for (name, variable) in [
            ("Billing sync", "BILLING_SYNC_TOKEN"),
            ("Storefront (production)", "STOREFRONT_PRODUCTION_TOKEN"),
            ("Deploy token", "DEPLOY_TOKEN"),
            ("2nd backup", "TOKEN_2ND_BACKUP"),
            ("東京", "API_TOKEN"),
        ] {
            let called = TokenName::parse(name).map(|name| name.variable());
            assert_eq!(called, Ok(variable.to_owned()));
        }
    }

    #[test]
    fn spaces_are_trimmed_and_collapsed() {
        let name = TokenName::parse("  Billing \u{00A0} sync ").map(String::from);
        assert_eq!(name, Ok("Billing sync".to_owned()));
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_what_it_accepts_it_accepts_again(raw in "\\PC*|.{0,400}") {
            if let Ok(name) = TokenName::parse(&raw) {
                prop_assert_eq!(TokenName::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(name.as_str().chars().count() <= TOKEN_NAME_CHARS_MAX);
            }
        }
    }
}
