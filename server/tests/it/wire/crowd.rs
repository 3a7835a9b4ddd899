//! Nobody takes all the connections, requests, bodies or time: each is shared out by source.

use crate::support::{
    TestApp,
    wire::{Line, Wire, in_time, status},
};
use axum::{Router, body::Body, routing::get};
use server::{Limits, Network, Sources};
use std::{convert::Infallible, net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
    select,
    sync::Notify,
    time::sleep,
};

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const NEIGHBOUR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const MOMENT: Duration = Duration::from_millis(100);

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

/// Everything until the connection is closed or reset.
async fn rest(line: &mut Line) -> String {
    let mut bytes = Vec::new();
    let _ = in_time(line.0.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A connection that was answered and stays open. None if it was closed out, at whatever moment that shows.
async fn user(wire: &Wire, own: Ipv4Addr) -> Option<Line> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((own, 0).into()).unwrap();
    let mut line = Line(in_time(socket.connect(wire.address)).await.ok()?);
    in_time(line.0.write_all(GET.as_bytes())).await.ok()?;
    in_time(line.0.read_u8()).await.ok().map(|_| line)
}

#[tokio::test]
async fn a_source_has_its_share_of_connections_and_the_next_one_is_closed_at_once() {
    let wire = Wire::with(hello(), None, Limits { connections_per_source: 2, ..Limits::default() }).await;
    let own = [user(&wire, Ipv4Addr::LOCALHOST).await, user(&wire, Ipv4Addr::LOCALHOST).await];
    assert!(own.iter().all(Option::is_some));
    for _ in 0..100 {
        assert!(user(&wire, Ipv4Addr::LOCALHOST).await.is_none(), "two are the most");
    }
    let neighbour = [user(&wire, NEIGHBOUR).await, user(&wire, NEIGHBOUR).await];
    assert!(neighbour.iter().all(Option::is_some), "somebody else has a share of their own");
    drop(own);
    let again = async { while user(&wire, Ipv4Addr::LOCALHOST).await.is_none() {} };
    in_time(again).await;
}

#[tokio::test]
async fn a_proxy_may_have_as_many_connections_as_there_are() {
    let proxies = vec!["127.0.0.2/32".parse().unwrap()];
    let limits = Limits { connections_per_source: 1, proxies, ..Limits::default() };
    let wire = Wire::with(hello(), None, limits).await;
    let mut inside = Vec::new();
    for _ in 0..5 {
        inside.push(user(&wire, NEIGHBOUR).await.expect("it speaks for many"));
    }
    let own = user(&wire, Ipv4Addr::LOCALHOST).await;
    assert!(own.is_some() && user(&wire, Ipv4Addr::LOCALHOST).await.is_none());
}

const FORM: &str = "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n";

/// A form whose body the server waits for, as it has said.
async fn begun(mut line: Line, path: &str, more: &str) -> Line {
    let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{FORM}{more}");
    line.send(format!("{head}Connection: close\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n")).await;
    let mut said = [0; 25];
    in_time(line.0.read_exact(&mut said)).await.unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
    line
}

#[tokio::test]
async fn behind_a_proxy_whoever_it_names_has_their_share_of_requests() {
    let app = TestApp::new().await;
    let network = Network {
        trusted_proxies: vec!["127.0.0.2/32".parse().unwrap()],
        requests: Sources::new(2, usize::MAX),
        ..Network::default()
    };
    let wire = Wire::new(server::build(app.service.clone(), network)).await;
    let named = |address: &str| format!("X-Forwarded-For: {address}\r\n");
    let (busy, other) = (named("198.51.100.1"), named("198.51.100.2"));
    let ask = async |path: &str, who: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{who}Connection: close\r\n\r\n");
        wire.call_from(NEIGHBOUR).await.say(request).await
    };
    let first = begun(wire.call_from(NEIGHBOUR).await, "/sign-in", &busy).await;
    let second = begun(wire.call_from(NEIGHBOUR).await, "/sign-in", &busy).await;
    for (path, expected) in [("/sign-in", 429), ("/v1/openapi.json", 429), ("/forward-auth", 403)] {
        let refused = ask(path, &busy).await;
        assert_eq!(status(&refused), expected, "{refused}");
        assert!(refused.contains("\r\nretry-after: 1\r\n"), "{refused}");
        assert_eq!(status(&ask("/sign-in", &other).await), 200, "somebody else is not touched");
    }
    assert_eq!(status(&ask("/healthz", &busy).await), 200);
    let answer = first.say("email=a").await;
    assert_eq!(status(&answer), 400, "{answer}");
    let again = async { while status(&ask("/sign-in", &busy).await) != 200 {} };
    in_time(again).await;
    drop(second);
}

