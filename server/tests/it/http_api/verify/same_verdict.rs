//! Four endpoints, one decision: thousands of generated cases, and never two verdicts on one of them.

use crate::support::{Script, TestApp, form};
use app::{
    domain::{Created, Overlap, Role},
    service::VerifyRequest,
};
use axum::http::header;
use proptest::prelude::*;
use serde_json::{Value, json};
use server::Network;

const PERMISSIONS: [&str; 4] = ["projects:read", "projects:write", "billing:read", "billing:write"];
const ADDRESSES: [&str; 4] = ["203.0.113.9", "198.51.100.7", "2001:db8::1", "10.1.2.3"];
const RANGES: [&str; 4] = ["", "203.0.113.0/24", "2001:db8::/32 10.0.0.0/8", "198.51.100.7"];
/// An address within each of these ranges.
const WITHIN: [&str; 4] = ["192.0.2.1", "203.0.113.1", "10.0.0.1", "198.51.100.7"];

/// Something that is done to a token before it is verified.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Lives,
    Disabled,
    Deleted,
    Expired,
    OwnerDisabled,
    /// The owner has become a viewer.
    Powerless,
    /// The token has just used up its rate.
    Spent,
    RotatedAway,
    Retiring,
}

#[derive(Debug, Clone)]
struct Case {
    held: Vec<usize>,
    wanted: Vec<usize>,
    range: usize,
    address: usize,
    fate: Fate,
    /// The position of the character that is spoilt before the secret is presented, if any.
    spoilt: Option<usize>,
}

fn cases() -> impl Strategy<Value = Case> {
    let fates = prop_oneof![
        6 => Just(Fate::Lives),
        1 => Just(Fate::Disabled),
        1 => Just(Fate::Deleted),
        1 => Just(Fate::Expired),
        1 => Just(Fate::OwnerDisabled),
        1 => Just(Fate::Powerless),
        1 => Just(Fate::Spent),
        1 => Just(Fate::RotatedAway),
        1 => Just(Fate::Retiring),
    ];
    let some = |most| proptest::collection::vec(0..PERMISSIONS.len(), 0..=most);
    (
        some(4),
        some(2),
        0..RANGES.len(),
        0..ADDRESSES.len(),
        fates,
        proptest::option::weighted(0.1, 0..40_usize),
    )
        .prop_map(|(mut held, wanted, range, address, fate, spoilt)| {
            held.push(0);
            Case { held, wanted, range, address, fate, spoilt }
        })
}

async fn made(app: &TestApp, case: &Case) -> (Created, String) {
    let held: Vec<&str> = case.held.iter().map(|at| PERMISSIONS[*at]).collect();
    let mut form = form("", &held);
    form.allowed_addresses = Some(RANGES[case.range].to_owned());
    if case.fate == Fate::Expired {
        let soon = app::service::Clock::now(&*app.clock).as_millis() + 1_000;
        form.expires_at = Some(app::domain::Timestamp::from_millis(soon).to_string());
    }
    if case.fate == Fate::Spent {
        (form.rate_requests, form.rate_seconds) = (Some("1".into()), Some("86400".into()));
    }
    let created = app.made(&form).await;
    let (id, admin) = (created.token.id, &app.admin.caller);
    match case.fate {
        Fate::Lives | Fate::OwnerDisabled | Fate::Powerless => {}
        Fate::Spent => {
            let address = WITHIN[case.range].parse().ok();
            let request =
                VerifyRequest { secret: created.secret.as_str(), permissions: &[], address, client: "" };
            app.service.verify(&request).await.unwrap();
        }
        Fate::Disabled => drop(app.service.set_disabled(admin, id, None, true).await.unwrap()),
        Fate::Deleted => app.service.delete_token(admin, id).await.unwrap(),
        Fate::Expired => app.clock.forward(1_000),
        Fate::RotatedAway => {
            drop(app.service.rotate_token(admin, id, None, Overlap::of_seconds(0)).await.unwrap());
        }
        Fate::Retiring => {
            drop(app.service.rotate_token(admin, id, None, Overlap::of_seconds(3_600)).await.unwrap());
        }
    }
    let mut secret = created.secret.as_str().to_owned();
    if let Some(at) = case.spoilt {
        let at = at % secret.len();
        secret.replace_range(at..=at, if &secret[at..=at] == "x" { "y" } else { "x" });
    }
    (created, secret)
}

