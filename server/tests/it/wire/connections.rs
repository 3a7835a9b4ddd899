//! Bytes on a socket that no well-behaved client sends, and the server's reaction to them.

use crate::support::{
    TestApp, form,
    wire::{Line, Wire, in_time, status},
};
use app::domain::{BODY_BYTES_MAX, TokenForm};
use axum::{Router, routing::get};
use server::{Limits, Network, Stopped};
use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;

const GET: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
const POST: &str = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n";
const BYE: &str = "Connection: close\r\n\r\n";

async fn console() -> (TestApp, Wire) {
    let app = TestApp::new().await;
    let router = server::build(app.service.clone(), Network::default());
    (app, Wire::new(router).await)
}

fn many_headers(count: usize) -> String {
    (0..count).map(|n| format!("h{n}: v\r\n")).collect()
}

#[tokio::test]
async fn a_body_one_byte_over_the_limit_is_refused_with_and_without_a_length() {
    let (_house, wire) = console().await;
    let long = "x".repeat(BODY_BYTES_MAX + 1);
    for path in ["/sign-in", "/setup"] {
        let post = POST.replace("/sign-in", path);
        let counted = wire.say(format!("{post}Content-Length: {}\r\n{BYE}{long}", long.len())).await;
        assert_eq!(status(&counted), 413, "{path}: {counted}");
        let chunked = wire
            .say(format!("{post}Transfer-Encoding: chunked\r\n{BYE}{:x}\r\n{long}\r\n0\r\n\r\n", long.len()))
            .await;
        assert_eq!(status(&chunked), 413, "{path}: {chunked}");
    }
    let longest = "x".repeat(BODY_BYTES_MAX);
    let answer = wire.say(format!("{POST}Content-Length: {}\r\n{BYE}{longest}", longest.len())).await;
    assert_ne!(status(&answer), 413, "{answer}");
}

#[tokio::test]
async fn a_body_that_is_said_to_be_too_large_is_not_waited_for() {
    let (_house, wire) = console().await;
    let answer = wire.say(format!("{POST}Content-Length: 1073741824\r\nExpect: 100-continue\r\n{BYE}")).await;
    assert_eq!(status(&answer), 413, "{answer}");
}