#[tokio::test]
async fn bodies_of_strangers_are_read_for_so_many_at_once_and_for_others_beside_them() {
    let app = TestApp::new().await;
    let wire = Wire::new(server::build(app.service.clone(), Network::default())).await;
    let paths = ["/sign-in", "/setup", "/password", "/oauth/revoke"];
    let mut held = Vec::new();
    for path in paths.iter().cycle().take(32) {
        held.push(begun(wire.call().await, path, "").await);
    }
    let send = async |own: Ipv4Addr, path: &str| {
        let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n{FORM}Connection: close\r\n");
        status(&wire.call_from(own).await.say(format!("{head}Content-Length: 7\r\n\r\nemail=a")).await)
    };
    for path in paths {
        assert_eq!(send(Ipv4Addr::LOCALHOST, path).await, 429, "{path}");
        assert_ne!(send(NEIGHBOUR, path).await, 429, "{path}");
    }
    drop(held);
    let again = async { while send(Ipv4Addr::LOCALHOST, "/sign-in").await == 429 {} };
    in_time(again).await;
}

#[tokio::test]
async fn who_takes_an_answer_too_slowly_is_cut_though_some_of_it_is_always_taken() {
    let gone = Arc::new(Notify::new());
    let told = gone.clone();
    let endless = get(async move || {
        let told = OnDrop(told);
        Body::from_stream(futures_util::stream::repeat_with(move || {
            let _ = &told;
            Ok::<_, Infallible>(vec![0; 64 * 1024])
        }))
    });
    let limits = Limits { stall_time: Duration::from_secs(1), answer_rate: u32::MAX, ..Limits::default() };
    let wire = Wire::with(Router::new().route("/", endless), None, limits).await;
    let mut line = wire.call().await;
    line.send(GET).await;
    let mut bytes = vec![0; 128 * 1024];
    let slowly = async {
        while line.0.read(&mut bytes).await.is_ok_and(|read| read > 0) {
            sleep(Duration::from_millis(10)).await;
        }
        std::future::pending::<()>().await;
    };
    in_time(async {
        select! {
            () = slowly => {}
            () = gone.notified() => {}
        }
    })
    .await;
}

struct OnDrop(Arc<Notify>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tokio::test]
async fn a_connection_that_is_old_ends_with_its_next_answer() {
    let wire = Wire::with(hello(), None, Limits { age: MOMENT, ..Limits::default() }).await;
    let mut line = wire.call().await;
    let until_told = async {
        loop {
            line.send(GET).await;
            let answer = line.answer().await;
            assert!(answer.ends_with("hello"), "{answer}");
            if answer.contains("\r\nconnection: close\r\n") {
                return;
            }
        }
    };
    in_time(until_told).await;
    assert_eq!(line.rest().await, "");
}

#[tokio::test]
async fn nobody_stays_longer_than_the_last_answer_may_take() {
    let never = Router::new().route("/", get(std::future::pending::<()>));
    let wire = Wire::with(never, None, Limits { age: MOMENT, last_time: MOMENT, ..Limits::default() }).await;
    let mut line = wire.call().await;
    line.send(GET).await;
    assert_eq!(rest(&mut line).await, "");
}
