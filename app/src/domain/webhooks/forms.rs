//! The data of the pages about webhooks, and their forms.

use super::{Delivery, Heard, Webhook, is_public};
use crate::domain::{
    Error, Field, FieldError, TOKEN_NAME_CHARS_MAX, TextError, Timestamp, text::visible_line,
};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv6Addr};

/// Longest URL, in bytes.
const URL_BYTES_MAX: usize = 2_000;

/// The data of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhooksData {
    pub webhooks: Vec<Webhook>,
}

/// The data of the page of one webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookData {
    pub webhook: Webhook,
    /// The last ones, the newest line first.
    pub deliveries: Vec<Delivery>,
    /// How many lines of the audit log it has not got yet.
    pub behind: i64,
    pub now: Timestamp,
}

/// A new webhook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookForm {
    pub name: String,
    pub url: String,
    /// Names of kinds; `*` is everything.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// A changed webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookEdit {
    pub id: String,
    pub version: i64,
    pub name: String,
    pub url: String,
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Ticked: nothing is sent.
    #[serde(default)]
    pub paused: String,
}

/// A form about a webhook with no other fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AboutWebhook {
    pub id: String,
}

/// A delivery to repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendAgain {
    pub id: String,
    pub line: i64,
}

/// What a form asks for, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookTerms {
    pub name: String,
    pub url: String,
    pub heard: Heard,
}

impl WebhookEdit {
    pub fn form(&self) -> WebhookForm {
        WebhookForm { name: self.name.clone(), url: self.url.clone(), kinds: self.kinds.clone() }
    }
}

impl WebhookForm {
    /// Checks all fields. Where addresses are not `private_too`, URLs begin with https and name a host on the internet.
    pub fn parse(&self, private_too: bool) -> Result<WebhookTerms, Error> {
        let mut errors = Vec::new();
        let name = visible_line(&self.name, TOKEN_NAME_CHARS_MAX);
        let name = name.and_then(|name| if name.is_empty() { Err(TextError::Nameless) } else { Ok(name) });
        let name = name.unwrap_or_else(|error| {
            errors.push(FieldError::new(Field::Name, error.code(), error.to_string()));
            String::new()
        });
        let url = self.url.trim();
        if let Err((code, why)) = check_url(url, private_too) {
            errors.push(FieldError::new(Field::Url, code, why.to_owned()));
        }
        let heard = Heard::parse(&self.kinds).unwrap_or_else(|| {
            let why = "Choose everything, or at least one kind of event.".to_owned();
            errors.push(FieldError::new(Field::Kinds, "empty", why));
            Heard::stored("")
        });
        if !errors.is_empty() {
            return Err(Error::Invalid { errors });
        }
        Ok(WebhookTerms { name, url: url.to_owned(), heard })
    }
}

/// What can be told without asking for the addresses of a name. They are looked at with every message.
fn check_url(url: &str, private_too: bool) -> Result<(), (&'static str, &'static str)> {
    const SHAPE: &str = "Write a URL, as in https://example.com/hooks/tokenry.";
    let (scheme, rest) = url.split_once("://").ok_or(("malformed", SHAPE))?;
    let is_plain = url.len() <= URL_BYTES_MAX && url.chars().all(|c| c.is_ascii_graphic());
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !is_plain || !matches!(scheme, "http" | "https") || authority.is_empty() || url.contains('#') {
        return Err(("malformed", SHAPE));
    }
    if authority.contains(['@', '\\']) {
        return Err(("credentials", "Leave names and passwords out: messages are signed instead."));
    }
    if private_too {
        return Ok(());
    }
    if scheme == "http" {
        return Err((
            "unencrypted",
            "Begin with https. Only where --allow-private-webhooks is set can events leave in the clear.",
        ));
    }
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let address = host.parse::<IpAddr>().or_else(|_| host.parse::<Ipv6Addr>().map(IpAddr::V6));
    let is_inside =
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| !is_public(address));
    if is_inside {
        return Err((
            "private",
            "This is an address inside of a network. The operator can allow them with --allow-private-webhooks.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_to_the_internet_by_https_or_says_why_not() {
        let code = |url: &str, private_too| check_url(url, private_too).err().map(|(code, _)| code);
        for url in [
            "https://example.com",
            "https://example.com:8443/a?b=c",
            "https://1.1.1.1/x",
            "https://[2606:4700::1]/",
        ] {
            assert_eq!(code(url, false), None, "{url}");
        }
        for (url, wrong) in [
            ("", "malformed"),
            ("example.com", "malformed"),
            ("ftp://example.com", "malformed"),
            ("https://", "malformed"),
            ("https://a b", "malformed"),
            ("https://example.com/#x", "malformed"),
            ("https://ada:hush@example.com", "credentials"),
            ("http://example.com", "unencrypted"),
            ("https://localhost:3000", "private"),
            ("https://127.0.0.1", "private"),
            ("https://169.254.169.254/latest", "private"),
            ("https://[::1]:8080/", "private"),
        ] {
            assert_eq!(code(url, false), Some(wrong), "{url}");
        }
        assert_eq!(
            (code("http://127.0.0.1:8080/x", true), code("https://a@b", true)),
            (None, Some("credentials"))
        );
    }
}
