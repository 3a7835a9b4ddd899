//! The conditions of a request: `If-Match`, `If-None-Match` and `Idempotency-Key`. Also the extractor of the token id
//! in a path.

use crate::rest::problem::Problem;
use crate::state::AppState;
use app::{
    domain::{Error, IDEMPOTENCY_KEY_CHARS_MAX, IfMatch, TokenId},
    service::Terms,
};
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use std::convert::Infallible;

/// A version as a strong ETag (RFC 9110, section 8.8.3).
pub fn etag(version: i64) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("\"{version}\"")).ok()
}

/// Codings that compressing proxies and servers append to an ETag: `"2-gzip"`, `"2--gzip"`, `"2;br"`.
const CODINGS: [&str; 8] = ["gzip", "x-gzip", "br", "zstd", "deflate", "compress", "dcb", "dcz"];
const SEPARATORS: [char; 6] = ['-', ';', ':', '+', '_', '.'];

/// The terms of a change: its precondition and its idempotency key, both optional.
pub fn terms(headers: &HeaderMap) -> Result<Terms<'_>, Problem> {
    Ok(Terms { if_match: if_match(headers)?, key: idempotency_key(headers)? })
}

/// [`terms`] for a change that has to name a version: without `If-Match`, it is refused (428).
pub fn terms_with_version(headers: &HeaderMap) -> Result<Terms<'_>, Problem> {
    match terms(headers)? {
        Terms { if_match: IfMatch::Absent, .. } => Err(Problem::new(Error::VersionNeeded, headers)),
        terms => Ok(terms),
    }
}

/// The versions that a change may begin from. Several header lines are one list (RFC 9110, section 5.3).
fn if_match(headers: &HeaderMap) -> Result<IfMatch, Problem> {
    let lines: Vec<&str> =
        headers.get_all(header::IF_MATCH).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    if lines.is_empty() {
        return Ok(IfMatch::Absent);
    }
    let text = lines.join(",");
    let tags: Vec<&str> = text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).collect();
    let read = match *tags {
        [] => Err("If-Match is empty. Send the ETag that the token was read with, as in \"3\"."),
        ["*"] => Ok(IfMatch::Exists),
        _ => tags.iter().map(|tag| version(tag)).collect::<Result<_, _>>().map(IfMatch::Versions),
    };
    read.map_err(|detail| Problem::fault(headers, "If-Match", "malformed", detail))
}

/// The version in one of our ETags, even if a proxy has changed it. The error is a sentence about the fault.
fn version(tag: &str) -> Result<i64, &'static str> {
    if tag == "*" {
        return Err("* stands alone, without other ETags beside it.");
    }
    let Some(opaque) = opaque(tag) else {
        return Err("An ETag stands in double quotes, as in \"3\". Send it as it was received.");
    };
    match opaque.parse::<i64>().ok().filter(|version| *version > 0 && version.to_string() == opaque) {
        Some(version) => Ok(version),
        None if opaque.starts_with(|c: char| ('1'..='9').contains(&c)) => Err(
            "Something on the way has changed this ETag, which was a number in double quotes, as in \"3\". Send that.",
        ),
        None => Err("This is not the ETag of a token: that is a number in double quotes, as in \"3\"."),
    }
}

/// The text of an ETag, weak or strong, without its quotes and without a content coding that was appended to it. `None`
/// if it is not in quotes.
fn opaque(tag: &str) -> Option<&str> {
    let strong = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag);
    let opaque = strong.strip_prefix('"')?.strip_suffix('"')?;
    let without = |coding: &&str| {
        let rest = opaque.strip_suffix(*coding)?;
        let bare = rest.trim_end_matches(SEPARATORS);
        (!bare.is_empty() && (1..=2).contains(&(rest.len() - bare.len()))).then_some(bare)
    };
    // The longest coding wins: `x-gzip` ends like `gzip`.
    Some(CODINGS.iter().filter_map(without).min_by_key(|bare| bare.len()).unwrap_or(opaque))
}

