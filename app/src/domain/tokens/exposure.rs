//! Secrets that were found where others can read them: in a repository, a package, a log.

use crate::domain::{
    EXPOSURE_SOURCE_CHARS_MAX, EXPOSURE_URL_CHARS_MAX, TextError, Timestamp, text::visible_line,
};
use serde::{Deserialize, Serialize};

/// When a secret was reported, where it was found, and who said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    pub at: Timestamp,
    /// Empty when unknown, here and below.
    pub url: String,
    pub by: String,
}

/// A report about one secret, which does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct ExposureReport {
    pub secret: String,
    pub url: String,
    pub by: String,
}

/// The part of a report that cannot be kept. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExposureError {
    #[error("{0}")]
    Url(TextError),
    #[error("Write where the secret was found as a URL that begins with https:// or http://.")]
    NoUrl,
    #[error("{0}")]
    Source(TextError),
}

impl ExposureError {
    /// The stable code for scripts.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Url(text) | Self::Source(text) => text.code(),
            Self::NoUrl => "malformed",
        }
    }

    /// The name of the part.
    pub const fn member(&self) -> &'static str {
        match self {
            Self::Url(_) | Self::NoUrl => "url",
            Self::Source(_) => "source",
        }
    }
}

impl ExposureReport {
    /// Checks what is said about a secret. Empty texts mean that it is unknown.
    pub fn parse(secret: String, url: &str, source: &str) -> Result<Self, ExposureError> {
        let url = visible_line(url, EXPOSURE_URL_CHARS_MAX).map_err(ExposureError::Url)?;
        let is_web = ["https://", "http://"]
            .iter()
            .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        if !url.is_empty() && (!is_web || url.contains(' ')) {
            return Err(ExposureError::NoUrl);
        }
        let by = visible_line(source, EXPOSURE_SOURCE_CHARS_MAX).map_err(ExposureError::Source)?;
        Ok(Self { secret, url, by })
    }

    /// The place and the source, as far as none of these secrets stands in them: they are kept and shown.
    pub fn told(&self, secrets: &[&str]) -> (&str, &str) {
        let holds_one = |text: &str| secrets.iter().any(|secret| !secret.is_empty() && text.contains(secret));
        let clean = |text| if holds_one(text) { "" } else { text };
        (clean(&self.url), clean(&self.by))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(url: &str, source: &str) -> Result<ExposureReport, ExposureError> {
        ExposureReport::parse("tkr_x".to_owned(), url, source)
    }

    #[test]
    fn a_place_is_a_url_of_the_web_or_unknown() {
        for right in ["", "https://github.com/a/b", "HTTP://example.com", "https://example.com/é?x=%20"] {
            assert_eq!(report(right, "").map(|report| report.url).as_deref(), Ok(right));
        }
        let long = format!("https://example.com/{}", "x".repeat(EXPOSURE_URL_CHARS_MAX));
        for (wrong, code) in [
            ("javascript:alert(1)", "malformed"),
            ("ftp://example.com", "malformed"),
            ("example.com", "malformed"),
            ("https://example.com/a b", "malformed"),
            ("https://example.com/\u{202e}", "invisible_character"),
            (&long, "too_long"),
        ] {
            let refused = report(wrong, "").err().map(|error| (error.member(), error.code()));
            assert_eq!(refused, Some(("url", code)), "{wrong}");
        }
        assert_eq!(report("", "a\u{7}").err().map(|error| error.member()), Some("source"));
    }

    #[test]
    fn what_is_kept_of_a_report_holds_no_secret() {
        let told = |url: &str, source: &str, secrets: &[&str]| {
            report(url, source).map(|report| {
                let (url, by) = report.told(secrets);
                (url.to_owned(), by.to_owned())
            })
        };
        let url = "https://example.com/?key=tkr_x";
        assert_eq!(told(url, "gitleaks", &["tkr_x"]), Ok((String::new(), "gitleaks".to_owned())));
        assert_eq!(told(url, "tkr_y", &["tkr_z", "tkr_y"]), Ok((url.to_owned(), String::new())));
        assert_eq!(told(url, "gitleaks", &[""]), Ok((url.to_owned(), "gitleaks".to_owned())));
    }
}
