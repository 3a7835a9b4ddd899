//! The details of an event, in words.

use crate::domain::{AuditLine, LogLine, Timestamp, days_in_words};
use serde_json::{Map, Value};

impl From<AuditLine> for LogLine {
    fn from(line: AuditLine) -> Self {
        let (who, what) = (line.who(), line.in_words());
        let details = line.details_in_words().unwrap_or_default();
        let AuditLine { at, actor_email: email, target_name: target, address, request_id, .. } = line;
        Self { at, who, email, what, target, details, address, request_id }
    }
}

impl AuditLine {
    /// The details as one line: `Expires 11 Dec 2026; description: nothing → For releases`. `None` when there are none.
    pub fn details_in_words(&self) -> Option<String> {
        let Ok(Value::Object(details)) = serde_json::from_str(&self.details) else { return None };
        let words = match (details.get("before"), details.get("after")) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => after
                .iter()
                .filter(|(key, value)| before.get(*key) != Some(value))
                .map(|(key, value)| changed(key, before.get(key).unwrap_or(&Value::Null), value))
                .collect::<Vec<_>>(),
            (Some(before), Some(after)) => {
                let change = format!("{} → {}", plain("", before), plain("", after));
                std::iter::once(change).chain(self.others(&details)).collect()
            }
            _ => self.others(&details),
        };
        // Neither has a line of its own to read its name from.
        let name = details.get("resource").or(details.get("webhook"));
        if let Some(name) = name.map(|name| plain("", name)) {
            return Some(std::iter::once(name).chain(words).collect::<Vec<_>>().join("; "));
        }
        // Names and roles stay as they are written.
        let is_quoted = details.get("after").is_some_and(Value::is_string);
        let words = words.join("; ");
        (!words.is_empty()).then(|| if is_quoted { words } else { capitalised(&words) })
    }

    /// The details that are not a change. Names are left out, because they already stand before the details. So are
    /// values with parts of their own, which are for programs.
    fn others(&self, details: &Map<String, Value>) -> Vec<String> {
        let said =
            details.iter().filter(|(key, value)| !self.is_said_elsewhere(key, value) && is_plain(value));
        let mut words: Vec<String> = said.map(|(key, value)| self.said(key, value)).collect();
        let metadata = details.get("metadata").and_then(Value::as_object);
        words.extend(
            metadata
                .into_iter()
                .flatten()
                .map(|(key, value)| format!("metadata {key}: {}", plain("", value))),
        );
        let part = |name| details.get(name).filter(|value| is_plain(value)).map(|value| plain("", value));
        if let (Some(from), Some(to)) = (part("from"), part("to")) {
            words.retain(|word| !word.starts_with("from ") && !word.starts_with("to "));
            words.insert(0, format!("from {from} to {to}"));
        }
        words
    }

    fn is_said_elsewhere(&self, key: &str, value: &Value) -> bool {
        let text = value.as_str().unwrap_or_default();
        match key {
            "name" | "resource" | "webhook" | "before" | "after" | "request" => true,
            "token" => text == self.target_name || self.token.is_some_and(|id| id.to_string() == text),
            "person" => self.person.is_some_and(|id| id.to_string() == text),
            _ => false,
        }
    }

    fn said(&self, key: &str, value: &Value) -> String {
        let seconds = value.as_i64().unwrap_or_default();
        let text = plain(key, value);
        match key {
            "expires_at" => format!("expires {text}"),
            "overlap_seconds" if seconds == 0 => "the old secret stopped working at once".to_owned(),
            "overlap_seconds" => format!("old secret works for {} more", span(seconds)),
            "quiet_seconds" if self.kind == "token.old_secret_ended" => {
                format!("unused for {}", span(seconds))
            }
            "quiet_seconds" => format!("stops earlier if unused for {}", span(seconds)),
            "wait_seconds" => format!("has to wait {}", span(seconds)),
            "days" => format!("{} left", days_in_words(u32::try_from(seconds).unwrap_or_default())),
            "notices" | "network" => text,
            "new_device" => "from a new device".to_owned(),
            "count" if seconds == 1 => "once".to_owned(),
            "count" => format!("{text} times"),
            "tokens" if seconds == 1 => "1 token".to_owned(),
            "tokens" => format!("{text} tokens"),
            "since" | "from" | "to" | "without" | "lost" | "kept" => format!("{key} {text}"),
            "wanted" => wanted(&text),
            "was_named" => format!("was named {text}"),
            "line" => format!("line {text}"),
            "last_line" => format!("up to line {text}"),
            "lines" if seconds == 1 => "1 line".to_owned(),
            "lines" => format!("{text} lines"),
            "arrives" => format!("now {text}"),
            "was" => format!("the secret was {text}"),
            "works_again" => "it works again".to_owned(),
            "tokens_disabled" => format!("disabled {text}"),
            "with_token" => format!("by token {text}"),
            _ => format!("{}: {text}", named(key)),
        }
    }
}

