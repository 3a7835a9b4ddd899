//! Providers that lie, answers that were meant for somebody else, and providers that do not answer.

use crate::support::{
    Answer, TestApp,
    provider::{Answers, FakeProvider, OnItsWay, Signature, Traveller, query, stranger_trusting},
};
use app::{domain::Role, paths};
use axum::http::{StatusCode, header};
use serde_json::json;
use server::oidc::settings::ProviderSettings;

struct Stage {
    app: TestApp,
    acme: FakeProvider,
    eve: Traveller,
}

impl Stage {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let acme = FakeProvider::new(app.clock.clone()).await;
        let eve = Traveller::new(&app, vec![acme.settings("acme")]);
        Self { app, acme, eve }
    }

    fn seconds(&self) -> i64 {
        self.app.clock_seconds()
    }

    /// Nobody is let in, and the log says why.
    async fn assert_refused(&self, answer: &Answer, reason: &str) {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{reason}: {}", answer.text);
        assert!(answer.cookie("tokenry").is_none());
        let said = self.app.last_details().await;
        assert!(said.contains(&format!("\"reason\":\"{reason}\"")), "{reason}: {said}");
        assert!(!said.contains("code-") && !answer.text.contains("code-"), "{said}");
    }
}

#[tokio::test]
async fn a_token_that_says_what_is_not_so_lets_nobody_in() {
    let stage = Stage::new().await;
    let now = stage.seconds();
    let before = stage.app.data().await;
    for (claims, reason) in [
        (json!({ "nonce": "another" }), "nonce"),
        (json!({ "nonce": null }), "nonce"),
        (json!({ "iss": "https://id.example.com" }), "issuer"),
        (json!({ "aud": "another client" }), "audience"),
        (json!({ "aud": ["tokenry", "another client"] }), "audience"),
        (json!({ "azp": "another client" }), "audience"),
        (json!({ "exp": now }), "expired"),
        (json!({ "exp": now - 3_600 }), "expired"),
        (json!({ "iat": now + 120 }), "early"),
        (json!({ "nbf": now + 120 }), "early"),
        (json!({ "sub": null }), "malformed"),
    ] {
        stage.acme.plan().claims = claims;
        let answer = stage.eve.through(&stage.acme, "").await;
        stage.assert_refused(&answer, reason).await;
    }
    assert_eq!(stage.app.data().await, before);
}

