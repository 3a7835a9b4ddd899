//! The sweep of the HTTP API: everybody calls every route with every method. A route that is missing here fails a test.

use crate::support::{ALL_OWN, Answer, Script, TestApp, form};
use app::domain::{Role, TokenForm};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Nobody; a token without the permission; one with it; a member's; that of a former admin who is a member now. The
/// others are answered like one of these, where a case does not say how else: that of a steward and that of a person who
/// may give nothing any more like a member's, a service account's like a weak one.
const WHO: [&str; 8] = [
    "nobody",
    "a weak token",
    "the right token",
    "a member's token",
    "a former admin's token",
    "a steward's token",
    "the token of a person without grants",
    "a service account's token",
];
const STEWARD: usize = 5;
const UNGRANTED: usize = 6;
const MACHINE: usize = 7;

struct RouteCase {
    method: &'static str,
    /// As written in the router.
    route: &'static str,
    body: Value,
    statuses: [u16; 5],
    /// The line in the audit log after success; empty for a case that changes nothing.
    leaves: &'static str,
    /// The status for a person without grants, if it is not a member's.
    ungranted: Option<u16>,
}

impl RouteCase {
    /// The status for each of [`WHO`].
    fn status(&self, who: usize) -> u16 {
        let [_, weak, _, member, _] = self.statuses;
        match who {
            STEWARD => member,
            UNGRANTED => self.ungranted.unwrap_or(member),
            MACHINE => weak,
            who => self.statuses[who],
        }
    }

    fn for_ungranted(self, status: u16) -> Self {
        Self { ungranted: Some(status), ..self }
    }

    fn leaving(self, leaves: &'static str) -> Self {
        Self { leaves, ..self }
    }
}

fn table() -> Vec<RouteCase> {
    let (managed, made) = ([401, 403, 200, 403, 403], [401, 403, 201, 403, 403]);
    let case = |method, route, body, statuses| {
        let (leaves, ungranted) = ("", None);
        RouteCase { method, route, body, statuses, leaves, ungranted }
    };
    let form = || json!("token=x");
    let webhook = json!({ "name": "Chat", "url": "https://example.com", "events": ["*"] });
    vec![
        case("POST", "/v1/verify", json!({ "secret": "x" }), managed),
        case("POST", "/v1/verify/batch", json!({ "items": [] }), managed),
        case("GET", "/v1/tokens", json!(null), managed),
        case("POST", "/v1/tokens", json!({ "name": "New", "permissions": ["projects:read"] }), made)
            .leaving("token.created"),
        case("GET", "/v1/tokens/{id}", json!(null), managed),
        case("PATCH", "/v1/tokens/{id}", json!({ "description": "x" }), managed).leaving("token.edited"),
        case("DELETE", "/v1/tokens/{id}", json!(null), [401, 403, 204, 403, 403]).leaving("token.deleted"),
        case("POST", "/v1/tokens/{id}/rotate", json!({}), managed).leaving("token.rotated"),
        case("POST", "/v1/tokens/{id}/disable", json!(null), managed).leaving("token.disabled"),
        case("POST", "/v1/tokens/{id}/enable", json!(null), managed),
        case("POST", "/v1/tokens/{id}/transfer", json!({ "owner": "{member}" }), managed)
            .leaving("token.handed_over"),
        case("POST", "/v1/exposures", json!({ "items": [] }), [204; 5]),
        case("POST", "/v1/exposures/github", json!([]), [404; 5]),
        case("GET", "/v1/permissions", json!(null), [401, 200, 200, 200, 200]),
        case("GET", "/v1/people", json!(null), managed),
        case("GET", "/v1/accounts", json!(null), managed),
        case("POST", "/v1/accounts", json!({ "kind": "group", "name": "Knocked" }), made)
            .leaving("account.created"),
        case("GET", "/v1/accounts/{id}", json!(null), managed),
        case("PUT", "/v1/accounts/{id}", json!({ "name": "Changed" }), managed).leaving("account.edited"),
        case("DELETE", "/v1/accounts/{id}", json!(null), [401, 403, 204, 403, 403])
            .leaving("account.deleted"),
        case("POST", "/v1/accounts/{id}/disable", json!(null), managed).leaving("account.disabled"),
        case("POST", "/v1/accounts/{id}/enable", json!(null), managed),
        case("GET", "/v1/accounts/{id}/grants", json!(null), managed),
        case("PUT", "/v1/accounts/{id}/grants", json!({ "grants": ["projects:*"] }), managed)
            .leaving("account.grants_given"),
        case(
            "PUT",
            "/v1/accounts/{id}/members/{member}",
            json!({ "is_steward": true }),
            [401, 403, 204, 403, 403],
        )
        .leaving("account.member_added"),
        case("DELETE", "/v1/accounts/{id}/members/{member}", json!(null), managed),
        case("GET", "/v1/requests", json!(null), managed),
        case("POST", "/v1/requests/{id}/answer", json!({ "granted": true }), managed)
            .leaving("request.granted"),
        case("GET", "/v1/events", json!(null), managed),
        case("GET", "/v1/webhooks", json!(null), managed),
        case("POST", "/v1/webhooks", webhook, made).leaving("webhook.created"),
        case("GET", "/v1/webhooks/{id}", json!(null), managed),
        case("DELETE", "/v1/webhooks/{id}", json!(null), [401, 403, 204, 403, 403])
            .leaving("webhook.deleted"),
        case("GET", "/v1/webhooks/{id}/deliveries", json!(null), managed),
        case("POST", "/v1/webhooks/{id}/deliveries/{line}/redeliver", json!(null), [401, 403, 204, 403, 403])
            .leaving("webhook.sent_again"),
        case("GET", "/v1/openapi.json", json!(null), [200; 5]),
        case("POST", "/oauth/introspect", form(), managed),
        case("POST", "/oauth/revoke", form(), [200; 5]),
        // Nothing is trusted.
        case("POST", "/oauth/token", form(), [400; 5]),
        case("GET", "/.well-known/oauth-authorization-server", json!(null), [200; 5]),
        // Its token has no permission left, which is allowed nothing.
        case("ANY", "/forward-auth", json!(null), [401, 200, 200, 200, 200]).for_ungranted(403),
        case("ANY", "/forward-auth/", json!(null), [401; 5]),
        case("ANY", "/forward-auth/{*path}", json!(null), [401, 200, 200, 200, 200]).for_ungranted(403),
        case("ANY", "/v1", json!(null), [404; 5]),
        case("ANY", "/v1/", json!(null), [404; 5]),
        case("ANY", "/v1/{*path}", json!(null), [404; 5]),
        case("ANY", "/oauth", json!(null), [404; 5]),
        case("ANY", "/oauth/", json!(null), [404; 5]),
        case("ANY", "/oauth/{*path}", json!(null), [404; 5]),
    ]
}

