//! The cost of exchanging the token of a CI for a secret (RFC 8693), against a verification. The issuer is a task of the
//! process that sends the load; the server reads its keys once.

use crate::{
    child::Server,
    figures::title,
    load::{Side, compare},
    plan::Plan,
    request::{SECRET, VerifyRequest},
    seed::seed,
    serve::AUDIENCE,
};
use axum::{Json, Router, routing::get};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpListener;

/// Runs that present tokens of their own.
const RUNS: u32 = 100;

pub async fn against_verify(plan: &Plan, home: &Path, pinned: bool) {
    title("POST /oauth/token with an issuer on this machine, against a verification");
    let [one, other] =
        [seed(&home.join("exchange.db"), 1_000, 10).await, seed(&home.join("beside.db"), 1_000, 10).await];
    let issuer = Issuer::start().await;
    let exchanging = Server::exchanging(&one.url, &issuer.url, pinned);
    let verifying = Server::tokenry(&other.url, pinned);
    let [exchange, verify] =
        [Side::new(&exchanging, issuer.exchange()), Side::new(&verifying, other.verify())];
    let [mut exchange, mut verify] = compare(plan, [&exchange, &verify]).await;
    exchange.print("exchange, each a token and a line");
    verify.print("verify");
    println!(
        "  an exchange takes the CPU of {:.0} verifications",
        exchange.cpu_per_request() / verify.cpu_per_request()
    );
}

/// An issuer with one key, like that of a CI.
struct Issuer {
    url: String,
    key: EcdsaKeyPair,
}

impl Issuer {
    async fn start() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (x, y) = key.public_key().as_ref()[1..].split_at(32);
        let keys = json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "first",
            "x": BASE64.encode(x), "y": BASE64.encode(y),
        }] });
        let about = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") });
        let answer = |value: Value| get(move || async move { Json(value) });
        let router = Router::new()
            .route("/.well-known/openid-configuration", answer(about))
            .route("/keys", answer(keys));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, key }
    }

    /// Exchanges the token of each run, one after the other.
    fn exchange(&self) -> VerifyRequest {
        let head = "POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        let body = format!(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange\
             &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&subject_token={SECRET}"
        );
        let tokens: Vec<String> = (0..RUNS).map(|run| self.token(run)).collect();
        VerifyRequest::new(head, &body, tokens.iter().map(String::as_str), r#""access_token""#)
    }

    fn token(&self, run: u32) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let claims = json!({
            "iss": self.url, "sub": "repo:acme/shop:ref:refs/heads/main", "aud": AUDIENCE, "iat": now, "exp": now + 3_600,
            "repository": "acme/shop", "ref": "refs/heads/main", "run_id": format!("{run:07}"),
        });
        let head = json!({ "alg": "ES256", "typ": "JWT", "kid": "first" });
        let text = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(claims.to_string()));
        let signature = self.key.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("{text}.{}", BASE64.encode(signature.as_ref()))
    }
}
