//! Tokens of CI systems and clusters become short-lived secrets (RFC 8693), with the claims that those systems write.

use crate::support::{
    Answer, Script, TestApp, Visitor,
    provider::{Answers, FakeProvider, Signature},
};
use app::{
    domain::{PersonId, Role, TrustRule},
    service::Clock,
};
use serde_json::{Value, json};
use server::{
    AppState, Network,
    oidc::trust::{Distrusted, TrustRules},
};
use std::time::Duration;
use tokio::time::timeout;

const AUDIENCE: &str = "https://tokens.example.com";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

struct Stage {
    app: TestApp,
    ci: FakeProvider,
    visitor: Visitor,
    admin: Visitor,
    ines: PersonId,
}

impl Stage {
    /// An installation where Ines answers for the tokens of runs that have these claims.
    async fn new(claims: &[(&str, &str)]) -> Self {
        let app = TestApp::new().await;
        let ines = app.user("Ines Okafor", Role::Member).await.id();
        let ci = FakeProvider::new(app.clock.clone()).await;
        // An issuer for CI and clusters has keys and nothing else.
        ci.plan().metadata = json!({
            "authorization_endpoint": null, "token_endpoint": null, "userinfo_endpoint": null,
            "end_session_endpoint": null,
        });
        let rule = TrustRule {
            name: "deploy".to_owned(),
            issuer: ci.issuer.clone(),
            audience: AUDIENCE.to_owned(),
            claims: claims
                .iter()
                .map(|(name, pattern)| ((*name).to_owned(), (*pattern).to_owned()))
                .collect(),
            account: "ines@example.com".to_owned(),
            permissions: vec!["projects:read".to_owned(), "projects:write".to_owned()],
            minutes: 15,
        };
        let service = app.service.clone().with_trust_rules(vec![rule.clone()]);
        let state = AppState::new(service, Network::default());
        let router = server::build_with(state.exchanging(TrustRules::new(vec![rule])));
        let admin = Visitor::new(router.clone()).with_session(&app.admin.key);
        Self { visitor: Visitor::new(router), admin, ines, app, ci }
    }

    /// Sends a token with these claims.
    async fn send(&self, claims: Value) -> Answer {
        let mut all = json!({ "sub": "run", "aud": AUDIENCE });
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        self.present(&self.ci.sign(&all), &[]).await
    }

    async fn present(&self, token: &str, more: &[(&str, &str)]) -> Answer {
        let usual = [("grant_type", GRANT), ("subject_token_type", JWT), ("subject_token", token)];
        let kept = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        let fields: Vec<_> = kept.chain(more.iter().copied()).collect();
        self.visitor.post_form("/oauth/token", &fields).await
    }