struct SweepApp {
    app: TestApp,
    scripts: Vec<Script>,
    id: String,
    group: String,
    member: String,
    webhook: String,
    request: String,
}

impl SweepApp {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let [member, former, steward, ungranted] = [
            app.user("Otto Brandt", Role::Admin).await,
            app.user("Bea Sato", Role::Admin).await,
            app.user("Wanda Novak", Role::Admin).await,
            app.user("Uma Costa", Role::Admin).await,
        ];
        app.clock.forward(1);
        let mut all = ALL_OWN.to_vec();
        all.push("projects:read");
        let mut secrets = vec![String::new(), app.secret_with(&["projects:read"]).await];
        secrets.push(app.secret_with(&all).await);
        // A member cannot create such a token, but keeps those that they made as an admin: their permissions sleep.
        for person in [&member, &former, &steward, &ungranted] {
            let made = app.service.create_token(&person.caller, &form("Given", &all)).await.unwrap();
            app.service.change_role(&app.admin.caller, person.id(), "member").await.unwrap();
            secrets.push(made.secret.as_str().to_owned());
        }
        let id = app.made(&form("Subject", &["projects:read"])).await.token.id.to_string();
        let webhook = app.webhook().await;
        let team = app.group("Release").await;
        app.join(team, steward.id(), true).await;
        let service = app.service_account("Nightly builds", Some(team)).await;
        let deploy = TokenForm { owner: Some(service.to_string()), ..form("Deploy", &["projects:read"]) };
        secrets.push(app.made(&deploy).await.secret.as_str().to_owned());
        app.tighten().await;
        for account in [member.id(), former.id(), steward.id(), service] {
            app.grant(account, "projects:*").await;
        }
        let scripts = secrets.into_iter().map(|secret| Script { visitor: app.stranger(), secret });
        let group = app.group("Platform").await;
        app.join(group, steward.id(), true).await;
        let request = app.asked(&ungranted, "billing:read").await;
        let member = member.id().to_string();
        Self { scripts: scripts.collect(), app, id, group: group.to_string(), member, webhook, request }
    }

    /// The kinds and details of the audit log's lines after this one.
    async fn lines_after(&self, last: i64) -> Vec<(String, String)> {
        let sql = "select kind, details from event where id > $1 order by id";
        sqlx::query_as(sql).bind(last).fetch_all(&mut self.app.raw().await).await.unwrap()
    }

    async fn case(&self, who: usize, case: &RouteCase, method: &str) -> Answer {
        let path = match case.route {
            "/forward-auth" => "/forward-auth?any=1",
            "/v1/accounts" if method == "GET" => "/v1/accounts?kind=group",
            route => route,
        };
        let id = match case.route {
            route if route.starts_with("/v1/accounts") => &self.group,
            route if route.starts_with("/v1/webhooks") => &self.webhook,
            route if route.starts_with("/v1/requests") => &self.request,
            _ => &self.id,
        };
        let path = path.replace("{line}", "1").replace("{id}", id).replace("{member}", &self.member);
        let path = path.replace("{*path}", "any/thing/else");
        let (kind, body) = match &case.body {
            Value::Null => ("", String::new()),
            Value::String(form) => ("application/x-www-form-urlencoded", form.clone()),
            json => ("application/json", json.to_string().replace("{member}", &self.member)),
        };
        self.scripts[who].send(method, &path, &[("content-type", kind), ("if-match", "\"1\"")], &body).await
    }
}

