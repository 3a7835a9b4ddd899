//! Passkeys: signing in with one alone, and every answer that is refused.

use crate::support::{
    Answer, App, PASSWORD, TestApp, TestUser, Visitor,
    device::{Device, ORIGIN},
};
use app::domain::{CEREMONY_MS, FRESH_SIGN_IN_MS, Role};
use axum::http::StatusCode;
use server::{Network, PublicUrl};

const BEGIN: &str = "/sign-in/passkey/begin";

fn network() -> Network {
    Network { public_url: PublicUrl::parse(ORIGIN), ..Network::default() }
}

/// Browsers, and the data behind them.
struct Site {
    app: TestApp,
    stranger: Visitor,
    ada: Visitor,
}

impl Site {
    async fn new() -> Self {
        let app = TestApp::new().await;
        Self { stranger: stranger(&app), ada: app.visitor_through(network()), app }
    }

    /// With a device that Ada has a passkey on.
    async fn with_device() -> (Self, Device) {
        let site = Self::new().await;
        let mut device = Device::new(7);
        let added = add(&site.ada, &mut device).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
        (site, device)
    }

    async fn begun(&self) -> serde_json::Value {
        begun(&self.stranger, BEGIN).await
    }

    async fn send(&self, answer: &str) -> Answer {
        self.stranger.post_form("/sign-in/passkey", &[("passkey", answer), ("next", "/profile")]).await
    }
}

fn stranger(app: &TestApp) -> Visitor {
    Visitor::new(server::build(app.service.clone(), network()))
}

async fn begun(visitor: &Visitor, path: &str) -> serde_json::Value {
    let begun = visitor.post_form(path, &[]).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    begun.json()
}

/// Adds a passkey on this device, as the profile does.
async fn add(visitor: &Visitor, device: &mut Device) -> Answer {
    let begun = begun(visitor, "/profile/passkeys/begin").await;
    let answer = device.make(&begun);
    visitor.post_form("/profile/passkeys/new", &[("name", "Key ring"), ("passkey", &answer)]).await
}

fn is_in(answer: &Answer) -> bool {
    answer.cookie("tokenry").is_some_and(|key| !key.is_empty())
}

fn is_refused(answer: &Answer, sentence: &str) {
    assert_eq!((answer.status, is_in(answer)), (StatusCode::FORBIDDEN, false), "{}", answer.text);
    assert!(answer.text.contains(sentence), "{}", answer.text);
}

#[tokio::test]
async fn a_passkey_alone_leads_in_and_so_it_does_beside_a_password() {
    let (site, mut device) = Site::with_device().await;
    let begun = site.begun().await;
    assert_eq!(begun["publicKey"]["rpId"], "localhost");
    assert_eq!(begun["publicKey"]["userVerification"], "required");
    let answer = site.send(&device.sign(&begun)).await;
    assert_eq!((answer.status, is_in(&answer)), (StatusCode::SEE_OTHER, true), "{}", answer.text);

    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    let asked = site.stranger.post_form("/sign-in", &fields).await;
    assert!(!is_in(&asked), "it is a second factor, too");
    let half_way = stranger(&site.app).having_kept(&asked);
    assert!(half_way.get("/sign-in/second-factor").await.text.contains("data-passkey="));
    let answer = device.sign(&site.begun().await);
    assert!(is_in(&half_way.post_form("/sign-in/second-factor", &[("passkey", &answer)]).await));
}

#[tokio::test]
async fn an_answer_that_was_sent_before_is_refused() {
    let (site, mut device) = Site::with_device().await;
    let answer = device.sign(&site.begun().await);
    assert!(is_in(&site.send(&answer).await));
    is_refused(&site.send(&answer).await, "This passkey was not accepted.");
    let (old, new) = (site.begun().await, site.begun().await);
    let signed =
        device.sign(&old).replace(old["ceremony"].as_str().unwrap(), new["ceremony"].as_str().unwrap());
    is_refused(&site.send(&signed).await, "This passkey was not accepted.");
    let late = site.begun().await;
    site.app.clock.forward(CEREMONY_MS);
    is_refused(&site.send(&device.sign(&late)).await, "This passkey was not accepted.");
}

