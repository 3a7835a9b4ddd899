//! What the other process does: Tokenry as `tokenry serve` runs it, and an axum that answers and does nothing, both
//! on one thread.

use crate::common::service;
use axum::{Router, routing::post};
use server::{Entrance, Limits, accept, store::open_sqlite};
use std::{
    future::pending,
    io::{Read, stdin},
    path::Path,
    process::exit,
    thread,
};
use tokio::net::TcpListener;

/// The argument that makes this program the server.
pub const COMMAND: &str = "--serve";

pub fn run(database: &Path) {
    thread::spawn(|| {
        let _ = stdin().read_to_end(&mut Vec::new());
        exit(0);
    });
    // What the log is asked for costs something even when nothing is said.
    tracing_subscriber::fmt().with_env_filter("info").with_writer(std::io::stderr).with_target(false).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let service = service(&open_sqlite(database).await.unwrap());
        service.warm_up().await.unwrap();
        let router = server::build(service, Entrance::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bare = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{} {}", listener.local_addr().unwrap(), bare.local_addr().unwrap());
        // As the program itself does it, on the runtime's worker and not on this thread.
        tokio::spawn(accept(listener, router, None, Limits::default(), pending()));
        tokio::spawn(async { axum::serve(bare, Router::new().route("/", post(|| async { "{}" }))).await });
        pending::<()>().await;
    });
}