    async fn verdict(&self, secret: &str) -> String {
        let asks = self.app.script(&["tokenry.tokens:verify"]).await;
        let body = json!({ "secret": secret }).to_string();
        asks.send("POST", "/v1/verify", &[("content-type", "application/json")], &body).await.json()["verdict"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn assert_refused(&self, answer: &Answer, reason: &str) {
        assert_eq!(answer.status, 400, "{reason}: {}", answer.text);
        assert_eq!(answer.json()["error"], "invalid_request", "{reason}");
        assert!(self.app.last_details().await.contains(&format!("\"reason\":\"{reason}\"")), "{reason}");
    }
}

fn github() -> Value {
    json!({
        "sub": "repo:acme/shop:ref:refs/heads/main", "repository": "acme/shop", "repository_owner": "acme",
        "ref": "refs/heads/main", "workflow": "Deploy", "run_id": "7012345", "event_name": "push",
    })
}

#[tokio::test]
async fn a_run_gets_a_secret_that_every_door_knows_until_it_is_over() {
    let stage = Stage::new(&[("repository", "acme/shop"), ("ref", "refs/heads/main")]).await;
    let last = stage.app.last_line().await;
    let answer = stage.send(github()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let made = answer.json();
    assert_eq!((&made["token_type"], &made["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(made["scope"], "projects:read projects:write");
    assert_eq!(made["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    assert_eq!(stage.app.kinds_after(last).await, ["token.exchanged", "trust_rule.first_used"]);
    let line = stage.app.last_details().await;
    assert!(line.contains("run_id 7012345") && line.contains("repository acme/shop"), "{line}");
    let secret = made["access_token"].as_str().unwrap();
    assert!(!line.contains(secret));
    assert_eq!(stage.verdict(secret).await, "valid");
    let script = Script { visitor: stage.app.stranger(), secret: secret.to_owned() };
    assert_eq!(script.send("GET", "/forward-auth?permission=projects:read", &[], "").await.status, 200);
    stage.app.clock.forward(15 * 60 * 1_000);
    assert_eq!(stage.verdict(secret).await, "expired");
    // What is over is not in anybody's way, and an admin cannot be asked to bring it back by its owner.
    assert_eq!(stage.app.service.end_exchanged().await, Ok(1));
    assert_eq!(stage.verdict(secret).await, "revoked");
    assert_eq!(stage.app.service.end_exchanged().await, Ok(0));
}

#[tokio::test]
async fn the_first_use_of_a_rule_is_told_once_and_its_account_shows_when_it_was_last() {
    let stage = Stage::new(&[("repository", "acme/shop")]).await;
    let path = format!("/settings/accounts/{}", stage.ines);
    let admin = &stage.admin;
    let page = admin.get(&path).await.text;
    assert!(page.contains("repository: acme/shop") && page.contains("15 minutes"), "{page}");
    assert!(page.contains("Never used"), "{page}");
    let last = stage.app.last_line().await;
    for _ in 0..2 {
        assert_eq!(stage.send(github()).await.status, 200);
        stage.app.clock.forward(16 * 60 * 1_000);
    }
    let kinds = stage.app.kinds_after(last).await;
    let first = kinds.iter().filter(|kind| *kind == "trust_rule.first_used").count();
    assert_eq!((first, kinds[1].as_str()), (1, "trust_rule.first_used"), "{kinds:?}");
    assert!(!admin.get(&path).await.text.contains("Never used"));
}

#[tokio::test]
async fn tokens_of_gitlab_and_kubernetes_are_known_by_their_claims() {
    let gitlab = json!({
        "sub": "project_path:acme/shop:ref_type:branch:ref:main", "project_path": "acme/shop", "ref": "main",
        "ref_type": "branch", "ref_protected": "true", "job_id": "42", "namespace_id": "1",
    });
    let stage = Stage::new(&[("project_path", "acme/*"), ("ref_protected", "true")]).await;
    assert_eq!(stage.send(gitlab).await.status, 200);
    let cluster = json!({
        "sub": "system:serviceaccount:shop:deployer", "aud": [AUDIENCE, "https://kubernetes.default.svc"],
        "kubernetes.io": { "namespace": "shop", "serviceaccount": { "name": "deployer", "uid": "1" } },
    });
    let stage =
        Stage::new(&[("kubernetes.io.namespace", "shop"), ("sub", "system:serviceaccount:shop:*")]).await;
    assert_eq!(stage.send(cluster.clone()).await.status, 200);
    let mut other = cluster;
    other["kubernetes.io"]["namespace"] = json!("evil");
    stage.assert_refused(&stage.send(other).await, "no_rule").await;
}

#[tokio::test]
async fn whoever_is_meant_by_no_rule_gets_nothing() {
    let stage = Stage::new(&[("repository", "acme/shop"), ("ref", "refs/heads/main")]).await;
    let before = stage.app.data().await;
    let now = stage.app.clock_seconds();
    let with = |name: &str, value: Value| {
        let mut claims = github();
        claims[name] = value;
        claims
    };
    for (claims, reason) in [
        (with("repository", json!("acme/shop2")), "no_rule"),
        (with("repository", json!("evil/shop")), "no_rule"),
        (with("ref", json!("refs/heads/evil")), "no_rule"),
        (with("ref", json!(["refs/heads/evil"])), "no_rule"),
        (with("repository", json!({ "x": "acme/shop" })), "no_rule"),
        (with("aud", json!("https://other.example.com")), "audience"),
        (with("iss", json!("https://ci.example.com")), "unknown_issuer"),
        (with("exp", json!(now - 1)), "expired"),
        (with("nbf", json!(now + 120)), "early"),
    ] {
        stage.assert_refused(&stage.send(claims).await, reason).await;
    }
    stage.assert_refused(&stage.present("no token", &[]).await, "malformed").await;
    for signature in [Signature::Nobody, Signature::OtherKey, Signature::PublicKeyAsSecret] {
        stage.ci.plan().signature = signature;
        assert_eq!(stage.send(github()).await.status, 400);
    }
    assert_eq!(stage.app.data().await, before);
}

#[tokio::test]
async fn a_run_asks_for_less_and_never_for_more() {
    let stage = Stage::new(&[("repository", "acme/shop")]).await;
    let mut claims = github();
    claims["aud"] = json!(AUDIENCE);
    let token = stage.ci.sign(&claims);
    let less = stage.present(&token, &[("scope", "projects:read")]).await;
    assert_eq!(less.json()["scope"], "projects:read");
    for scope in ["projects:read billing:read", "tokenry.tokens:read", "*"] {
        let more = stage.present(&token, &[("scope", scope)]).await;
        assert_eq!((more.status.as_u16(), &more.json()["error"]), (400, &json!("invalid_scope")), "{scope}");
    }
    for (name, value, error) in [
        ("grant_type", "client_credentials", "unsupported_grant_type"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2", "invalid_request"),
        ("actor_token", "x", "invalid_request"),
    ] {
        let wrong = stage.present(&token, &[(name, value)]).await;
        assert_eq!((wrong.status.as_u16(), &wrong.json()["error"]), (400, &json!(error)), "{name}");
    }
}

#[tokio::test]
async fn the_account_behind_a_rule_says_what_its_runs_may_do() {
    let stage = Stage::new(&[("repository", "acme/shop")]).await;
    let secret = stage.send(github()).await.json()["access_token"].as_str().unwrap().to_owned();
    let ines = stage.app.store.credentials("ines@example.com").await.unwrap().unwrap().person;
    stage.app.service.disable_person(&stage.app.admin.caller, ines.id).await.unwrap();
    assert_eq!(stage.verdict(&secret).await, "owner_disabled");
    stage.assert_refused(&stage.send(github()).await, "no_account").await;
}

#[tokio::test]
async fn an_issuer_that_is_away_is_told_from_one_that_refuses() {
    let stage = Stage::new(&[("repository", "acme/shop")]).await;
    stage.ci.plan().answers = Answers::Huge;
    let away = stage.send(github()).await;
    assert_eq!((away.status.as_u16(), &away.json()["error"]), (503, &json!("temporarily_unavailable")));
    let document = stage.visitor.get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(document["grant_types_supported"], json!([GRANT]));
    let without = stage.app.stranger().get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(without["grant_types_supported"], json!([]));
}

#[tokio::test]
async fn while_an_issuer_hangs_what_it_said_before_is_believed_for_a_day_and_one_asks_at_a_time() {
    let stage = Stage::new(&[("repository", "acme/shop")]).await;
    assert_eq!(stage.send(github()).await.status, 200);
    stage.ci.plan().answers = Answers::Silent;
    stage.app.clock.forward(61 * 60 * 1_000);
    for _ in 0..3 {
        // Less than any answer of the issuer's is waited for.
        let sent = timeout(Duration::from_secs(4), stage.send(github())).await;
        assert_eq!(sent.unwrap().status, 200);
    }
    assert_eq!(stage.ci.plan().asked, 2);
}

#[tokio::test]
async fn whoever_has_sent_many_tokens_in_vain_has_one_checked_at_a_time() {
    let stage = Stage::new(&[("repository", "acme/shop")]).await;
    stage.ci.plan().answers = Answers::Huge;
    // What cannot be checked counts, too.
    let mut sent = 0;
    while stage.send(github()).await.status != 429 {
        sent += 1;
        assert!(sent < 500);
    }
    stage.ci.plan().answers = Answers::Silent;
    stage.app.clock.forward(60_000);
    tokio::select! {
        biased;
        _ = stage.send(github()) => panic!("its issuer says nothing"),
        second = stage.send(github()) => assert_eq!(second.status, 429, "{}", second.text),
    }
}

#[tokio::test]
async fn of_several_rules_for_one_issuer_the_first_that_a_token_meets_counts() {
    let app = TestApp::new().await;
    app.user("Ines Okafor", Role::Member).await;
    let ci = FakeProvider::new(app.clock.clone()).await;
    let rule = |name: &str, audience: &str, branch: &str| TrustRule {
        name: name.to_owned(),
        issuer: ci.issuer.clone(),
        audience: audience.to_owned(),
        claims: vec![("ref".to_owned(), branch.to_owned())],
        account: "ines@example.com".to_owned(),
        permissions: vec!["projects:read".to_owned()],
        minutes: 15,
    };
    let elsewhere = "https://other.example.com";
    let rules =
        [rule("one", elsewhere, "main"), rule("two", AUDIENCE, "next"), rule("three", AUDIENCE, "main")];
    let rules = TrustRules::new(rules.into());
    for (audience, branch, found) in [
        (json!(AUDIENCE), "main", Ok("three")),
        (json!([AUDIENCE, elsewhere]), "main", Ok("one")),
        (json!([AUDIENCE, "x"]), "next", Ok("two")),
        (json!(elsewhere), "next", Err(Distrusted::Because("no_rule"))),
        (json!("x"), "main", Err(Distrusted::Because("audience"))),
        (json!(null), "main", Err(Distrusted::Because("audience"))),
    ] {
        let token = ci.sign(&json!({ "sub": "run", "aud": audience, "ref": branch }));
        let trusted = rules.find(&token, app.clock.now()).await;
        assert_eq!(trusted.map(|trusted| trusted.rule.name.as_str()), found, "{audience} {branch}");
    }
}
