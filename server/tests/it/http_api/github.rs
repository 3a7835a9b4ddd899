//! Reports of GitHub's secret scanning: only what GitHub has signed is believed.

use crate::support::{Answer, TestApp, Visitor};
use app::service::{KeyDigest, in_hex};
use axum::{Json, Router, body::Body, extract::State, http::StatusCode, routing::get};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use server::{AppState, GithubKeys, Network};
use std::sync::{Arc, Mutex};
use tokio::{net::TcpListener, task::JoinHandle};

const REPORTS: &str = "/v1/exposures/github";

/// A key of GitHub's, and the name that it has there.
struct Signer {
    id: &'static str,
    pair: EcdsaKeyPair,
}

impl Signer {
    fn new(id: &'static str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { id, pair }
    }

    fn sign(&self, body: &str) -> String {
        STANDARD.encode(self.pair.sign(&SystemRandom::new(), body.as_bytes()).unwrap())
    }

    /// The public key as GitHub lists it.
    fn listed(&self, is_current: bool) -> Value {
        let algorithm = STANDARD.decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA=").unwrap();
        let der = STANDARD.encode([&algorithm, self.pair.public_key().as_ref()].concat());
        let key = format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n");
        json!({ "key_identifier": self.id, "key": key, "is_current": is_current })
    }
}

/// What the address of GitHub's keys answers, and how often it was asked.
#[derive(Clone, Default)]
struct Answers(Arc<Mutex<(Option<Vec<Value>>, usize)>>);

impl Answers {
    /// These keys, or an error.
    fn set(&self, keys: Option<Vec<Value>>) {
        self.0.lock().unwrap().0 = keys;
    }

