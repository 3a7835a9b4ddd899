//! HTTPS without a proxy, with a certificate made for the occasion.

use crate::support::{
    TestApp,
    wire::{Wire, in_time, status},
};
use app::domain::BODY_BYTES_MAX;
use axum::{Router, body::Body, http::Request, routing::get};
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use server::{Certificate, Limits, Network, Sources, TlsError, TlsFiles};
use std::{convert::Infallible, fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, oneshot},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer},
};

/// A self-signed certificate for localhost, its files, and a client that trusts it.
struct Paper {
    files: TlsFiles,
    trusted: CertificateDer<'static>,
    directory: TempDir,
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

impl Paper {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let (files, trusted) = Self::write(directory.path(), "own");
        Self { files, trusted, directory }
    }

    fn write(directory: &Path, name: &str) -> (TlsFiles, CertificateDer<'static>) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let files = TlsFiles {
            cert: directory.join(format!("{name}.cert.pem")),
            key: directory.join(format!("{name}.key.pem")),
        };
        fs::write(&files.cert, made.cert.pem()).unwrap();
        fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        allow(&files.key, 0o600);
        (files, made.cert.der().clone())
    }

    fn certificate(&self) -> Arc<Certificate> {
        Certificate::read(self.files.clone()).unwrap()
    }

    /// The same files, in a directory that another one owns.
    fn at(other: &Self) -> Self {
        Self {
            files: other.files.clone(),
            trusted: other.trusted.clone(),
            directory: TempDir::new().unwrap(),
        }
    }

    async fn shake_hands(&self, wire: &Wire, protocol: &str) -> TlsStream<TcpStream> {
        let stream = self.try_hands(wire, protocol).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
        stream
    }

    async fn try_hands(&self, wire: &Wire, protocol: &str) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.trusted.clone()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        let stream = wire.call().await.0;
        let name = "localhost".try_into().unwrap();
        in_time(TlsConnector::from(Arc::new(config)).connect(name, stream)).await
    }
}

async fn console(paper: &Paper, app: &TestApp, limits: Limits) -> Wire {
    let network = Network { secure: true, ..Network::default() };
    let router = server::build(app.service.clone(), network);
    Wire::with(router, Some(paper.certificate().acceptor().unwrap()), limits).await
}