#[tokio::test]
async fn an_answer_from_elsewhere_or_to_another_site_is_refused() {
    let (site, device) = Site::with_device().await;
    for (origin, name) in [
        ("http://localhost:4000", "localhost"),
        ("https://evil.example", "localhost"),
        ("http://127.0.0.1:3000", "localhost"),
        (ORIGIN, "evil.example"),
    ] {
        let mut device = device.clone();
        (device.origin, device.site) = (origin.to_owned(), name.to_owned());
        let answer = device.sign(&site.begun().await);
        is_refused(&site.send(&answer).await, "This passkey was not accepted.");
    }
    let mut unverified = device.clone();
    unverified.verifies = false;
    is_refused(&site.send(&unverified.sign(&site.begun().await)).await, "This passkey was not accepted.");
    let mut other = Device::new(9);
    other.make(&begun(&site.ada, "/profile/passkeys/begin").await);
    is_refused(&site.send(&other.sign(&site.begun().await)).await, "This passkey was not accepted.");
    for nonsense in ["", "{}", "null", "[]", "{\"ceremony\":\"\",\"credential\":{}}"] {
        is_refused(&site.send(nonsense).await, "This passkey was not accepted.");
    }
}

#[tokio::test]
async fn a_host_that_a_request_names_begins_nothing_for_another_site() {
    let (site, mut device) = Site::with_device().await;
    let request = axum::http::Request::builder()
        .method("POST")
        .uri(BEGIN)
        .header("host", "127.0.0.1:3000")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let begun = site.stranger.send(request.body("".into()).unwrap()).await.json();
    assert_eq!(begun["publicKey"]["rpId"], "localhost");
    device.origin = "http://127.0.0.1:3000".to_owned();
    is_refused(&site.send(&device.sign(&begun)).await, "This passkey was not accepted.");
}

#[tokio::test]
async fn a_counter_that_goes_back_is_that_of_a_copy_and_ends_the_passkey() {
    let (site, mut device) = Site::with_device().await;
    let mut copy = device.clone();
    for _ in 0..2 {
        assert!(is_in(&site.send(&device.sign(&site.begun().await)).await));
    }
    let line = site.app.last_line().await;
    is_refused(&site.send(&copy.sign(&site.begun().await)).await, "its counter went back");
    assert_eq!(site.app.kinds_after(line).await, ["factor.passkey_copied"]);
    is_refused(&site.send(&device.sign(&site.begun().await)).await, "its counter went back");
    let profile = site.ada.get("/profile").await;
    assert!(profile.text.contains("May have been copied"), "{}", profile.text);
}