/// The answer of forward-auth as a verdict. The ones that it does not tell apart are `dead`.
fn told(status: u16, verdict: Option<&str>) -> String {
    match (status, verdict) {
        (200, None) => "valid".to_owned(),
        (401, None) => "dead".to_owned(),
        (403, Some(verdict)) => verdict.to_owned(),
        other => panic!("{other:?}"),
    }
}

async fn compare(app: &TestApp, asker: &Script, case: &Case, secret: &str) -> String {
    let (wanted, address): (Vec<&str>, _) =
        (case.wanted.iter().map(|at| PERMISSIONS[*at]).collect(), ADDRESSES[case.address]);
    let request = json!({ "secret": secret, "permissions": wanted, "address": address });
    let one = asker.verify(&request).await;
    let batch = asker.post("/v1/verify/batch", &json!({ "items": [request] })).await.json();
    assert_eq!(batch["items"][0], one, "{case:?}");

    let verdict = one["verdict"].as_str().unwrap().to_owned();
    let query: Vec<String> = wanted.iter().map(|permission| format!("permission={permission}")).collect();
    let query = if query.is_empty() { "any=1".to_owned() } else { query.join("&") };
    let network = Network { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..Network::default() };
    let proxy = app.visitor_through(network);
    let headers = [("x-forwarded-for", address)];
    let answer = proxy.forward_auth(&format!("?{query}"), Some(secret), &headers).await;
    let header = answer.headers.get("x-auth-verdict").map(|value| value.to_str().unwrap());
    let dead = ["malformed", "unknown", "revoked", "expired"].contains(&verdict.as_str());
    assert_eq!(told(answer.status.as_u16(), header), if dead { "dead" } else { &verdict }, "{case:?}");

    // Introspection requires no permission. It asks whether the secret is active: at this address, or anywhere.
    for (asked, at) in [(format!("&address={address}"), address), (String::new(), WITHIN[case.range])] {
        let plain = asker.verify(&json!({ "secret": secret, "address": at })).await;
        let body = format!("token={secret}{asked}");
        let kind = "application/x-www-form-urlencoded";
        let introspected = asker.post_as("/oauth/introspect", kind, body).await;
        let active = introspected.json()["active"] == Value::Bool(true);
        assert_eq!(
            active,
            plain["verdict"] == "valid" || plain["verdict"] == "rate_limited",
            "{case:?} {asked}"
        );
        assert!(active || introspected.text == r#"{"active":false}"#);
        assert_eq!(introspected.header(header::CACHE_CONTROL), "no-store");
    }
    verdict
}

#[test]
fn four_endpoints_never_disagree() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let app = runtime.block_on(async { TestApp::new().await.without_bounds() });
    let asker = runtime.block_on(app.asker());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(2_000)
    });
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    let seen_too = std::sync::Mutex::new(&mut seen);
    runner
        .run(&cases(), |case| {
            let verdict = runtime.block_on(async {
                let (created, secret) = made(&app, &case).await;
                let mut owner = None;
                if matches!(case.fate, Fate::OwnerDisabled | Fate::Powerless) {
                    let name = created.token.name.as_str().replace("Token ", "Owner");
                    let user = app.user(&name, Role::Member).await;
                    let (admin, to) = (&app.admin.caller, user.id().to_string());
                    app.service.hand_over_token(admin, created.token.id, &to).await.unwrap();
                    match case.fate {
                        Fate::Powerless => {
                            app.service.change_role(admin, user.id(), "viewer").await.map(drop)
                        }
                        _ => app.service.disable_person(admin, user.id()).await.map(drop),
                    }
                    .unwrap();
                    owner = Some(user);
                }
                let verdict = compare(&app, &asker, &case, &secret).await;
                drop(owner);
                verdict
            });
            *seen_too.lock().unwrap().entry(verdict).or_default() += 1;
            Ok(())
        })
        .unwrap();
    // If every case had the same verdict, nothing would have been compared.
    for verdict in [
        "valid",
        "permission_missing",
        "address_not_allowed",
        "disabled",
        "revoked",
        "expired",
        "owner_disabled",
        "rate_limited",
        "malformed",
    ] {
        assert!(seen.contains_key(verdict), "{verdict} was never told: {seen:?}");
    }
}
