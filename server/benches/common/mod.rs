//! Shared by the benchmarks: the machine in one line, CPU time, and a console with somebody signed in.

#![allow(dead_code, reason = "not every benchmark asks for everything")]

pub mod table;

use app::{
    domain::{
        Action, Catalogue, Event, EventKind, PersonForm, PersonId, Resource, SecretPrefix, Session,
        SessionId, Timestamp, TokenForm, Visit,
    },
    service::{Clock, Key, NewSession, Service, Store, SystemClock},
};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use server::{
    Network,
    store::{DatabaseUrl, open},
};
use std::{fs, path::Path, sync::Arc};
use tower::ServiceExt;
use uuid::Uuid;

pub const PASSWORD: &str = "seventeen violet kettles";

pub fn describe_machine() {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or(" ?")
        .trim_start_matches(['\t', ':', ' ']);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("machine: {cores} cores of {model}; load {}", load.split(' ').next().unwrap_or("?"));
}

/// CPU time of this process so far, in microseconds.
pub fn cpu_us() -> f64 {
    cpu_us_of("self")
}

/// CPU time of any process by its id: user and system, all threads (proc_pid_stat(5)).
pub fn cpu_us_of(process: &str) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks * 10_000.0
}

/// A store with an admin, and the key of the admin's session.
pub struct TestApp {
    pub store: Arc<dyn Store>,
    pub admin: PersonId,
    key: Key,
}

impl TestApp {
    pub async fn new(path: &Path) -> Self {
        let store = open(&DatabaseUrl::sqlite(path)).await.unwrap();
        let form =
            PersonForm { name: "Ada Moreau".into(), email: "ada@example.com".into(), role: "admin".into() };
        let admin = service(&store).operator_add_person(&form, PASSWORD).await.unwrap().id;
        let (key, at) = (Key::generate().unwrap(), SystemClock.now());
        let id = SessionId::from_uuid(Uuid::now_v7());
        let session =
            Session { id, created_at: at, last_seen_at: at, client: String::new(), address: String::new() };
        let (digest, browser) = (key.digest(), Key::generate().unwrap().digest());
        let found = store.credentials("ada@example.com").await.unwrap().unwrap();
        let password_hash = found.password_hash;
        let new = NewSession {
            person: admin,
            session,
            digest,
            password_hash,
            origin: None,
            replaces: None,
            browser,
        };
        store.insert_session(&new, &signed_in(at)).await.unwrap();
        service(&store).replace_catalogue(&catalogue()).await.unwrap();
        Self { store, admin, key }
    }

    /// A router with unspent budgets, ready to compare passwords.
    pub async fn router(&self) -> Router {
        let service = service(&self.store);
        service.warm_up().await.unwrap();
        server::build(service, Network::default())
    }

    pub async fn create(&self, name: &str) {
        let service = service(&self.store);
        let visit = Visit {
            address: String::new(),
            client: String::new(),
            request_id: String::new(),
            is_led_here: false,
        };
        let caller = service.caller(&self.key, &visit).await.unwrap().unwrap();
        let permissions = vec!["projects:read".to_owned(), "billing:write".to_owned()];
        let form = TokenForm {
            name: name.to_owned(),
            description: "Nightly export".to_owned(),
            permissions,
            ..TokenForm::default()
        };
        service.create_token(&caller, &form).await.unwrap();
    }

    /// The `Cookie` of the admin's browser.
    pub fn cookie(&self) -> String {
        format!("tokenry={}", self.key.expose())
    }

    /// Requests a page as the admin and returns its size.
    pub async fn visit(&self, router: &Router, path: &str) -> usize {
        let request = Request::get(path).header("host", "localhost");
        let request = request.header("cookie", self.cookie());
        let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body().collect().await.unwrap().to_bytes().len()
    }
}

fn catalogue() -> Catalogue {
    let action = |name: &str| Action { name: name.to_owned(), label: name.to_owned() };
    let resource = |name: &str| Resource {
        name: name.to_owned(),
        label: name.to_owned(),
        description: String::new(),
        actions: vec![action("read"), action("write")],
    };
    Catalogue { resources: vec![resource("projects"), resource("billing")] }
}

pub fn service(store: &Arc<dyn Store>) -> Service {
    let service = Service::new(store.clone(), Arc::new(SystemClock), SecretPrefix::default());
    service.without_bounds()
}

fn signed_in(at: Timestamp) -> Event {
    let (address, request_id, details) = (String::new(), String::new(), "{}".to_owned());
    Event {
        at,
        kind: EventKind::SignedIn,
        actor: None,
        token: None,
        person: None,
        address,
        request_id,
        details,
    }
}