#[tokio::test]
async fn a_passkey_is_removed_by_its_owner_and_leads_nowhere_then() {
    let (site, mut device) = Site::with_device().await;
    let ines = site.app.user("Ines Okafor", Role::Member).await;
    let id = site.app.service.factors(&site.app.admin.caller).await.unwrap().factors.passkeys[0].id;
    let path = format!("/profile/passkeys/{id}/remove");
    let hers = site.app.visitor_as(&ines);
    assert_eq!(hers.post_form(&path, &[]).await.status, StatusCode::NOT_FOUND);
    let rename = format!("/profile/passkeys/{id}/rename");
    assert_eq!(hers.post_form(&rename, &[("name", "Mine")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.ada.post_form(&rename, &[("name", "Phone")]).await.status, StatusCode::SEE_OTHER);
    assert!(site.ada.get("/profile").await.text.contains("Phone"));
    site.app.run("update workspace set second_factor = 'admins'").await;
    assert_eq!(site.ada.post_form(&path, &[]).await.status, StatusCode::CONFLICT);
    site.app.run("update workspace set second_factor = 'nobody'").await;
    assert_eq!(site.ada.post_form(&path, &[]).await.status, StatusCode::SEE_OTHER);
    is_refused(&site.send(&device.sign(&site.begun().await)).await, "This passkey was not accepted.");
}

#[tokio::test]
async fn the_passkey_of_somebody_else_is_no_second_factor_and_no_disabled_person_has_one() {
    let (site, mut device) = Site::with_device().await;
    let ines = site.app.user("Ines Okafor", Role::Member).await;
    App::set_up(&site.app, &ines).await;
    let fields = [("email", "ines@example.com"), ("password", PASSWORD)];
    let half_way = stranger(&site.app).having_kept(&site.stranger.post_form("/sign-in", &fields).await);
    let answer = device.sign(&site.begun().await);
    let refused = half_way.post_form("/sign-in/second-factor", &[("passkey", &answer)]).await;
    is_refused(&refused, "This passkey was not accepted.");

    let mut hers = Device::new(3);
    let visitor = as_user(&site.app, &ines);
    assert_eq!(add(&visitor, &mut hers).await.status, StatusCode::SEE_OTHER, "she has codes already");
    site.app.service.disable_person(&site.app.admin.caller, ines.id()).await.unwrap();
    is_refused(&site.send(&hers.sign(&site.begun().await)).await, "This passkey was not accepted.");
}

fn as_user(app: &TestApp, user: &TestUser) -> Visitor {
    stranger(app).with_session(&user.key)
}

#[tokio::test]
async fn a_passkey_is_a_recent_sign_in_and_adding_one_needs_one() {
    let (site, mut device) = Site::with_device().await;
    site.app.clock.forward(FRESH_SIGN_IN_MS);
    let begun = site.ada.post_form("/profile/passkeys/begin", &[]).await;
    assert_eq!(begun.status, StatusCode::FORBIDDEN);
    let asked = site.ada.post_form("/profile/recovery-codes", &[]).await;
    assert!(asked.text.contains("name=\"sign_in_passkey\""), "{}", asked.text);
    let answer = device.sign(&site.begun().await);
    let done = site.ada.post_form("/profile/recovery-codes", &[("sign_in_passkey", &answer)]).await;
    assert_eq!((done.status, is_in(&done)), (StatusCode::CREATED, true), "{}", done.text);
}

#[tokio::test]
async fn a_form_whose_session_has_ended_goes_on_with_a_passkey_of_who_filled_it_in() {
    let (site, mut device) = Site::with_device().await;
    let ines = site.app.user("Ines Okafor", Role::Member).await;
    for (person, location) in [(ines.id(), "/profile/name"), (site.app.admin.id(), "/profile")] {
        let answer = device.sign(&site.begun().await);
        let me = person.to_string();
        let form = [("name", "Ada M. Moreau"), ("filled_in_by", &me), ("sign_in_passkey", &answer)];
        let done = site.stranger.post_form("/profile/name", &form).await;
        assert_eq!((done.status, is_in(&done)), (StatusCode::SEE_OTHER, true), "{}", done.text);
        assert_eq!(done.header(axum::http::header::LOCATION), location);
    }
}

#[tokio::test]
async fn a_server_that_is_reached_by_an_address_has_no_passkeys_and_offers_none() {
    let app = TestApp::new().await;
    assert_eq!(app.stranger().post_form(BEGIN, &[]).await.status, StatusCode::NOT_FOUND);
    assert!(!app.stranger().get("/sign-in").await.text.contains("passkey"));
    assert!(!app.visitor().get("/profile").await.text.contains("/profile/passkeys/new"));
}

#[tokio::test]
async fn with_passwords_off_a_passkey_leads_nobody_past_the_provider() {
    let (site, mut device) = Site::with_device().await;
    let app = TestApp { service: site.app.service.clone().without_password_sign_in(), ..site.app };
    let closed = stranger(&app);
    assert!(!closed.get("/sign-in").await.text.contains("data-passkey="));
    let answer = device.sign(&begun(&closed, BEGIN).await);
    let refused = closed.post_form("/sign-in/passkey", &[("passkey", &answer), ("next", "/profile")]).await;
    is_refused(&refused, "People sign in through an identity provider here, and in no other way.");
    app.clock.forward(FRESH_SIGN_IN_MS);
    let ada = app.visitor_through(network());
    let answer = device.sign(&begun(&ada, BEGIN).await);
    let again = ada.post_form("/profile/recovery-codes", &[("sign_in_passkey", &answer)]).await;
    assert!(!is_in(&again), "{}", again.text);
}