#[tokio::test]
async fn a_token_that_the_provider_has_not_signed_lets_nobody_in() {
    let stage = Stage::new().await;
    let before = stage.app.data().await;
    for signature in
        [Signature::Nobody, Signature::OtherKey, Signature::PublicKeyAsSecret, Signature::ClientSecret]
    {
        stage.acme.plan().signature = signature;
        let answer = stage.eve.through(&stage.acme, "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
        let said = stage.app.last_details().await;
        assert!(said.contains("signature") || said.contains("malformed"), "{said}");
    }
    assert_eq!(stage.app.data().await, before);
}

#[tokio::test]
async fn a_new_key_is_learned_and_unknown_ones_are_asked_for_once_a_minute_at_most() {
    let stage = Stage::new().await;
    assert_eq!(stage.eve.through(&stage.acme, "").await.status, StatusCode::SEE_OTHER);
    stage.app.clock.forward(60_001);
    stage.acme.plan().key = "second";
    assert_eq!(stage.eve.through(&stage.acme, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(stage.acme.plan().key_reads, 2);
    // A third key within the same minute is not asked for, however often it is named.
    stage.acme.plan().key = "third";
    for _ in 0..3 {
        let answer = stage.eve.through(&stage.acme, "").await;
        stage.assert_refused(&answer, "unknown_key").await;
    }
    assert_eq!(stage.acme.plan().key_reads, 2);
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let stage = Stage::new().await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a b"] {
        let search = format!("?next={}", paths::escaped(next));
        let answer = stage.eve.through(&stage.acme, &search).await;
        assert_eq!(answer.header(header::LOCATION), paths::TOKENS, "{next}");
    }
    // No browser keeps a cookie of any size.
    let way = stage.eve.begin(&format!("?next=/profile?{}", "x".repeat(2_000))).await;
    assert!(way.cookie.len() < 200, "{}", way.cookie);
}

#[tokio::test]
async fn an_answer_belongs_to_one_browser_and_one_provider_and_counts_once() {
    let stage = Stage::new().await;
    let (mine, hers) = (stage.eve.begin("").await, stage.eve.begin("").await);
    let code = stage.acme.grant(&mine.url);
    let search = format!("code={code}&state={}", query(&mine.url)["state"]);
    let before = stage.app.data().await;
    // In another browser, in none, and with a state that was made up.
    stage.assert_refused(&stage.eve.back(&hers, &search).await, "state").await;
    let nowhere = stage.eve.visitor.get(&format!("/sign-in/acme/callback?{search}")).await;
    stage.assert_refused(&nowhere, "state").await;
    let made_up = stage.eve.back(&mine, &format!("code={code}&state={}", "0".repeat(64))).await;
    stage.assert_refused(&made_up, "state").await;
    assert_eq!((stage.app.data().await, stage.acme.plan().exchanges), (before, 0));
    assert_eq!(stage.eve.back(&mine, &search).await.status, StatusCode::SEE_OTHER);
    let again = stage.eve.back(&mine, &search).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    assert!(again.text.contains("was finished before"), "{}", again.text);
    assert_eq!(stage.acme.plan().exchanges, 1, "the provider was not asked again");
}

#[tokio::test]
async fn a_sign_in_that_takes_longer_than_ten_minutes_begins_anew() {
    let stage = Stage::new().await;
    let way = stage.eve.begin("").await;
    let code = stage.acme.grant(&way.url);
    stage.app.clock.forward(10 * 60 * 1_000);
    let late = stage.eve.back(&way, &format!("code={code}&state={}", query(&way.url)["state"])).await;
    stage.assert_refused(&late, "state").await;
}

#[tokio::test]
async fn a_code_of_another_sign_in_is_worth_nothing() {
    let stage = Stage::new().await;
    let (hers, mine) = (stage.eve.begin("").await, stage.eve.begin("").await);
    let stolen = stage.acme.grant(&hers.url);
    let answer = stage.eve.back(&mine, &format!("code={stolen}&state={}", query(&mine.url)["state"])).await;
    stage.assert_refused(&answer, "code").await;
}

#[tokio::test]
async fn one_provider_cannot_answer_for_another() {
    let stage = Stage::new().await;
    let evil = FakeProvider::new(stage.app.clock.clone()).await;
    let both = || vec![stage.acme.settings("acme"), evil.settings("evil")];
    let at_acme = Traveller { visitor: stranger_trusting(&stage.app, both()), provider: "acme" };
    let at_evil = Traveller { visitor: stranger_trusting(&stage.app, both()), provider: "evil" };
    let way = at_acme.begin("").await;
    let code = stage.acme.grant(&way.url);
    let state = &query(&way.url)["state"];
    // Led to the other one’s address.
    let search = format!("code={code}&state={state}");
    stage.assert_refused(&at_evil.back(&way, &search).await, "state").await;
    // The answer says that it is the other one’s (RFC 9207).
    let search = format!("code={code}&state={state}&iss={}", paths::escaped(&evil.issuer));
    stage.assert_refused(&at_acme.back(&way, &search).await, "issuer").await;
    assert_eq!((stage.acme.plan().exchanges, evil.plan().exchanges), (0, 0));
    // One that always says who it is has not said so.
    stage.acme.plan().metadata = json!({ "authorization_response_iss_parameter_supported": true });
    stage.app.clock.forward(3_600_001);
    let way = at_acme.begin("").await;
    let (code, state) = (stage.acme.grant(&way.url), &query(&way.url)["state"]);
    stage.assert_refused(&at_acme.back(&way, &format!("code={code}&state={state}")).await, "issuer").await;
    let search = format!("code={code}&state={state}&iss={}", paths::escaped(&stage.acme.issuer));
    assert_eq!(at_acme.back(&way, &search).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_is_disabled_here_stays_outside_though_the_provider_knows_them() {
    let stage = Stage::new().await;
    assert_eq!(stage.eve.through(&stage.acme, "").await.status, StatusCode::SEE_OTHER);
    let found = stage.app.store.credentials("lovelace@example.com").await.unwrap().unwrap();
    stage.app.service.disable_person(&stage.app.admin.caller, found.person.id).await.unwrap();
    let answer = stage.eve.through(&stage.acme, "").await;
    stage.assert_refused(&answer, "disabled").await;
    assert!(answer.text.contains("Your account is disabled"), "{}", answer.text);
    // Nor do they come back as somebody new.
    stage.acme.plan().claims = json!({ "sub": "ada-2" });
    let answer = stage.eve.through(&stage.acme, "").await;
    stage.assert_refused(&answer, "disabled").await;
}

#[tokio::test]
async fn the_last_admin_is_not_demoted_by_a_claim() {
    let stage = Stage::new().await;
    let settings = ProviderSettings {
        role_claim: Some("groups".to_owned()),
        roles: vec![("staff".to_owned(), Role::Member)],
        links_by_email: true,
        ..stage.acme.settings("acme")
    };
    let ada = Traveller::new(&stage.app, vec![settings]);
    stage.acme.plan().claims = json!({ "email": "ada@example.com", "groups": ["staff"] });
    let answer = ada.through(&stage.acme, "").await;
    stage.assert_refused(&answer, "last_admin").await;
    let ada = stage.app.store.person(stage.app.admin.id()).await.unwrap();
    assert_eq!(ada.role, Role::Admin);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_well_is_named_and_passwords_still_work() {
    let stage = Stage::new().await;
    let way = stage.eve.begin("").await;
    let search = |way: &OnItsWay, code: &str| format!("code={code}&state={}", query(&way.url)["state"]);
    for answers in [Answers::WithAnError, Answers::Huge, Answers::Redirecting] {
        stage.acme.plan().answers = answers;
        // One that was never asked, and one that is asked for tokens.
        let fresh = Traveller::new(&stage.app, vec![stage.acme.settings("acme")]);
        let away = fresh.visitor.get("/sign-in/acme?next=/settings/profile").await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(away.text.contains("Acme cannot be reached right now"), "{}", away.text);
        assert!(away.text.contains("type=\"password\"") && away.text.contains("/settings/profile"));
        let way = stage.eve.begin("").await;
        let answer = stage.eve.back(&way, &search(&way, &stage.acme.grant(&way.url))).await;
        assert!([StatusCode::SERVICE_UNAVAILABLE, StatusCode::FORBIDDEN].contains(&answer.status));
        assert!(answer.cookie("tokenry").is_none());
    }
    stage.acme.plan().answers = Answers::Well;
    let code = stage.acme.grant(&way.url);
    assert_eq!(stage.eve.back(&way, &search(&way, &code)).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn metadata_that_names_somebody_else_or_leaves_this_machine_in_the_clear_is_not_used() {
    let stage = Stage::new().await;
    for metadata in [
        json!({ "issuer": "https://id.example.com" }),
        json!({ "token_endpoint": "http://192.0.2.1/token" }),
        json!({ "jwks_uri": "file:///etc/passwd" }),
        json!({ "authorization_endpoint": null }),
        json!({ "issuer": 1 }),
    ] {
        stage.acme.plan().metadata = metadata;
        let fresh = Traveller::new(&stage.app, vec![stage.acme.settings("acme")]);
        assert_eq!(fresh.visitor.get("/sign-in/acme").await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[tokio::test]
async fn what_a_provider_refuses_is_told_without_repeating_its_words() {
    let stage = Stage::new().await;
    let way = stage.eve.begin("").await;
    let state = &query(&way.url)["state"];
    let search = format!("error=access_denied&error_description=%3Cscript%3Ealert(1)&state={state}");
    let answer = stage.eve.back(&way, &search).await;
    stage.assert_refused(&answer, "denied").await;
    assert!(answer.text.contains("Acme did not sign you in.") && !answer.text.contains("alert(1)"));
}

#[tokio::test]
async fn there_is_nothing_at_a_provider_that_nobody_configured() {
    let stage = Stage::new().await;
    for path in ["/sign-in/other", "/sign-in/other/callback?code=x&state=y"] {
        assert_eq!(stage.eve.visitor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!stage.app.stranger().get(paths::SIGN_IN).await.text.contains("Sign in with"));
}
