//! What the details of an event say, in words.

use super::AuditLine;
use serde_json::{Map, Value};

impl AuditLine {
    /// The details as one line: `name: A → B; role: member`. Nothing when there are none.
    pub fn details_in_words(&self) -> Option<String> {
        let Ok(Value::Object(details)) = serde_json::from_str(&self.details) else { return None };
        let words = match (details.get("before"), details.get("after")) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => after
                .iter()
                .filter(|(key, value)| before.get(*key) != Some(value))
                .map(|(key, value)| format!("{key}: {} → {}", plain(before.get(key)), plain(Some(value))))
                .collect::<Vec<_>>(),
            (Some(before), Some(after)) => {
                let change = format!("{} → {}", plain(Some(before)), plain(Some(after)));
                std::iter::once(change).chain(others(&details)).collect()
            }
            _ => others(&details),
        };
        // A resource has no line of its own to read its name from.
        let subject = details.get("resource").map(|name| plain(Some(name)));
        let words: Vec<String> = subject.into_iter().chain(words).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}

/// All that is not a change. Names stand before the details already, and what has parts of its own is for programs.
fn others(details: &Map<String, Value>) -> Vec<String> {
    let elsewhere = ["name", "resource", "before", "after"];
    let said = details.iter().filter(|(key, value)| !elsewhere.contains(&key.as_str()) && is_plain(value));
    said.map(|(key, value)| format!("{}: {}", key.replace('_', " "), plain(Some(value)))).collect()
}

/// Can it be said in a few words, and does it say something?
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null | Value::Object(_) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().all(is_plain),
        _ => true,
    }
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "nothing".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().map(|item| plain(Some(item))).collect::<Vec<_>>().join(" "),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Timestamp;
    use super::*;

    fn words(details: &str) -> Option<String> {
        let line = AuditLine {
            id: 1,
            at: Timestamp::from_millis(0),
            kind: String::new(),
            actor: None,
            actor_name: String::new(),
            actor_email: String::new(),
            token: None,
            person: None,
            target_name: String::new(),
            address: String::new(),
            request_id: String::new(),
            details: details.to_owned(),
        };
        line.details_in_words()
    }

    #[test]
    fn an_edit_names_what_changed_and_nothing_else() {
        let details = r#"{"before":{"name":"A","description":""},"after":{"name":"B","description":""}}"#;
        assert_eq!(words(details).as_deref(), Some("name: A → B"));
        assert_eq!(words(r#"{"before":"member","after":"admin"}"#).as_deref(), Some("member → admin"));
        let details = r#"{"before":"member","after":"admin","lost":["“A”: tokenry.audit:read"]}"#;
        assert_eq!(words(details).as_deref(), Some("member → admin; lost: “A”: tokenry.audit:read"));
        let details =
            r#"{"resource":"projects","before":{"actions":"read = Read"},"after":{"actions":"read = Look"}}"#;
        assert_eq!(words(details).as_deref(), Some("projects; actions: read = Read → read = Look"));
    }

    #[test]
    fn details_that_cannot_be_read_say_nothing() {
        for details in ["", "{}", "[", "7", r#"{"name":"A","description":"","resources":[{"name":"x"}]}"#] {
            assert_eq!(words(details), None, "{details}");
        }
        assert_eq!(
            words(r#"{"from":"Ada","wait_seconds":4}"#).as_deref(),
            Some("from: Ada; wait seconds: 4")
        );
    }
}
