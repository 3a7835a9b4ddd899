//! An API that records the requests that reach it, a Tokenry that trusts a proxy on this machine, and an address in
//! front of both for the program under test.

use crate::support::{
    TestApp, form,
    wire::{Line, Wire, in_time, status},
};
use app::domain::{Created, TokenForm};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::HeaderMap,
    routing::any,
};
use http_body_util::BodyExt;
use server::{Network, PublicUrl};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, Mutex},
};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpSocket};

/// The body of every request that has one.
pub const BODY: &str = "name=Orbit";

/// The addresses in the recipes: in front, the API, Tokenry.
const WRITTEN: [&str; 3] = ["127.0.0.1:8000", "127.0.0.1:8080", "127.0.0.1:3000"];

pub struct Place {
    pub app: TestApp,
    pub tokenry: SocketAddr,
    /// The address on which the program under test listens.
    pub front: SocketAddr,
    pub seen: Log,
    pub directory: TempDir,
    wire: Option<Wire>,
    api: SocketAddr,
    /// Holds the port in front by listening on it at another address, so that nobody else gets it.
    _reserved: TcpListener,
}

/// Requests that have reached the API and were not looked at yet.
pub type Log = Arc<Mutex<Vec<Seen>>>;

pub struct Seen {
    /// Method and path.
    pub line: String,
    pub headers: HeaderMap,
    pub body: String,
}

/// The API: it records each request.
pub async fn echo(State(seen): State<Log>, request: Request) -> &'static str {
    let (parts, body) = request.into_parts();
    let body = Body::collect(body).await.unwrap().to_bytes();
    let (line, body) = (format!("{} {}", parts.method, parts.uri), String::from_utf8(body.to_vec()).unwrap());
    seen.lock().unwrap().push(Seen { line, headers: parts.headers, body });
    "reached"
}

/// The text of a recipe, or of another file by its path from there.
pub fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recipes").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Place {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let reserved = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front: SocketAddr = (Ipv4Addr::new(127, 1, 0, 1), reserved.local_addr().unwrap().port()).into();
        let proxy = Network {
            trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()],
            public_url: PublicUrl::parse(&format!("http://{front}")),
            ..Network::default()
        };
        let wire = Wire::new(server::build(app.service.clone(), proxy)).await;
        let seen = Log::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = listener.local_addr().unwrap();
        let router = Router::new().fallback_service(any(echo).with_state(seen.clone()));
        tokio::spawn(async { axum::serve(listener, router).await });
        let (tokenry, directory) = (wire.address, TempDir::new().unwrap());
        Self { app, tokenry, front, seen, directory, wire: Some(wire), api, _reserved: reserved }
    }

    /// A recipe with this place's addresses in it.
    pub fn adapted(&self, name: &str) -> String {
        let here = [self.front, self.api, self.tokenry];
        WRITTEN
            .iter()
            .zip(here)
            .fold(read(name), |text, (written, here)| text.replace(written, &here.to_string()))
    }

    /// Puts a file into the place's own directory.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub async fn token(&self, name: &str, permissions: &[&str]) -> Created {
        self.create(&form(name, permissions)).await
    }

    pub async fn create(&self, form: &TokenForm) -> Created {
        self.app.service.create_token(&self.app.admin.caller, form).await.unwrap()
    }

    /// Revokes a secret as its holder does.
    pub async fn revoke(&self, Created { secret, .. }: &Created) {
        let body = format!("token={}", secret.as_str());
        let head = "Content-Type: application/x-www-form-urlencoded\r\n";
        let answer = self.say(HERE, self.tokenry, "POST /oauth/revoke", head, &body).await;
        assert_eq!(status(&answer), 200, "{answer}");
    }

    /// Sends a request to the program under test, from one of this machine's addresses, with a secret and more headers.
    pub async fn ask(&self, from: Ipv4Addr, line: &str, secret: &str, headers: &str) -> String {
        let bearer =
            if secret.is_empty() { String::new() } else { format!("Authorization: Bearer {secret}\r\n") };
        let body = if line.starts_with("POST") { BODY } else { "" };
        self.say(from, self.front, line, &format!("{bearer}{headers}"), body).await
    }

    /// Sends a body to the program under test.
    pub async fn send(&self, from: Ipv4Addr, line: &str, headers: &str, body: &str) -> String {
        self.say(from, self.front, line, headers, body).await
    }

    async fn say(&self, from: Ipv4Addr, to: SocketAddr, line: &str, headers: &str, body: &str) -> String {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        let stream = Line(in_time(socket.connect(to)).await.unwrap());
        let length = body.len();
        let head =
            format!("{line} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\nContent-Length: {length}\r\n");
        stream.say(format!("{head}{headers}\r\n{body}")).await
    }

    /// The status of an answer to a request that did not reach the API.
    pub fn refused(&self, answer: &str) -> u16 {
        assert!(self.seen.lock().unwrap().is_empty(), "it has reached the API: {answer}");
        status(answer)
    }

    /// The one request that has reached the API, which answered it.
    pub fn let_in(&self, answer: &str) -> Seen {
        assert_eq!(status(answer), 200, "{answer}");
        assert!(answer.contains("reached"), "{answer}");
        let mut seen = self.seen.lock().unwrap();
        assert_eq!(seen.len(), 1, "each request reaches the API once");
        seen.remove(0)
    }

    /// Stops Tokenry.
    pub async fn without_tokenry(mut self) -> Self {
        if let Some(wire) = self.wire.take() {
            in_time(wire.stop()).await.unwrap();
        }
        self
    }
}

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
