//! The details that events have, and their wording.

use super::*;
use crate::domain::Timestamp;

fn line(kind: &str, details: &str) -> AuditLine {
    AuditLine {
        id: 1,
        at: Timestamp::from_millis(0),
        kind: kind.to_owned(),
        actor: None,
        actor_name: String::new(),
        actor_email: String::new(),
        token: None,
        person: None,
        target_name: "Deploy bot".to_owned(),
        address: String::new(),
        request_id: String::new(),
        details: details.to_owned(),
    }
}

fn words(details: &str) -> Option<String> {
    line("", details).details_in_words()
}

#[test]
fn an_edit_names_what_changed_and_nothing_else() {
    for (details, said) in [
        (r#"{"before":{"name":"A","description":""},"after":{"name":"B","description":""}}"#, "Name: A → B"),
        (r#"{"before":"member","after":"admin"}"#, "member → admin"),
        (
            r#"{"before":"member","after":"admin","lost":["“A”: tokenry.audit:read"]}"#,
            "member → admin; lost “A”: tokenry.audit:read",
        ),
        (
            r#"{"before":{"permissions":["a:x","b:x"]},"after":{"permissions":["b:x","c:x","c:y"]}}"#,
            "Added c:x c:y; removed a:x",
        ),
        (
            r#"{"before":{"metadata":{"env":"prod","team":"pay","x":""}},"after":{"metadata":{"env":"test","x":""}}}"#,
            "Metadata env: prod → test; metadata team: pay → none",
        ),
        (
            r#"{"before":{"expires_at":null},"after":{"expires_at":"2026-12-12T00:00:00.000Z"}}"#,
            "Expiry: never → 11 Dec 2026",
        ),
        (
            r#"{"before":{"expiry_required":false,"idle_days":30,"lifetime_days":null},
                "after":{"expiry_required":true,"idle_days":1,"lifetime_days":90}}"#,
            "Expiry required: no → yes; idle after: 30 days → 1 day; longest lifetime: no limit → 90 days",
        ),
    ] {
        assert_eq!(words(details).as_deref(), Some(said), "{details}");
    }
    let details = r#"{"resource":"projects","before":{"actions":"read"},"after":{"actions":"read, write"}}"#;
    assert_eq!(words(details).as_deref(), Some("projects; actions: read → read, write"));
}

#[test]
fn what_programs_count_in_is_said_in_words() {
    for (details, said) in [
        (r#"{"expires_at":"2026-12-12T00:00:00.000Z"}"#, "Expires 11 Dec 2026"),
        (r#"{"expires_at":"2026-12-12T13:30:00.000Z"}"#, "Expires 12 Dec 2026, 13:30 UTC"),
        (
            r#"{"metadata":{"env":"prod","x":""},"expires_at":null}"#,
            "Metadata env: prod; metadata x: nothing",
        ),
        (r#"{"overlap_seconds":259200}"#, "Old secret works for 3 days more"),
        (
            r#"{"overlap_seconds":3600,"quiet_seconds":600}"#,
            "Old secret works for 1 hour more; stops earlier if unused for 10 minutes",
        ),
        (r#"{"overlap_seconds":0}"#, "The old secret stopped working at once"),
        (r#"{"from":"Ines","to":"Ada"}"#, "From Ines to Ada"),
        (r#"{"from":"Ada","wait_seconds":4}"#, "From Ada; has to wait 4 seconds"),
        (r#"{"wanted":"SeePeople"}"#, "Wanted to see people"),
        (r#"{"wanted":"tokenry.audit:read"}"#, "Needed tokenry.audit:read"),
        (r#"{"token":"Deploy bot","was_named":"Sync"}"#, "Was named Sync"),
    ] {
        assert_eq!(words(details).as_deref(), Some(said), "{details}");
    }
    let ended = line("token.old_secret_ended", r#"{"quiet_seconds":21600}"#);
    assert_eq!(ended.details_in_words().as_deref(), Some("Unused for 6 hours"));
}

#[test]
fn details_that_cannot_be_read_say_nothing() {
    for details in ["", "{}", "[", "7", r#"{"name":"A","description":"","resources":[{"name":"x"}]}"#] {
        assert_eq!(words(details), None, "{details}");
    }
}