#[tokio::test]
async fn a_body_that_never_ends_is_answered_once_and_cut() {
    let (_house, wire) = console().await;
    let chunks = format!("2000\r\n{}\r\n", "x".repeat(0x2000)).repeat(1_000);
    let answer = wire.say(format!("{POST}Transfer-Encoding: chunked\r\n\r\n{chunks}")).await;
    assert_eq!(status(&answer), 413, "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1);
}

#[tokio::test]
async fn a_head_over_the_limit_is_refused() {
    let (_house, wire) = console().await;
    let limit = Limits::default().head_bytes;
    // The head is not finished, and already as long as it may be.
    let mut head = format!("{GET}X-Long: ");
    head.push_str(&"x".repeat(limit - head.len()));
    let answer = wire.say(&head).await;
    assert_eq!(status(&answer), 431, "{answer}");
    head.truncate(limit - BYE.len() - 2);
    let answer = wire.say(format!("{head}\r\n{BYE}")).await;
    assert_eq!(status(&answer), 200, "{answer}");
}

#[tokio::test]
async fn a_connection_to_somebody_else_is_not_made() {
    let (app, wire) = console().await;
    let key = app.admin.key.expose();
    let asked =
        format!("CONNECT localhost:3000 HTTP/1.1\r\nHost: localhost:3000\r\nCookie: tokenry={key}\r\n{BYE}");
    let answer = wire.say(asked).await;
    assert_eq!(status(&answer), 400, "{answer}");
    assert!(answer.ends_with("This is not a proxy.\n"), "{answer}");
}

#[tokio::test]
async fn the_hundred_and_first_header_is_one_too_many() {
    let (_house, wire) = console().await;
    for (count, expected) in [(98, 200), (99, 431), (10_000, 431)] {
        let answer = wire.say(format!("{GET}{}{BYE}", many_headers(count))).await;
        assert_eq!(status(&answer), expected, "{count}: {answer}");
    }
}

#[tokio::test]
async fn a_url_over_the_limit_is_refused() {
    let (_house, wire) = console().await;
    for (length, expected) in [(8 * 1024, 404), (8 * 1024 + 1, 414)] {
        let path = format!("/{}", "x".repeat(length - 1));
        let answer = wire.say(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{BYE}")).await;
        assert_eq!(status(&answer), expected, "{length}");
    }
}

#[tokio::test]
async fn a_request_that_two_servers_could_read_differently_is_refused_and_the_connection_closed() {
    let (_house, wire) = console().await;
    let chunked = "\r\n5\r\nname=\r\n0\r\n\r\n";
    for (what, request) in [
        ("two lengths", format!("{POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nname=x")),
        ("a list of lengths", format!("{POST}Content-Length: 5, 6\r\n\r\nname=x")),
        ("a length with a sign", format!("{POST}Content-Length: +5\r\n\r\nname=")),
        ("a length below zero", format!("{POST}Content-Length: -1\r\n\r\n")),
        ("chunked, but not at last", format!("{POST}Transfer-Encoding: chunked, identity\r\n{chunked}")),
        ("an unknown coding", format!("{POST}Transfer-Encoding: xchunked\r\n{chunked}")),
        (
            "chunked in HTTP/1.0",
            format!("{}Transfer-Encoding: chunked\r\n{chunked}", POST.replace("1.1", "1.0")),
        ),
        ("a folded header", format!("{GET}X-Folded: a\r\n b\r\n\r\n")),
        ("a space before the colon", format!("{GET}X-Spaced : a\r\n\r\n")),
        ("a space before the first header", "GET /healthz HTTP/1.1\r\n Host: localhost\r\n\r\n".to_owned()),
        ("a lone carriage return", format!("{GET}X-Return: a\rb\r\n\r\n")),
        ("a zero byte", format!("{GET}X-Zero: a\0b\r\n\r\n")),
        ("no version", "GET /healthz\r\n\r\n".to_owned()),
    ] {
        // The request behind it is the one that would be smuggled.
        let answer = wire.say(format!("{request}{GET}{BYE}")).await;
        assert_eq!(status(&answer), 400, "{what}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{what}: {answer}");
    }
}

/// RFC 9112, 6.1: the transfer coding counts, and the connection must not be used again.
#[tokio::test]
async fn behind_a_length_and_a_coding_at_once_nothing_can_hide() {
    let (app, wire) = console().await;
    let before = app.fingerprint().await;
    for both in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    ] {
        let answer = wire.say(format!("{POST}{both}\r\n0\r\n\r\n{GET}{BYE}")).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        assert!(!answer.contains("ok\n"), "{answer}");
    }
    assert_eq!(app.fingerprint().await, before);
}

/// RFC 9112, 2.2 allows a lone line feed to end a line. Then it has to end one everywhere.
#[tokio::test]
async fn a_line_that_ends_without_a_carriage_return_ends_for_good() {
    let (_house, wire) = console().await;
    let answer = wire.say("GET /healthz HTTP/1.1\nHost: localhost\nX-One: a\nConnection: close\n\n").await;
    assert_eq!(status(&answer), 200, "{answer}");
    let answer = wire
        .say(format!("GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX-One: a\nHost: evil.example\r\n{BYE}"))
        .await;
    assert_eq!(status(&answer), 421, "{answer}");
}

#[tokio::test]
async fn a_compressed_body_is_not_read() {
    let (_house, wire) = console().await;
    for coding in ["gzip", "br", "identity, gzip", "GZIP"] {
        let answer =
            wire.say(format!("{POST}Content-Encoding: {coding}\r\nContent-Length: 1\r\n{BYE}x")).await;
        assert_eq!(status(&answer), 415, "{coding}: {answer}");
    }
    let answer = wire.say(format!("{POST}Content-Encoding: identity\r\nContent-Length: 1\r\n{BYE}x")).await;
    assert_ne!(status(&answer), 415, "{answer}");
}

#[tokio::test]
async fn who_does_not_finish_a_head_is_cut() {
    let limits = Limits { head_time: Duration::from_millis(100), ..Limits::default() };
    let wire = Wire::with(Router::new().route("/healthz", get(|| async { "ok" })), None, limits).await;
    for beginning in ["", "G", GET] {
        assert_eq!(wire.say(beginning).await, "", "{beginning:?}");
    }
    // A client that stays silent after an answer is cut as well.
    let mut line = wire.call().await;
    line.send(format!("{GET}\r\n")).await;
    line.answer().await;
    assert_eq!(line.rest().await, "");
}

#[tokio::test]
async fn who_does_not_read_the_answer_is_cut() {
    let gone = Arc::new(Notify::new());
    let told = gone.clone();
    let endless = get(async move || {
        let told = OnDrop(told);
        axum::body::Body::from_stream(futures_util::stream::repeat_with(move || {
            let _ = &told;
            Ok::<_, std::convert::Infallible>(vec![0; 64 * 1024])
        }))
    });
    let limits = Limits { stall_time: Duration::from_millis(100), ..Limits::default() };
    let wire = Wire::with(Router::new().route("/", endless), None, limits).await;
    let mut line = wire.call().await;
    line.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    in_time(gone.notified()).await;
}

struct OnDrop(Arc<Notify>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tokio::test]
async fn above_the_cap_people_wait_while_those_inside_are_served() {
    let served = Arc::new(AtomicUsize::new(0));
    let count = served.clone();
    let router = Router::new().route(
        "/healthz",
        get(move || {
            count.fetch_add(1, Ordering::SeqCst);
            std::future::ready("ok")
        }),
    );
    let wire = Wire::with(router, None, Limits { connections: 2, ..Limits::default() }).await;
    let mut inside = [wire.call().await, wire.call().await];
    for line in &mut inside {
        line.send(format!("{GET}\r\n")).await;
        assert_eq!(status(&line.answer().await), 200);
    }
    let mut outside = wire.call().await;
    outside.send(format!("{GET}\r\n")).await;
    for _ in 0..50 {
        for line in &mut inside {
            line.send(format!("{GET}\r\n")).await;
            assert_eq!(status(&line.answer().await), 200);
        }
    }
    assert_eq!(served.load(Ordering::SeqCst), 2 + 100);
    drop(inside);
    assert_eq!(status(&outside.answer().await), 200);
}

/// A server with one request inside, which is answered once the `Notify` is notified.
async fn busy(limits: Limits) -> (Wire, Line, Arc<Notify>) {
    let (inside, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (entered, leave) = (inside.clone(), go.clone());
    let router = Router::new().route(
        "/",
        get(async move || {
            entered.notify_one();
            leave.notified().await;
            "done"
        }),
    );
    let wire = Wire::with(router, None, limits).await;
    let mut line = wire.call().await;
    line.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    in_time(inside.notified()).await;
    (wire, line, go)
}

#[tokio::test]
async fn who_was_let_in_is_answered_before_the_server_stops() {
    let (wire, mut line, go) = busy(Limits::default()).await;
    let address = wire.address;
    let mut idle = wire.call().await;
    idle.send("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    idle.answer().await;
    let stopped = wire.stop();
    // The silent connection is closed first. After that nobody new comes in.
    assert_eq!(idle.rest().await, "");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    assert!(!stopped.is_finished());
    go.notify_one();
    let answer = line.rest().await;
    assert!(answer.ends_with("done"), "{answer}");
    drop((line, idle));
    assert_eq!(in_time(stopped).await.unwrap(), Stopped::InGoodOrder);
}

#[tokio::test]
async fn who_cannot_be_answered_does_not_keep_the_server_from_stopping() {
    let (wire, mut line, _go) =
        busy(Limits { drain_time: Duration::from_millis(100), ..Limits::default() }).await;
    assert_eq!(in_time(wire.stop()).await.unwrap(), Stopped::CutShort(1));
    assert_eq!(line.rest().await, "");
}

#[tokio::test]
async fn a_proxy_is_known_by_the_address_it_comes_from_and_a_stranger_is_not_listened_to() {
    const FAR: &str = "198.51.100.1";
    let app = TestApp::new().await;
    let network = Network { trusted_proxies: vec!["127.0.0.2/32".parse().unwrap()], ..Network::default() };
    let wire = Wire::new(server::build(app.service.clone(), network)).await;
    let limited = |name: &str, from: &str| TokenForm {
        allowed_addresses: Some(from.to_owned()),
        ..form(name, &["projects:read"])
    };
    let mut secrets = Vec::new();
    for (name, from) in [("Far", FAR), ("Proxy", "127.0.0.2"), ("Stranger", "127.0.0.1")] {
        let made = app.service.create_token(&app.admin.caller, &limited(name, from)).await.unwrap();
        secrets.push(made.secret.as_str().to_owned());
    }
    // The addresses, of these three, that the request is taken to come from.
    let seen = async |caller, said: &str| {
        let mut found = Vec::new();
        for (at, secret) in secrets.iter().enumerate() {
            let head = "GET /forward-auth?permission=projects:read HTTP/1.1\r\nHost: localhost\r\n";
            let asked = format!("{head}Authorization: Bearer {secret}\r\n{said}{BYE}");
            let answer = wire.call_from(caller).await.say(asked).await;
            if status(&answer) == 200 {
                found.push(at);
            }
        }
        found
    };
    let (stranger, proxy) = (Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2));
    let line = |list: &str| format!("X-Forwarded-For: {list}\r\n");
    for said in [line(FAR), line(FAR).repeat(2), line("nonsense")] {
        assert_eq!(seen(stranger, &said).await, [2], "a stranger: {said}");
    }
    for said in [
        line(FAR),
        line(&format!("{FAR}:4711")),
        line(&format!("unknown, {FAR}")),
        line(&format!("1.2.3.4, {FAR}, 127.0.0.2")),
        line("1.2.3.4") + &line(FAR),
        line(FAR) + &line(""),
    ] {
        assert_eq!(seen(proxy, &said).await, [0], "the proxy: {said}");
    }
    for said in [String::new(), line(""), line("unknown"), line("nonsense"), line(&format!("{FAR}, \u{fc}"))]
    {
        assert_eq!(seen(proxy, &said).await, [1], "the proxy: {said}");
    }
}

#[tokio::test]
async fn a_health_check_of_old_needs_no_name() {
    let (_house, wire) = console().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(status(&wire.say(format!("GET {path} HTTP/1.0\r\n\r\n")).await), 200, "{path}");
    }
    assert_eq!(status(&wire.say("GET /sign-in HTTP/1.0\r\n\r\n").await), 421);
}
