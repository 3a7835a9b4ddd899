//! The servers that the other processes run, each on one thread: Tokenry as `tokenry serve` runs it, and an axum that
//! only answers.

use crate::common::service;
use app::domain::TrustRule;
use axum::{Router, routing::post};
use server::{
    AppState, Limits, Network, accept,
    oidc::trust::TrustRules,
    store::{DatabaseUrl, open},
};
use std::{
    future::pending,
    io::{Read, stdin},
    process::exit,
    thread,
};
use tokio::net::TcpListener;

/// Arguments that turn this program into a server: of the database whose URL comes next, perhaps with that of an issuer
/// that it trusts, or of nothing.
pub const TOKENRY: &str = "--serve";
pub const BARE: &str = "--serve-nothing";

/// The path at which Tokenry, too, only answers, in the same process and on the same connections.
pub const NOTHING: &str = "/nothing";

/// Whom a run's token has to be made for.
pub const AUDIENCE: &str = "https://tokens.example.com";

pub fn tokenry(database: &str, issuer: Option<&str>) {
    // A log filter costs something even when nothing is logged.
    tracing_subscriber::fmt()
        .with_env_filter("info,sqlx=warn")
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    let database: DatabaseUrl = database.parse().unwrap();
    let trust = TrustRules::new(issuer.map(rule).into_iter().collect());
    until_left(async move {
        let service = service(&open(&database).await.unwrap());
        service.warm_up().await.unwrap();
        let (current, uses) = (service.clone(), service.clone());
        tokio::spawn(async move { current.stay_current().await });
        tokio::spawn(async move { uses.keep_uses(pending()).await });
        let state = AppState::new(service, Network::default()).exchanging(trust);
        let router = server::build_with(state).merge(nothing(NOTHING));
        accept(listener().await, router, None, Limits::default(), Default::default(), pending()).await;
    });
}

/// The admin of the seeded tokens answers for the runs of one repository.
fn rule(issuer: &str) -> TrustRule {
    TrustRule {
        name: "deploy".to_owned(),
        issuer: issuer.to_owned(),
        audience: AUDIENCE.to_owned(),
        claims: vec![("repository".to_owned(), "acme/*".to_owned())],
        account: "ada@example.com".to_owned(),
        permissions: vec!["projects:read".to_owned()],
        minutes: 15,
    }
}

pub fn bare() {
    until_left(async {
        axum::serve(listener().await, nothing("/")).await.unwrap();
    });
}

fn nothing(path: &str) -> Router {
    Router::new().route(path, post(|| async { "{}" }))
}

/// Serves on the runtime's one worker, as the program itself does. Ends when standard input ends, so that no process is
/// left behind.
fn until_left(serve: impl Future<Output = ()> + Send + 'static) {
    thread::spawn(|| {
        let _ = stdin().read_to_end(&mut Vec::new());
        exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async { tokio::spawn(serve).await.unwrap() });
}

/// Listens on a free port and prints the address.
async fn listener() -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    listener
}