#[tokio::test]
async fn over_tls_browsers_are_told_to_come_back_by_https() {
    let (paper, app) = (Paper::new(), TestApp::new().await);
    let wire = console(&paper, &app, Limits::default()).await;
    let mut stream = paper.shake_hands(&wire, "http/1.1").await;
    let head = "GET /settings/tokens HTTP/1.1\r\nHost: localhost\r\nConnection: close";
    let cookie = format!("Cookie: __Host-tokenry={}", app.admin.key.expose());
    stream.write_all(format!("{head}\r\n{cookie}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    in_time(stream.read_to_string(&mut answer)).await.unwrap();
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.contains("strict-transport-security: max-age=63072000\r\n"), "{answer}");
}

#[tokio::test]
async fn http_2_has_the_same_limits() {
    let (paper, app) = (Paper::new(), TestApp::new().await);
    let wire = console(&paper, &app, Limits::default()).await;
    let stream = paper.shake_hands(&wire, "h2").await;
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut ask = async |count: usize, size: usize, body: usize| {
        let request = Request::post("https://localhost/sign-in")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/json");
        let request = (0..count).fold(request, |r, n| r.header(format!("x-{n}"), "x".repeat(size)));
        let body = Body::from("x".repeat(body));
        in_time(sender.send_request(request.body(body).unwrap())).await.unwrap().status().as_u16()
    };
    assert_eq!(ask(1, 10, BODY_BYTES_MAX + 1).await, 413);
    assert_eq!(ask(101, 10, 10).await, 431);
    assert_eq!(ask(10, 4_000, 10).await, 431);
    let fine = ask(10, 10, 10).await;
    assert!((200..500).contains(&fine) && fine != 431 && fine != 413, "{fine}");
}

#[tokio::test]
async fn who_does_not_finish_the_handshake_is_cut() {
    let (paper, app) = (Paper::new(), TestApp::new().await);
    let limits = Limits { handshake_time: Duration::from_millis(100), ..Limits::default() };
    let wire = console(&paper, &app, limits).await;
    assert_eq!(wire.say("").await, "");
    // The first bytes of a greeting that claims to be longer.
    assert_eq!(wire.say(b"\x16\x03\x01\x02\x00\x01").await, "");
}

#[tokio::test]
async fn who_speaks_in_the_clear_is_not_served() {
    let (paper, app) = (Paper::new(), TestApp::new().await);
    let wire = console(&paper, &app, Limits::default()).await;
    let answer = wire.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(!answer.contains("HTTP/"), "{answer}");
}

/// A client of HTTP/2 that answers whatever the server asks it, and the task that says how its connection ends.
async fn client(
    stream: TlsStream<TcpStream>,
    window: u32,
) -> (SendRequest<Body>, JoinHandle<hyper::Result<()>>) {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(window).initial_connection_window_size(window);
    let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
    (sender, tokio::spawn(connection))
}

const WINDOW: u32 = 64 * 1024;

fn ask(path: &str) -> Request<Body> {
    Request::get(format!("https://localhost{path}")).body(Body::empty()).unwrap()
}

const MOMENT: Duration = Duration::from_millis(500);

#[tokio::test]
async fn over_http_2_whoever_asks_nothing_is_sent_away_though_they_answer_pings() {
    let paper = Paper::new();
    let limits =
        Limits { head_time: MOMENT, stall_time: MOMENT, ping_every: MOMENT / 5, ..Limits::default() };
    let hello = Router::new().route("/", get(|| async { "hello" }));
    let wire = Wire::with(hello, Some(paper.certificate().acceptor().unwrap()), limits).await;
    let (_sender, connection) = client(paper.shake_hands(&wire, "h2").await, WINDOW).await;
    let _ = in_time(connection).await.unwrap();
    // A client that was answered and then asks nothing is sent away, too.
    let (mut sender, connection) = client(paper.shake_hands(&wire, "h2").await, WINDOW).await;
    assert_eq!(in_time(sender.send_request(ask("/"))).await.unwrap().status(), 200);
    let _ = in_time(connection).await.unwrap();
    // So is a client that does not even begin to speak HTTP/2.
    let mut silent = paper.shake_hands(&wire, "h2").await;
    let mut bytes = Vec::new();
    let _ = in_time(silent.read_to_end(&mut bytes)).await;
}

#[tokio::test]
async fn over_http_2_an_answer_that_is_not_taken_is_cut_though_pings_are_answered() {
    let paper = Paper::new();
    let limits = Limits {
        stall_time: MOMENT,
        answer_rate: u32::MAX,
        head_time: MOMENT,
        ping_every: MOMENT / 5,
        ..Limits::default()
    };
    let large = Router::new().route("/", get(|| async { vec![0; 1024 * 1024] }));
    let wire = Wire::with(large, Some(paper.certificate().acceptor().unwrap()), limits).await;
    let (mut sender, connection) = client(paper.shake_hands(&wire, "h2").await, WINDOW).await;
    let answer = in_time(sender.send_request(ask("/"))).await.unwrap();
    assert_eq!(answer.status(), 200);
    let _ = in_time(connection).await.unwrap();
    assert!(in_time(answer.into_body().collect()).await.is_err(), "the rest of it never comes");
}

#[tokio::test]
async fn over_http_2_an_old_connection_takes_no_new_request_and_answers_those_it_has() {
    let (go, paper) = (Arc::new(Notify::new()), Paper::new());
    let leave = go.clone();
    let waiting = get(async move || {
        leave.notified().await;
        "done"
    });
    let limits = Limits { age: MOMENT, ..Limits::default() };
    let router = Router::new().route("/", waiting).route("/more", get(async || "more"));
    let wire = Wire::with(router, Some(paper.certificate().acceptor().unwrap()), limits).await;
    let (mut sender, _) = client(paper.shake_hands(&wire, "h2").await, WINDOW).await;
    let first = tokio::spawn(sender.send_request(ask("/")));
    // Sends requests until the server says that it takes no more.
    in_time(async { while sender.send_request(ask("/more")).await.is_ok() {} }).await;
    go.notify_one();
    let answer = in_time(first).await.unwrap().unwrap();
    assert_eq!(in_time(answer.into_body().collect()).await.unwrap().to_bytes(), "done");
}

#[tokio::test]
async fn over_http_2_a_source_has_its_share_of_requests_on_all_connections_together() {
    let (paper, app) = (Paper::new(), TestApp::new().await);
    let network = Network { secure: true, requests: Sources::new(2, usize::MAX), ..Network::default() };
    let router = server::build(app.service.clone(), network);
    let wire = Wire::with(router, Some(paper.certificate().acceptor().unwrap()), Limits::default()).await;
    let (mut asked, mut waiting) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let (mut sender, _) = client(paper.shake_hands(&wire, "h2").await, WINDOW).await;
        let (enter, inside) = oneshot::channel();
        let (finish, finished) = oneshot::channel::<()>();
        // The server has no room for a second part of the body before it reads the first, so by then the request is
        // inside.
        let first = stream::once(async { Ok::<_, Infallible>(vec![b'x'; BODY_BYTES_MAX]) });
        let body = Body::from_stream(first.chain(stream::once(async move {
            let _ = enter.send(());
            let _ = finished.await;
            Ok(Vec::new())
        })));
        let form = Request::post("https://localhost/sign-in").header("sec-fetch-site", "same-origin");
        asked.push((tokio::spawn(sender.send_request(form.body(body).unwrap())), sender));
        waiting.push(finish);
        in_time(inside).await.unwrap();
    }
    let (mut sender, _) = client(paper.shake_hands(&wire, "h2").await, WINDOW).await;
    let mut until = async |status: u16| {
        let reached =
            async { while sender.send_request(ask("/sign-in")).await.unwrap().status() != status {} };
        in_time(reached).await;
    };
    until(429).await;
    drop(waiting);
    for (answer, _) in asked {
        assert_eq!(in_time(answer).await.unwrap().unwrap().status(), 415, "they were inside all the time");
    }
    until(200).await;
}