#[tokio::test]
async fn everybody_is_answered_as_they_may_be_and_what_is_done_or_refused_is_one_line() {
    for case in table() {
        let sweep = SweepApp::new().await;
        for (who, name) in WHO.iter().enumerate() {
            let (before, last) = (sweep.app.data().await, sweep.app.last_line().await);
            let method = if case.method == "ANY" { "GET" } else { case.method };
            let answer = sweep.case(who, &case, method).await;
            let what = format!("{name}: {} {}: {}", case.method, case.route, answer.text);
            assert_eq!(answer.status, case.status(who), "{what}");
            let is_for_everybody = case.route == "/v1/openapi.json";
            let kept = if is_for_everybody { "public, max-age=300" } else { "no-store" };
            assert_eq!(answer.headers["cache-control"], kept, "{what}");
            assert!(answer.headers.contains_key("x-request-id"), "{what}");
            if matches!(answer.status.as_u16(), 401 | 403) {
                assert!(answer.headers.contains_key("www-authenticate"), "{what}");
                assert_eq!(sweep.app.data().await, before, "{what}");
            }
            let expected = match (answer.status.as_u16(), case.method) {
                // A proxy asks about something that is not Tokenry's own, so a refusal there leaves no line.
                (403, _) if !case.route.starts_with("/forward-auth") => "refused",
                (200..=204, "POST" | "PUT" | "PATCH" | "DELETE") => case.leaves,
                _ => "",
            };
            let lines = sweep.lines_after(last).await;
            assert_eq!(
                lines.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>().join(" "),
                expected,
                "{what}"
            );
            // Each line names the token that asked.
            assert!(lines.iter().all(|(_, details)| details.contains("with_token")), "{what}: {lines:?}");
        }
    }
}

#[tokio::test]
async fn other_methods_are_answered_with_those_that_work() {
    let sweep = SweepApp::new().await;
    let before = sweep.app.fingerprint().await;
    for case in table().iter().filter(|case| case.method != "ANY") {
        let works: BTreeSet<&str> =
            table().iter().filter(|k| k.route == case.route).map(|k| k.method).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"] {
            if works.contains(method) {
                continue;
            }
            let answer = sweep.case(2, case, method).await;
            let what = format!("{method} {}: {}", case.route, answer.text);
            let (member, code) = match case.route.starts_with("/oauth/") {
                true => ("error", "invalid_request"),
                false => ("code", "method_not_allowed"),
            };
            assert_eq!((answer.status.as_u16(), &answer.json()[member]), (405, &json!(code)), "{what}");
            let allow = answer.headers["allow"].to_str().unwrap();
            for works in &works {
                assert!(allow.split(',').any(|said| said.trim() == *works), "{what}: {allow}");
            }
            assert!(!answer.headers.contains_key("access-control-allow-origin"), "{what}");
        }
    }
    assert_eq!(sweep.app.fingerprint().await, before);
}

/// Every route of the HTTP API and its methods, read from its source.
pub fn routed() -> BTreeSet<(String, String)> {
    let source = include_str!("../../../../src/rest/mod.rs");
    let mut routed = BTreeSet::new();
    for (at, _) in source.match_indices(".route(\"") {
        let (path, rest) = source[at + ".route(\"".len()..].split_once('"').unwrap();
        let methods = rest.split("\n        .").next().unwrap().split("\n        //").next().unwrap();
        let mut known = 0;
        for (word, method) in [
            ("get(", "GET"),
            ("post(", "POST"),
            ("put(", "PUT"),
            ("patch(", "PATCH"),
            ("delete(", "DELETE"),
            ("any(", "ANY"),
        ] {
            if methods.contains(&format!(" {word}")) || methods.contains(&format!(".{word}")) {
                known += 1;
                routed.insert((method.to_owned(), path.to_owned()));
            }
        }
        assert_eq!(
            methods.matches("::").count().max(1),
            known,
            "a route that cannot be read: {path}{methods}"
        );
    }
    for other in [".nest(", ".route_service(", ".merge(", ".fallback_service("] {
        assert!(!source.contains(other), "a way in that this test cannot read: {other}");
    }
    routed
}

#[test]
fn no_route_and_no_method_is_missing_here() {
    let swept: BTreeSet<(String, String)> =
        table().iter().map(|case| (case.method.to_owned(), case.route.to_owned())).collect();
    assert_eq!(swept, routed());
}