    fn asked(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

async fn keys(State(answers): State<Answers>) -> Result<Json<Value>, StatusCode> {
    let mut answers = answers.0.lock().unwrap();
    answers.1 += 1;
    answers.0.clone().map(|keys| Json(json!({ "public_keys": keys }))).ok_or(StatusCode::BAD_GATEWAY)
}

/// An installation that takes GitHub's reports, and the server with the keys.
struct Partner {
    app: TestApp,
    visitor: Visitor,
    answers: Answers,
    server: JoinHandle<()>,
}

impl Drop for Partner {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Partner {
    async fn with(keys_listed: Vec<Value>, is_hasty: bool) -> Self {
        let app = TestApp::new().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/meta/public_keys/secret_scanning", listener.local_addr().unwrap());
        let answers = Answers::default();
        answers.set(Some(keys_listed));
        let router =
            Router::new().route("/meta/public_keys/secret_scanning", get(keys)).with_state(answers.clone());
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        let github = GithubKeys::at(url);
        let github = if is_hasty { github.without_pause() } else { github };
        let state = AppState::new(app.service.clone(), Network::default()).believing(Some(github));
        let visitor = Visitor::new(server::build_with(state));
        Self { app, visitor, answers, server }
    }

    async fn send(&self, id: &str, signature: &str, body: &str) -> Answer {
        let request = Visitor::request("POST", REPORTS)
            .header("content-type", "application/json")
            .header("github-public-key-identifier", id)
            .header("github-public-key-signature", signature);
        self.visitor.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    async fn signed(&self, signer: &Signer, body: &str) -> Answer {
        self.send(signer.id, &signer.sign(body), body).await
    }
}

fn body(secrets: &[&str]) -> String {
    let url = "https://github.com/octocat/app/blob/main/.env";
    let found = secrets.iter().map(|secret| {
        json!({ "token": secret, "type": "tokenry_secret", "url": url, "source": "commit", "later": 1 })
    });
    Value::from(found.collect::<Vec<_>>()).to_string()
}

#[tokio::test]
async fn what_github_has_found_ends_and_is_labelled_and_the_same_again_changes_nothing() {
    let signer = Signer::new("one");
    let partner = Partner::with(vec![signer.listed(true)], false).await;
    let (app, asker) = (&partner.app, partner.app.asker().await);
    let (live, dead) = (app.create("Live").await, app.create("Dead").await);
    app.service.delete_token(&app.admin.caller, dead.token.id).await.unwrap();
    let secrets = [live.secret.as_str(), dead.secret.as_str(), "tkr_nonsense"];
    let report = body(&secrets);
    let answer = partner.signed(&signer, &report).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let label = |secret: &str, label: &str| {
        let hash = in_hex(KeyDigest::of(secret.as_bytes()).as_bytes());
        json!({ "token_hash": hash, "token_type": "tokenry_secret", "label": label })
    };
    let expected = json!([
        label(secrets[0], "true_positive"),
        label(secrets[1], "true_positive"),
        label(secrets[2], "false_positive")
    ]);
    assert_eq!(answer.json(), expected);
    assert_eq!(asker.verdict(secrets[0]).await, "revoked");
    let exposed = app.service.token(&app.admin.caller, live.token.id).await.unwrap().exposed.unwrap();
    assert_eq!(exposed.by, "GitHub commit");
    assert_eq!(exposed.url, "https://github.com/octocat/app/blob/main/.env");

    let before = app.fingerprint().await;
    assert_eq!(partner.signed(&signer, &report).await.json(), expected);
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(partner.signed(&signer, "[]").await.json(), json!([]));
    assert_eq!(partner.answers.asked(), 1, "the keys are kept");
}

#[tokio::test]
async fn what_github_has_not_signed_with_a_key_of_today_is_refused_with_the_reason() {
    let (signer, old, stranger) = (Signer::new("one"), Signer::new("old"), Signer::new("one"));
    let partner = Partner::with(vec![signer.listed(true), old.listed(false)], false).await;
    let secret = partner.app.create("Deploy bot").await.secret;
    let report = body(&[secret.as_str()]);
    let before = partner.app.fingerprint().await;
    let other = body(&["tkr_other"]);
    for (id, signature, why) in [
        ("one", stranger.sign(&report), "The signature is not that of this body by this key."),
        ("one", signer.sign(&other), "The signature is not that of this body by this key."),
        ("one", "nonsense!".to_owned(), "The signature is not that of this body by this key."),
        ("old", old.sign(&report), "GitHub does not sign with this key any more."),
        ("two", signer.sign(&report), "GitHub has no key with this identifier."),
    ] {
        let refused = partner.send(id, &signature, &report).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["detail"]), (403, &json!(why)), "{id}");
    }
    for missing in ["github-public-key-identifier", "github-public-key-signature"] {
        let request = Visitor::request("POST", REPORTS).header(missing, "x").body(Body::from(report.clone()));
        let refused = partner.visitor.send(request.unwrap()).await;
        assert_eq!(refused.status.as_u16(), 403);
        assert!(refused.text.contains("one of its headers is missing"), "{}", refused.text);
    }
    let huge = format!("[{}]", " ".repeat(app::domain::BODY_BYTES_MAX));
    assert_eq!(partner.signed(&signer, &huge).await.status.as_u16(), 413);
    for wrong in ["{}", "[", "", r#"[{"token":7,"type":"x"}]"#] {
        assert_eq!(partner.signed(&signer, wrong).await.status.as_u16(), 400, "{wrong}");
    }
    assert_eq!(partner.app.fingerprint().await, before);
    assert_eq!(partner.answers.asked(), 1, "whoever makes keys up does not make the server ask for each");
}

#[tokio::test]
async fn a_key_that_github_takes_next_is_believed_and_one_that_it_drops_is_not() {
    let (first, second) = (Signer::new("first"), Signer::new("second"));
    let partner = Partner::with(vec![first.listed(true)], true).await;
    assert_eq!(partner.signed(&first, "[]").await.status, StatusCode::OK);
    partner.answers.set(Some(vec![first.listed(false), second.listed(true)]));
    assert_eq!(partner.signed(&second, "[]").await.status, StatusCode::OK);
    let refused = partner.signed(&first, "[]").await;
    assert_eq!(refused.json()["detail"], "GitHub does not sign with this key any more.");
    partner.answers.set(Some(vec![second.listed(true)]));
    assert_eq!(partner.signed(&Signer::new("third"), "[]").await.status, StatusCode::FORBIDDEN);
    let refused = partner.signed(&first, "[]").await;
    assert_eq!(refused.json()["detail"], "GitHub has no key with this identifier.");
}

#[tokio::test]
async fn while_the_keys_cannot_be_read_those_that_are_known_are_believed_and_others_come_back_later() {
    let (first, second) = (Signer::new("first"), Signer::new("second"));
    let partner = Partner::with(vec![first.listed(true)], true).await;
    partner.answers.set(None);
    let refused = partner.signed(&first, "[]").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers.contains_key("retry-after") && refused.text.contains("keys of GitHub"));
    partner.answers.set(Some(vec![first.listed(true)]));
    assert_eq!(partner.signed(&first, "[]").await.status, StatusCode::OK);
    partner.answers.set(None);
    assert_eq!(partner.signed(&first, "[]").await.status, StatusCode::OK);
    assert_eq!(partner.signed(&second, "[]").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn where_the_operator_has_not_switched_it_on_nothing_is_there_and_nobody_is_asked() {
    let app = TestApp::new().await;
    let request = Visitor::request("POST", REPORTS).body(Body::from("[]")).unwrap();
    let answer = app.stranger().send(request).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (404, &json!("route_not_found")));
}
