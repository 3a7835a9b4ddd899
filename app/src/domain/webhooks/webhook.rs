//! A webhook, what it wants to hear, and how sending to it goes.

use crate::domain::{EventKind, Timestamp, WebhookId};
use serde::{Deserialize, Serialize};

/// The kinds of events that a webhook hears of. Displays as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard(Vec<String>);

/// Stands for every kind in forms and in the HTTP API.
const EVERYTHING: &str = "*";

impl Heard {
    /// As it is stored: names separated by spaces, the empty text for everything.
    pub fn stored(text: &str) -> Self {
        Self(text.split_whitespace().map(str::to_owned).collect())
    }

    /// `None` if a kind is not known, or there is none.
    pub fn parse(kinds: &[String]) -> Option<Self> {
        if kinds.iter().any(|kind| kind == EVERYTHING) {
            return Some(Self(Vec::new()));
        }
        let is_known = |kind: &String| EventKind::from_name(kind).is_some();
        (!kinds.is_empty() && kinds.iter().all(is_known)).then(|| {
            let in_order = EventKind::ALL.iter().map(|kind| kind.as_str().to_owned());
            Self(in_order.filter(|kind| kinds.contains(kind)).collect())
        })
    }

    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    pub fn hears(&self, kind: &str) -> bool {
        self.is_everything() || self.0.iter().any(|heard| heard == kind)
    }

    pub fn as_stored(&self) -> String {
        self.0.join(" ")
    }

    /// As forms and the HTTP API have it: `*` is everything.
    pub fn as_sent(&self) -> Vec<String> {
        if self.is_everything() { vec![EVERYTHING.to_owned()] } else { self.0.clone() }
    }

    pub fn in_words(&self) -> String {
        match self.0.as_slice() {
            [] => "Everything, in order".to_owned(),
            [one] => one.clone(),
            many => format!("{} kinds of events", many.len()),
        }
    }
}

/// How sending goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The last line of the audit log that it has, or passed over.
    pub line: i64,
    /// Attempts in a row that failed.
    pub failures: u32,
    pub failing_since: Option<Timestamp>,
    /// What went wrong the last time.
    pub trouble: String,
    pub paused_at: Option<Timestamp>,
    /// Was it paused by Tokenry, since every attempt has failed for days?
    pub given_up: bool,
}

/// In one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    Active,
    Failing,
    Paused,
    GivenUp,
}

impl WebhookState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Failing => "Failing",
            Self::Paused => "Paused",
            Self::GivenUp => "Given up",
        }
    }

    /// The name in the HTTP API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Failing => "failing",
            Self::Paused => "paused",
            Self::GivenUp => "given_up",
        }
    }

    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Active => "Everything was delivered.",
            Self::Failing => "The last attempt failed. It is repeated, and later events wait for it.",
            Self::Paused => "Nothing is sent. Events wait until it is resumed.",
            Self::GivenUp => {
                "Nothing is sent, since every attempt failed for three days. Events wait until it is resumed."
            }
        }
    }
}

/// A URL that events are sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    pub id: WebhookId,
    pub name: String,
    pub url: String,
    pub heard: Heard,
    pub created_at: Timestamp,
    pub version: i64,
    pub sending: Sending,
}

impl Webhook {
    pub fn state(&self) -> WebhookState {
        match self.sending {
            Sending { given_up: true, paused_at: Some(_), .. } => WebhookState::GivenUp,
            Sending { paused_at: Some(_), .. } => WebhookState::Paused,
            Sending { failures: 1.., .. } => WebhookState::Failing,
            _ => WebhookState::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_webhook_hears_is_read_as_it_was_written() {
        let list = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>();
        let some = Heard::parse(&list(&["token.rotated", "token.created"]));
        assert_eq!(some.as_ref().map(Heard::as_stored), Some("token.created token.rotated".to_owned()));
        assert_eq!(some.as_ref().map(|some| Heard::stored(&some.as_stored())), some);
        assert_eq!(
            some.map(|some| (some.hears("token.created"), some.hears("refused"))),
            Some((true, false))
        );
        let all = Heard::parse(&list(&["*", "token.created"]));
        assert_eq!(
            all.as_ref().map(|all| (all.as_stored(), all.as_sent())),
            Some((String::new(), list(&["*"])))
        );
        assert!(all.is_some_and(|all| all.hears("of.a.later.version")));
        assert_eq!((Heard::parse(&[]), Heard::parse(&list(&["token.made"]))), (None, None));
    }
}