/// Does the client lack the version with this ETag, as far as `If-None-Match` says (RFC 9110, section 13.1.2)?
pub fn none_matches(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let ours = tag.to_str().ok().and_then(opaque);
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    !lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|theirs| theirs == "*" || (ours.is_some() && opaque(theirs) == ours))
}

/// The key that the caller has chosen for this request, if any.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let name = HeaderName::from_static("idempotency-key");
    let Some(key) = once(headers, &name)? else { return Ok(None) };
    let fits = (1..=IDEMPOTENCY_KEY_CHARS_MAX).contains(&key.len());
    if fits && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Some(key));
    }
    let detail = format!("A key is 1 to {IDEMPOTENCY_KEY_CHARS_MAX} visible characters of ASCII.");
    Err(Problem::fault(headers, "Idempotency-Key", "malformed", detail))
}

/// A header that may occur once at most. A value that is not text is read as empty, which is just as wrong.
fn once<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => Ok(Some(only.to_str().unwrap_or_default())),
        (Some(_), Some(_)) => Err(Problem::new(Error::Malformed, headers)),
    }
}

/// Extractor of the token id in the path. An invalid id matches no token, but only callers who may ask are told so.
pub struct TokenAt(Result<TokenId, Error>);

impl TokenAt {
    pub fn id(&self, headers: &HeaderMap) -> Result<TokenId, Problem> {
        self.0.clone().map_err(|error| Problem::new(error, headers))
    }
}

impl FromRequestParts<AppState> for TokenAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(path.map_err(|_| Error::NotFound).and_then(|Path(id)| id.parse())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&'static str]) -> Option<IfMatch> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::IF_MATCH, HeaderValue::from_static(line));
        }
        if_match(&headers).ok()
    }

    #[test]
    fn our_own_tag_is_understood_however_it_comes_back() {
        for tag in [
            "\"2\"",
            "W/\"2\"",
            "w/\"2\"",
            " \"2\" ",
            "\"2-gzip\"",
            "\"2--gzip\"",
            "\"2;gzip\"",
            "\"2-br\"",
            "\"2;br\"",
            "W/\"2-br\"",
            "\"2-x-gzip\"",
            "\"2:zstd\"",
            "\"2-deflate\"",
            "\"2\",",
            "\"2\" , ",
        ] {
            assert_eq!(said(&[tag]), Some(IfMatch::Versions(vec![2])), "{tag}");
        }
        assert_eq!(said(&["\"1\", W/\"12-gzip\",\"3\""]), Some(IfMatch::Versions(vec![1, 12, 3])));
        assert_eq!(
            said(&["\"1\"", "\"2\""]),
            Some(IfMatch::Versions(vec![1, 2])),
            "several lines are one list"
        );
        assert_eq!(said(&["*"]), Some(IfMatch::Exists));
        assert_eq!(said(&[]), Some(IfMatch::Absent));
    }

    #[test]
    fn what_is_no_tag_of_ours_is_never_taken_for_a_version() {
        for tag in [
            "",
            ",",
            "2",
            "W/2",
            "\"2",
            "2\"",
            "\"\"",
            "\"two\"",
            "\"02\"",
            "\"+2\"",
            "\"-2\"",
            "\"2-\"",
            "\"2gzip\"",
            "\"2-draft\"",
            "\"-gzip\"",
            "\"2---gzip\"",
            "\"2 \"",
            "\"2\" \"3\"",
            "*, \"2\"",
            "\"2\", two",
            "\"99999999999999999999\"",
        ] {
            assert_eq!(said(&[tag]), None, "{tag}");
        }
    }

    #[test]
    fn a_reader_who_has_it_is_not_sent_it_again() {
        let tag = HeaderValue::from_static("\"a1b2\"");
        for (line, is_had) in [
            ("\"a1b2\"", true),
            ("W/\"a1b2\"", true),
            ("\"x\", \"a1b2-gzip\"", true),
            ("*", true),
            ("\"a1b3\"", false),
            ("a1b2", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(line))]);
            assert_eq!(none_matches(&headers, &tag), !is_had, "{line}");
        }
    }
}