/// The bytes that a stranger may send before any is read, as the server's first frame says (RFC 9113, 6.5).
#[tokio::test]
async fn over_http_2_little_is_taken_before_it_is_read() {
    let (paper, app) = (Paper::new(), TestApp::new().await);
    let wire = console(&paper, &app, Limits::default()).await;
    let mut stream = paper.shake_hands(&wire, "h2").await;
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut head = [0; 9];
    in_time(stream.read_exact(&mut head)).await.unwrap();
    assert_eq!(head[3], 4, "settings come first");
    let mut settings = vec![0; usize::from(u16::from_be_bytes([head[1], head[2]]))];
    in_time(stream.read_exact(&mut settings)).await.unwrap();
    let window = settings.chunks_exact(6).find(|setting| setting[..2] == [0, 4]).unwrap();
    assert_eq!(window[2..], WINDOW.to_be_bytes());
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let paper = Paper::new();
    let (other, _) = Paper::write(paper.directory.path(), "other");
    let empty = paper.directory.path().join("empty.pem");
    fs::write(&empty, "").unwrap();
    let refused =
        |cert: &Path, key: &Path| match Certificate::read(TlsFiles { cert: cert.into(), key: key.into() }) {
            Ok(_) => panic!("{} and {} were taken", cert.display(), key.display()),
            Err(error) => error,
        };
    let own = &paper.files;
    let missing = Path::new("/nowhere/cert.pem");
    for unusable in [missing, &empty, &own.key] {
        let error = refused(unusable, &own.key);
        assert!(matches!(&error, TlsError::Cert { path, .. } if path == unusable), "{error}");
    }
    for private in [&empty, &own.cert] {
        allow(private, 0o600);
    }
    for unusable in [missing, &empty, &own.cert] {
        let error = refused(&own.cert, unusable);
        assert!(matches!(&error, TlsError::Key { path, .. } if path == unusable), "{error}");
    }
    assert!(matches!(refused(&own.cert, &other.key), TlsError::Mismatch(_)));
}

#[test]
fn a_key_that_every_user_can_read_is_refused_and_one_for_a_group_is_not() {
    let paper = Paper::new();
    for mode in [0o604, 0o644, 0o666, 0o602] {
        allow(&paper.files.key, mode);
        let Err(refused) = Certificate::read(paper.files.clone()) else { panic!("{mode:o} was taken") };
        assert!(refused.to_string().contains("every user of this machine can reach it"), "{refused}");
    }
    for mode in [0o400, 0o600, 0o640] {
        allow(&paper.files.key, mode);
        assert!(Certificate::read(paper.files.clone()).is_ok(), "{mode:o}");
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_is_not() {
    let paper = Paper::new();
    let (certificate, asked) = (paper.certificate(), Arc::new(Notify::new()));
    let router = Router::new().route("/", get(|| async { "hello" }));
    let wire = Wire::with(router, Some(certificate.acceptor().unwrap()), Limits::default()).await;
    let kept = tokio::spawn(certificate.keep_current(asked.clone()));
    let stream = paper.shake_hands(&wire, "http/1.1").await;
    let shown = async |trusted: &CertificateDer<'static>| loop {
        let stream =
            Paper { trusted: trusted.clone(), ..Paper::at(&paper) }.try_hands(&wire, "http/1.1").await;
        if stream.is_ok() {
            break;
        }
        tokio::task::yield_now().await;
    };
    let renew = || {
        let (other, trusted) = Paper::write(paper.directory.path(), "new");
        fs::rename(other.key, &paper.files.key).unwrap();
        fs::rename(other.cert, &paper.files.cert).unwrap();
        trusted
    };
    let second = renew();
    asked.notify_one();
    in_time(shown(&second)).await;
    drop(stream);
    fs::write(&paper.files.cert, "nothing of the kind").unwrap();
    asked.notify_one();
    tokio::task::yield_now().await;
    in_time(shown(&second)).await;
    let third = renew();
    asked.notify_one();
    in_time(shown(&third)).await;
    kept.abort();
}
