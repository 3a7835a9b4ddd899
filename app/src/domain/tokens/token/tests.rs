//! The form of a token: filling it in from a token, and parsing it.

use super::*;
use crate::domain::{Action, Resource};

fn catalogue() -> Catalogue {
    let read = Action { name: "read".into(), label: "Read".into() };
    let projects = Resource {
        name: "projects".into(),
        label: "Projects".into(),
        description: String::new(),
        actions: vec![read],
    };
    Catalogue { resources: vec![projects] }
}

fn form(name: &str, permissions: &[&str]) -> TokenForm {
    let permissions = permissions.iter().map(|p| (*p).to_owned()).collect();
    TokenForm { name: name.to_owned(), permissions, ..TokenForm::default() }
}

fn code(form: &TokenForm) -> String {
    match form.parse(&catalogue(), &PermissionSet::default()) {
        Ok(_) => "accepted".to_owned(),
        Err(Error::Invalid { errors }) => errors.into_iter().map(|e| e.code).collect::<Vec<_>>().join(" "),
        Err(other) => other.to_string(),
    }
}

#[test]
fn every_wrong_field_is_reported_at_once() {
    let description = "d".repeat(10_000);
    let wrong = TokenForm { name: " ".into(), description, ..TokenForm::default() };
    assert_eq!(code(&wrong), "empty too_long empty");
}

#[test]
fn a_token_without_permissions_is_refused() {
    assert_eq!(code(&form("Sync", &[])), "empty");
    assert_eq!(code(&form("Sync", &["projects:read"])), "accepted");
}

#[test]
fn unknown_and_malformed_permissions_are_told_apart() {
    assert_eq!(code(&form("Sync", &["projects:destroy"])), "unknown");
    assert_eq!(code(&form("Sync", &["*"])), "malformed");
    assert_eq!(code(&form("Sync", &["Projects:Read"])), "malformed");
    assert_eq!(code(&form("Sync", &[""])), "malformed");
    assert_eq!(code(&form("Sync", &vec!["projects:read"; PERMISSIONS_MAX + 1])), "too_many");
}

#[test]
fn an_expiry_is_a_day_a_moment_or_never() {
    let expiry = |text: &str| {
        let form = TokenForm { expires_at: Some(text.to_owned()), ..TokenForm::default() };
        form.parse_expiry().map_err(|e| e.code).map(|at| at.map(written_expiry))
    };
    assert_eq!(expiry(" "), Ok(None));
    for kept in ["2027-02-21", "2027-02-21T18:00:00.000Z", "9999-12-31", "9999-12-31T23:59:59.000Z"] {
        assert_eq!(expiry(kept), Ok(Some(kept.to_owned())));
    }
    assert_eq!(expiry("2027-02-22T01:00:00+01:00"), Ok(Some("2027-02-21".to_owned())));
    assert_eq!(expiry("2027-02-21t18:00:00.5z"), Ok(Some("2027-02-21T18:00:00.500Z".to_owned())));
    for wrong in ["tomorrow", "never", "2027-02-30", "2027-02-21T18:00:00", "1803168000000"] {
        assert_eq!(expiry(wrong), Err("malformed".to_owned()), "{wrong}");
    }
}

#[test]
fn an_end_beyond_the_calendar_is_refused_with_the_last_day_there_is() {
    for beyond in ["10000-01-01", "9999-12-31T23:59:59-01:00", "+292278994-08-17T07:12:55Z", "99999-12-31"] {
        let form = TokenForm { expires_at: Some(beyond.to_owned()), ..TokenForm::default() };
        let said = form.parse_expiry().map_err(|e| e.detail).err().unwrap_or_default();
        assert!(
            said.contains("9999-12-31 is the last day") && said.contains("For never"),
            "{beyond}: {said}"
        );
    }
}

#[test]
fn what_a_form_does_not_speak_of_is_taken_from_another() {
    let silent = form("Sync", &["projects:read"]);
    let limited = TokenForm {
        allowed_addresses: Some("10.0.0.0/8".into()),
        rate_requests: Some("5".into()),
        ..TokenForm::default()
    };
    let cleared = TokenForm { allowed_addresses: Some(String::new()), ..silent.clone() };
    assert_eq!(silent.or(limited.clone()).allowed_addresses.as_deref(), Some("10.0.0.0/8"));
    let both = cleared.or(limited);
    assert_eq!((both.allowed_addresses.as_deref(), both.rate_requests.as_deref()), (Some(""), Some("5")));
    assert_eq!(both.name, "Sync");
}

#[test]
fn an_end_is_written_out() {
    let now = Timestamp::from_millis(1_795_457_045_120);
    let words = |text: &str| {
        let form = TokenForm { expires_at: Some(text.to_owned()), ..TokenForm::default() };
        form.expiry_in_words(now)
    };
    assert_eq!(words(""), "No expiry.");
    assert_eq!(words("2026-12-24"), "It works until the end of 24 Dec 2026, UTC.");
    assert_eq!(words("2026-11-23"), "It works until the end of 23 Nov 2026, UTC.", "today");
    assert_eq!(words("2026-11-22"), "This date has passed.");
    assert_eq!(words("9999-12-31"), "It works until the end of 31 Dec 9999, UTC.", "the last one there is");
    assert_eq!(words("10000-01-01"), "");
}

#[test]
fn a_token_keeps_a_permission_that_left_the_catalogue() {
    let held: PermissionSet = "ghosts:summon".parse().into_iter().collect();
    let kept = form("Sync", &["ghosts:summon"]).parse(&catalogue(), &held).map(|d| d.permissions);
    assert_eq!(kept, Ok(held));
    assert_eq!(code(&form("Sync", &["ghosts:summon"])), "unknown");
}
