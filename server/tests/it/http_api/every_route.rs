//! The sweep: everybody calls every route and every server function. Nobody gets anything done without being allowed
//! to, and no route is missing.

use crate::support::route_cases::{RouteCase, SAME_ORIGIN, SweepApp, WHO, is_signed_in, of_accounts, table};
use app::{domain::PersonPrompt, paths};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use std::collections::BTreeSet;

/// Whether the expected status means that something is done.
fn does_something(case: &RouteCase, who: usize) -> bool {
    !case.is_reading() && case.status(who) < 400 && (is_signed_in(who) || case.is_door())
}

#[tokio::test]
async fn everybody_is_answered_as_they_may_be_and_refused_without_a_trace_in_the_data() {
    let sweep = SweepApp::new().await;
    let before = sweep.app.data().await;
    for case in table().into_iter().chain(of_accounts()) {
        for (who, name) in WHO.iter().enumerate() {
            if does_something(&case, who) {
                continue;
            }
            let answer = sweep.case(&sweep.visitor(who), &case, SAME_ORIGIN).await;
            let what = format!("{name}: {} {}", case.method, case.path);
            assert_eq!(answer.status, case.status(who), "{what}: {}", answer.text);
            assert_eq!(sweep.app.data().await, before, "{what}");
            if !is_signed_in(who) && !case.is_door() {
                sends_nobody_to_sign_in(&sweep, &case, &answer);
            }
        }
    }
}

fn sends_nobody_to_sign_in(sweep: &SweepApp, case: &RouteCase, answer: &crate::support::Answer) {
    let what = format!("{} {}", case.method, case.path);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{what}");
    if case.is_call() {
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::UNAUTHORIZED, "\"signed_out\""),
            "{what}"
        );
    } else if answer.status == StatusCode::UNAUTHORIZED {
        assert!(answer.text.contains(&format!("action=\"{}\"", sweep.at(case))), "{what}: {}", answer.text);
        assert!(answer.text.contains("Sign in to continue"), "{what}");
    } else if case.path == "/changes" {
        // A stream cannot lead to a page. This status tells the browser not to ask again.
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""), "{what}");
    } else {
        assert_eq!(answer.header(header::LOCATION), paths::sign_in(&sweep.at(case)), "{what}");
        assert!(answer.text.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn whoever_may_gets_it_done() {
    for case in table().into_iter().chain(of_accounts()) {
        for (who, name) in WHO.iter().enumerate().filter(|(who, _)| does_something(&case, *who)) {
            let sweep = SweepApp::new().await;
            let before = sweep.app.fingerprint().await;
            let answer = sweep.case(&sweep.visitor(who), &case, SAME_ORIGIN).await;
            let what = format!("{name}: {} {}", case.method, case.path);
            assert_eq!(answer.status, case.status(who), "{what}: {}", answer.text);
            assert_ne!(answer.header(header::LOCATION), "/sign-in?next=", "{what}");
            if !case.route.contains("/_fn/load_") {
                assert_ne!(sweep.app.fingerprint().await, before, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn other_methods_are_answered_with_those_that_work() {
    let sweep = SweepApp::new().await;
    let before = sweep.app.fingerprint().await;
    let table = table();
    for case in &table {
        let known: BTreeSet<&str> =
            table.iter().filter(|k| k.route == case.route).map(|k| k.method).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            // Server functions share a route.
            if known.contains(method) {
                continue;
            }
            let request = crate::support::Visitor::request(method, &sweep.at(case));
            let request = request.header("sec-fetch-site", "same-origin").header("x-echo", "echo-me");
            let answer = sweep.app.visitor().send(request.body(Body::empty()).unwrap()).await;
            let what = format!("{method} {}", case.path);
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{what}");
            for works in &known {
                assert!(answer.header(header::ALLOW).split(',').any(|said| said == *works), "{what}");
            }
            assert!(!answer.text.contains("echo-me"), "{what}");
        }
    }
    assert_eq!(sweep.app.fingerprint().await, before);
}

#[test]
fn no_route_and_no_method_is_missing_here() {
    let source = include_str!("../../../src/http/router.rs");
    let mut routed = BTreeSet::new();
    for (at, _) in source.match_indices(".route(") {
        let rest = &source[at + ".route(".len()..];
        let (path, methods) = rest.split_once(',').unwrap();
        let methods = methods.split("\n        .").next().unwrap();
        let path = route_named(path.trim());
        let said = |words: &[&str]| words.iter().any(|word| methods.contains(word));
        if said(&["get(", "to("]) {
            routed.insert(("GET", path.clone()));
        }
        if said(&["post("]) {
            routed.insert(("POST", path.clone()));
        }
        assert!(said(&["get(", "to(", "post("]), "a kind of route that this test cannot read: {methods}");
        assert!(!said(&["put(", "patch(", "delete(", "any(", "on("]), "one more method: {methods}");
    }
    assert!(routed.remove(&("POST", "/_fn/{name}".to_owned())), "server functions have one route");
    for name in functions() {
        routed.insert(("POST", format!("/_fn/{name}")));
    }
    let swept: BTreeSet<_> = table().iter().map(|case| (case.method, case.route.to_owned())).collect();
    assert_eq!(swept, routed);
    for other in [".nest(", ".route_service(", ".nest_service(", ".fallback_service("] {
        assert!(!source.contains(other), "a way in that this test cannot read: {other}");
    }
}

#[test]
fn no_prompt_about_a_person_is_missing_here() {
    for prompt in PersonPrompt::ALL {
        for method in ["GET", "POST"] {
            let path = format!("/settings/people/{{person}}/{}", prompt.segment());
            assert!(table().iter().any(|case| case.method == method && case.path == path), "{method} {path}");
        }
    }
}

/// The path of a route, as the router's source writes it.
fn route_named(written: &str) -> String {
    if let Some(literal) = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return literal.to_owned();
    }
    let name =
        written.strip_prefix("paths::").unwrap_or_else(|| panic!("a route that cannot be read: {written}"));
    let constants = include_str!("../../../../app/src/paths.rs");
    let line = constants.lines().find_map(|line| line.strip_prefix(&format!("pub const {name}: &str = \"")));
    line.unwrap_or_else(|| panic!("no such path: {name}")).trim_end_matches("\";").to_owned()
}

/// The endpoints of all server functions, read from the sources.
fn functions() -> Vec<String> {
    let folders = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src");
    let (mut open, mut found) = (vec![folders], Vec::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().map(str::trim).filter(|line| line.starts_with("#[server")) {
            assert!(line.contains("prefix = \"/_fn\""), "{line}");
            let name = line.split("endpoint = \"").nth(1).and_then(|rest| rest.split('"').next());
            found.push(
                name.unwrap_or_else(|| panic!("a server function without an endpoint: {line}")).to_owned(),
            );
        }
    }
    assert!(!found.is_empty());
    found
}