/// A detail with its value before and after.
fn changed(key: &str, before: &Value, after: &Value) -> String {
    if let ("permissions", Value::Array(before), Value::Array(after)) = (key, before, after) {
        let only = |some: &[Value], others: &[Value]| {
            let only = some.iter().filter(|one| !others.contains(one)).map(|one| plain(key, one));
            only.collect::<Vec<_>>().join(" ")
        };
        let (added, removed) = (only(after, before), only(before, after));
        let said =
            [("added", added), ("removed", removed)].into_iter().filter(|(_, names)| !names.is_empty());
        return said.map(|(verb, names)| format!("{verb} {names}")).collect::<Vec<_>>().join("; ");
    }
    if let ("metadata", Value::Object(before), Value::Object(after)) = (key, before, after) {
        let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
        let changes = keys.filter(|key| before.get(*key) != after.get(*key)).map(|key| {
            let value =
                |side: &Map<String, Value>| side.get(key).map_or_else(|| "none".to_owned(), |v| plain("", v));
            format!("metadata {key}: {} → {}", value(before), value(after))
        });
        return changes.collect::<Vec<_>>().join("; ");
    }
    format!("{}: {} → {}", named(key), plain(key, before), plain(key, after))
}

/// The name of a detail, for people.
fn named(key: &str) -> String {
    match key {
        "expires_at" => "expiry".to_owned(),
        "lifetime_days" => "longest lifetime".to_owned(),
        "idle_days" => "idle after".to_owned(),
        "undo_days" => "deleted tokens can be restored for".to_owned(),
        "prefix" => "prefix of secrets".to_owned(),
        "hint" => "secret".to_owned(),
        "url" => "URL".to_owned(),
        "sha256" => "SHA-256 of the file".to_owned(),
        other => other.replace('_', " "),
    }
}

/// A refused request: `text` is the name of a right, a permission, or a reason.
fn wanted(text: &str) -> String {
    let is_name = !text.is_empty() && text.chars().all(char::is_alphabetic);
    match text {
        "NotTheirs" => "it is somebody else’s".to_owned(),
        "FreshSignIn" => "needed a recent sign-in".to_owned(),
        "EndedByAdmin" => "an admin had ended it".to_owned(),
        "LastAdmin" => "somebody has to be an admin".to_owned(),
        "LinkForDisabled" => "wanted a link for somebody who is disabled".to_owned(),
        "ResetThemselves" => "wanted to reset their own second factors".to_owned(),
        "LinkForThemselves" => "wanted a link for themselves".to_owned(),
        "DisableThemselves" => "wanted to disable themselves".to_owned(),
        "CatalogueOfAFile" => "the catalogue is read from a file".to_owned(),
        right if is_name && right.starts_with(char::is_uppercase) => format!("wanted to {}", in_words(right)),
        other => format!("needed {other}"),
    }
}

/// `SeePeople` becomes `see people`.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// Can it be put in a few words, and is it not empty?
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null | Value::Object(_) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().all(is_plain),
        _ => true,
    }
}

/// A value as people write it.
fn plain(key: &str, value: &Value) -> String {
    let days = |value: &Value| value.as_u64().and_then(|days| u32::try_from(days).ok()).map(days_in_words);
    match (key, value) {
        ("expires_at", Value::Null) => "never".to_owned(),
        ("lifetime_days" | "rate_limit", Value::Null) => "no limit".to_owned(),
        (_, Value::Null) => "nothing".to_owned(),
        (_, Value::String(text)) if text.is_empty() => "nothing".to_owned(),
        ("expires_at", Value::String(text)) => moment(text).map_or_else(|| text.clone(), ending),
        ("since", Value::String(text)) => moment(text).map_or_else(|| text.clone(), Timestamp::date_time),
        (key, number) if key.ends_with("_days") => days(number).unwrap_or_else(|| number.to_string()),
        (_, Value::Bool(is_so)) => if *is_so { "yes" } else { "no" }.to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(items)) => items.iter().map(|item| plain(key, item)).collect::<Vec<_>>().join(" "),
        (_, other) => other.to_string(),
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text)
}

/// The last day, as in the table of tokens; the exact moment if it is not the end of a day.
fn ending(at: Timestamp) -> String {
    at.ended_day().map_or_else(|| at.date_time(), |_| at.last_before().date())
}

/// `3 days`, in the largest unit that gives a whole number.
fn span(seconds: i64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds % size == 0).unwrap_or((1, "second"));
    let count = seconds / size;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
