//! An identity provider on this machine, which tells the truth until a test has it lie.

use super::{Answer, HandClock, TestApp, Visitor};
use app::{domain::Role, service::Clock};
use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use ring::{
    digest, hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use server::{
    AppState, Network,
    oidc::{
        Providers,
        settings::{ClientSecret, ProviderSettings},
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::{net::TcpListener, task::JoinHandle};

pub const SECRET: &str = "the secret that both know";
pub const ORIGIN: &str = "http://127.0.0.1:3000";

/// How a token is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    Right,
    /// With a key that is not published, under the name of one that is.
    OtherKey,
    /// `alg: none`.
    Nobody,
    /// With the published key as the secret of HS256.
    PublicKeyAsSecret,
    /// With the secret of the client.
    ClientSecret,
}

/// How the token endpoint and the metadata answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    Well,
    WithAnError,
    Huge,
    Redirecting,
    /// Never.
    Silent,
}

pub struct Plan {
    /// Claims that differ from the truth; `null` leaves one out.
    pub claims: Value,
    pub user_info: Value,
    pub metadata: Value,
    pub signature: Signature,
    pub answers: Answers,
    /// The name of the key that signs, and that is published.
    pub key: &'static str,
    /// How often the keys were read, and the tokens were asked for.
    pub key_reads: u32,
    pub asked: u32,
    pub exchanges: u32,
    codes: HashMap<String, HashMap<String, String>>,
}

pub struct FakeProvider {
    pub issuer: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    issuer: String,
    clock: Arc<HandClock>,
    plan: Mutex<Plan>,
    keys: Mutex<HashMap<&'static str, Arc<EcdsaKeyPair>>>,
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl FakeProvider {
    pub async fn new(clock: Arc<HandClock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let plan = Plan {
            claims: json!({}),
            user_info: json!({}),
            metadata: json!({}),
            signature: Signature::Right,
            answers: Answers::Well,
            key: "first",
            key_reads: 0,
            asked: 0,
            exchanges: 0,
            codes: HashMap::new(),
        };
        let (plan, keys) = (Mutex::new(plan), Mutex::default());
        let shared = Arc::new(Shared { issuer: issuer.clone(), clock, plan, keys });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys_of))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(shared.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, shared, serving }
    }

    pub fn plan(&self) -> MutexGuard<'_, Plan> {
        self.shared.plan.lock().unwrap()
    }

    pub fn settings(&self, name: &str) -> ProviderSettings {
        ProviderSettings {
            name: name.to_owned(),
            label: "Acme".to_owned(),
            issuer: self.issuer.clone(),
            client_id: "tokenry".to_owned(),
            client_secret: Some(ClientSecret::new(SECRET.to_owned())),
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            role_claim: None,
            roles: Vec::new(),
            default_role: Some(Role::Member),
            groups_claim: None,
            groups: Vec::new(),
            email_domains: Vec::new(),
            links_by_email: false,
            assumes_email: false,
            assumes_fresh: false,
        }
    }

    /// Signs somebody in who came by this URL: the code that their browser brings back.
    pub fn grant(&self, url: &str) -> String {
        let asked: HashMap<String, String> = query(url);
        let mut plan = self.plan();
        let code = format!("code-{}", plan.codes.len());
        plan.codes.insert(code.clone(), asked);
        code
    }

    /// A signed token with these claims, and times that are right unless they say others.
    pub fn sign(&self, claims: &Value) -> String {
        self.shared.sign(claims)
    }
}

/// The parameters of a URL.
pub fn query(url: &str) -> HashMap<String, String> {
    let url = url::Url::parse(url).unwrap_or_else(|_| url::Url::parse(ORIGIN).unwrap().join(url).unwrap());
    url.query_pairs().into_owned().collect()
}

impl Shared {
    fn key(&self, name: &'static str) -> Arc<EcdsaKeyPair> {
        let mut keys = self.keys.lock().unwrap();
        let made = keys.entry(name).or_insert_with(|| {
            let random = SystemRandom::new();
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random);
            Arc::new(pair.unwrap())
        });
        made.clone()
    }

    fn sign(&self, claims: &Value) -> String {
        let now = self.clock.now().as_millis() / 1_000;
        let mut all = json!({ "iss": self.issuer, "iat": now, "exp": now + 300 });
        merge(&mut all, claims);
        let (signature, name) = {
            let plan = self.plan.lock().unwrap();
            (plan.signature, plan.key)
        };
        let algorithm = match signature {
            Signature::Right | Signature::OtherKey => "ES256",
            Signature::Nobody => "none",
            Signature::PublicKeyAsSecret | Signature::ClientSecret => "HS256",
        };
        let head = BASE64.encode(json!({ "alg": algorithm, "typ": "JWT", "kid": name }).to_string());
        let text = format!("{head}.{}", BASE64.encode(all.to_string()));
        let with_secret = |key: &[u8]| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
        };
        let with_key =
            |key: &EcdsaKeyPair| key.sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec();
        let signed = match signature {
            Signature::Right => with_key(&self.key(name)),
            Signature::OtherKey => with_key(&self.key("never published")),
            Signature::Nobody => Vec::new(),
            Signature::PublicKeyAsSecret => with_secret(self.key(name).public_key().as_ref()),
            Signature::ClientSecret => with_secret(SECRET.as_bytes()),
        };
        format!("{text}.{}", BASE64.encode(signed))
    }
}

