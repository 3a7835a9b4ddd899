//! HTTPS without a proxy, with a certificate made for the occasion.

use crate::support::{
    House,
    wire::{Wire, in_time, status},
};
use axum::{body::Body, http::Request};
use hyper_util::rt::{TokioExecutor, TokioIo};
use server::{Entrance, Limits, TlsError, TlsFiles};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer},
};

/// A certificate for localhost that nobody has signed, its files, and a client that trusts it.
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

    async fn shake_hands(&self, wire: &Wire, protocol: &str) -> TlsStream<TcpStream> {
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
        let stream = in_time(TlsConnector::from(Arc::new(config)).connect(name, stream)).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
        stream
    }
}

async fn console(paper: &Paper, house: &House, limits: Limits) -> Wire {
    let entrance = Entrance { secure: true, ..Entrance::default() };
    let router = server::build(house.service.clone(), entrance);
    Wire::with(router, Some(paper.files.acceptor().unwrap()), limits).await
}

#[tokio::test]
async fn over_tls_browsers_are_told_to_come_back_by_https() {
    let (paper, house) = (Paper::new(), House::new().await);
    let wire = console(&paper, &house, Limits::default()).await;
    let mut stream = paper.shake_hands(&wire, "http/1.1").await;
    let head = "GET /settings/tokens HTTP/1.1\r\nHost: localhost\r\nConnection: close";
    let cookie = format!("Cookie: __Host-tokenry={}", house.admin.key.expose());
    stream.write_all(format!("{head}\r\n{cookie}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    in_time(stream.read_to_string(&mut answer)).await.unwrap();
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.contains("strict-transport-security: max-age=63072000\r\n"), "{answer}");
}

#[tokio::test]
async fn http_2_has_the_same_limits() {
    let (paper, house) = (Paper::new(), House::new().await);
    let wire = console(&paper, &house, Limits::default()).await;
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
    assert_eq!(ask(1, 10, app::domain::BODY_BYTES_MAX + 1).await, 413);
    assert_eq!(ask(101, 10, 10).await, 431);
    assert_eq!(ask(10, 4_000, 10).await, 431);
    let fine = ask(10, 10, 10).await;
    assert!((200..500).contains(&fine) && fine != 431 && fine != 413, "{fine}");
}

#[tokio::test]
async fn who_does_not_finish_the_handshake_is_cut() {
    let (paper, house) = (Paper::new(), House::new().await);
    let limits = Limits { handshake_time: Duration::from_millis(100), ..Limits::default() };
    let wire = console(&paper, &house, limits).await;
    assert_eq!(wire.say("").await, "");
    // The first bytes of a greeting that says it is longer.
    assert_eq!(wire.say(b"\x16\x03\x01\x02\x00\x01").await, "");
}

#[tokio::test]
async fn who_speaks_in_the_clear_is_not_served() {
    let (paper, house) = (Paper::new(), House::new().await);
    let wire = console(&paper, &house, Limits::default()).await;
    let answer = wire.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(!answer.contains("HTTP/"), "{answer}");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let paper = Paper::new();
    let (other, _) = Paper::write(paper.directory.path(), "other");
    let empty = paper.directory.path().join("empty.pem");
    fs::write(&empty, "").unwrap();
    let refused = |cert: &Path, key: &Path| match (TlsFiles { cert: cert.into(), key: key.into() }).acceptor()
    {
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
        let Err(refused) = paper.files.acceptor() else { panic!("{mode:o} was taken") };
        assert!(refused.to_string().contains("every user of this machine can reach it"), "{refused}");
    }
    for mode in [0o400, 0o600, 0o640] {
        allow(&paper.files.key, mode);
        assert!(paper.files.acceptor().is_ok(), "{mode:o}");
    }
}