fn merge(all: &mut Value, over: &Value) {
    for (name, value) in over.as_object().unwrap() {
        match value {
            Value::Null => drop(all.as_object_mut().unwrap().remove(name)),
            value => all[name] = value.clone(),
        }
    }
}

/// The answer that the plan has instead of a good one.
fn bad(answers: Answers) -> Option<Response> {
    match answers {
        Answers::Well | Answers::Silent => None,
        Answers::WithAnError => Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        Answers::Huge => Some(Json(json!({ "x": "x".repeat(10_000_000) })).into_response()),
        Answers::Redirecting => {
            Some((StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1:1/")]).into_response())
        }
    }
}

async fn metadata(State(shared): State<Arc<Shared>>) -> Response {
    let is_silent = {
        let mut plan = shared.plan.lock().unwrap();
        plan.asked += 1;
        plan.answers == Answers::Silent
    };
    if is_silent {
        std::future::pending::<()>().await;
    }
    let plan = shared.plan.lock().unwrap();
    let at = |path: &str| format!("{}{path}", shared.issuer);
    let mut all = json!({
        "issuer": shared.issuer, "jwks_uri": at("/keys"), "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"), "userinfo_endpoint": at("/userinfo"),
        "end_session_endpoint": at("/end"), "response_types_supported": ["code"],
    });
    merge(&mut all, &plan.metadata);
    bad(plan.answers).unwrap_or_else(|| Json(all).into_response())
}

async fn keys_of(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let name = {
        let mut plan = shared.plan.lock().unwrap();
        plan.key_reads += 1;
        plan.key
    };
    let key = shared.key(name);
    let point = key.public_key().as_ref();
    Json(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": name,
        "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..]),
    }] }))
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(sent): Form<HashMap<String, String>>,
) -> Response {
    let (asked, claims, answers) = {
        let mut plan = shared.plan.lock().unwrap();
        plan.exchanges += 1;
        (plan.codes.remove(&sent["code"]), plan.claims.clone(), plan.answers)
    };
    if let Some(bad) = bad(answers) {
        return bad;
    }
    let challenge = BASE64.encode(digest::digest(&digest::SHA256, sent["code_verifier"].as_bytes()));
    let is_client =
        headers.get(header::AUTHORIZATION).is_some_and(|value| value.to_str().unwrap().starts_with("Basic "));
    let asked = asked.filter(|asked| {
        is_client
            && asked["code_challenge"] == challenge
            && asked["code_challenge_method"] == "S256"
            && asked["redirect_uri"] == sent["redirect_uri"]
    });
    let Some(asked) = asked else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let mut said = json!({
        "sub": "ada-1", "aud": "tokenry", "nonce": asked["nonce"], "name": "Ada Lovelace",
        "email": "lovelace@example.com", "email_verified": true,
    });
    merge(&mut said, &claims);
    let id_token = shared.sign(&said);
    let access = "the access token of somebody";
    Json(json!({ "access_token": access, "token_type": "Bearer", "id_token": id_token })).into_response()
}

async fn user_info(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.plan.lock().unwrap().user_info.clone())
}

/// A browser in which nobody is signed in, of an installation that trusts these providers.
pub fn stranger_trusting(app: &TestApp, providers: Vec<ProviderSettings>) -> Visitor {
    let state = AppState::new(app.service.clone(), Network::default());
    Visitor::new(server::build_with(state.trusting(Providers::new(providers, ORIGIN))))
}

/// Somebody who signs in through a provider, in one browser.
pub struct Traveller {
    pub visitor: Visitor,
    /// The name of the provider in the configuration.
    pub provider: &'static str,
}

/// A sign-in on its way: where the browser was sent, and the cookie that it keeps.
#[derive(Clone)]
pub struct OnItsWay {
    pub url: String,
    pub cookie: String,
}

impl Traveller {
    pub fn new(app: &TestApp, settings: Vec<ProviderSettings>) -> Self {
        Self { visitor: stranger_trusting(app, settings), provider: "acme" }
    }

    /// Follows the button of the sign-in page, or another link like it.
    pub async fn begin(&self, search: &str) -> OnItsWay {
        let answer = self.visitor.get(&format!("/sign-in/{}{search}", self.provider)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let cookie = answer.cookie("tokenry-sign-in").unwrap();
        let url = answer.header(header::LOCATION).to_owned();
        OnItsWay { url, cookie: format!("tokenry-sign-in={cookie}") }
    }

    /// Comes back with these parameters.
    pub async fn back(&self, way: &OnItsWay, search: &str) -> Answer {
        let path = format!("/sign-in/{}/callback?{search}", self.provider);
        self.visitor.get_with_cookie(&path, &way.cookie).await
    }

    /// Signs in at the provider and comes back.
    pub async fn through(&self, provider: &FakeProvider, search: &str) -> Answer {
        let way = self.begin(search).await;
        let code = provider.grant(&way.url);
        self.back(&way, &format!("code={code}&state={}", query(&way.url)["state"])).await
    }
}
