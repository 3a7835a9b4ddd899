//! One request to another server, as identity providers are asked: over TLS with the authorities of the machine, or in
//! the clear on this machine alone. Time and size are bounded, and redirects are not followed.

use super::network::is_loopback_name;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    body::Bytes,
    client::conn::http1::handshake,
    header::{CONNECTION, HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};
use url::Url;

/// Time for all of a request and its answer.
const TIME: Duration = Duration::from_secs(5);
/// Largest body of an answer, in bytes. Large sets of keys have some 20 KB.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The reason there is no answer. It names no address and nothing that was sent.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the URL cannot be asked: it is not https, and not on this machine")]
    Url,
    #[error("no connection: {0}")]
    Connect(std::io::Error),
    #[error("the connection broke: {0}")]
    Broke(#[from] hyper::Error),
    #[error("the answer took too long")]
    TooLong,
    #[error("the answer is too large, or was cut short")]
    Body,
    #[error("the server redirects elsewhere")]
    Redirects,
}

/// The roots of the machine, and the client's side of TLS. Read once: some hundred certificates.
static TLS: LazyLock<Option<TlsConnector>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().ok()?;
    Some(TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
});

/// Can this be asked: is it `https`, or on this machine?
pub fn is_askable(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let is_here = url.host_str().is_some_and(is_loopback_name);
    url.scheme() == "https" && url.host_str().is_some() || url.scheme() == "http" && is_here
}

/// Sends the request and reads the whole answer.
pub async fn fetch(request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, FetchError> {
    fetch_within(TIME, request).await
}

async fn fetch_within(
    time: Duration,
    request: http::Request<Vec<u8>>,
) -> Result<http::Response<Vec<u8>>, FetchError> {
    timeout(time, fetch_whole(request)).await.unwrap_or(Err(FetchError::TooLong))
}

async fn fetch_whole(request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, FetchError> {
    let url = Url::parse(&request.uri().to_string()).map_err(|_| FetchError::Url)?;
    let host = url.host_str().ok_or(FetchError::Url)?.to_owned();
    let port = url.port_or_known_default().ok_or(FetchError::Url)?;
    let plain = host.trim_matches(['[', ']']).to_owned();
    let connect = TcpStream::connect((plain.clone(), port));
    match url.scheme() {
        "https" => {
            let name = ServerName::try_from(plain).map_err(|_| FetchError::Url)?;
            let connector = TLS.as_ref().ok_or(FetchError::Url)?;
            let stream = connect.await.map_err(FetchError::Connect)?;
            let stream = connector.connect(name, stream).await.map_err(FetchError::Connect)?;
            ask(stream, &url, request).await
        }
        "http" if is_loopback_name(&host) => {
            ask(connect.await.map_err(FetchError::Connect)?, &url, request).await
        }
        _ => Err(FetchError::Url),
    }
}

async fn ask(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    url: &Url,
    request: http::Request<Vec<u8>>,
) -> Result<http::Response<Vec<u8>>, FetchError> {
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    // Ends with the sender, also when nobody waits any more.
    tokio::spawn(async move { drop(connection.await) });
    let (mut parts, body) = request.into_parts();
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    parts.uri = path.parse().map_err(|_| FetchError::Url)?;
    parts.headers.insert(HOST, HeaderValue::from_str(authority).map_err(|_| FetchError::Url)?);
    parts.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let request = http::Request::from_parts(parts, Full::new(Bytes::from(body)));
    let (parts, body) = sender.send_request(request).await?.into_parts();
    if parts.status.is_redirection() {
        return Err(FetchError::Redirects);
    }
    let body = Limited::new(body, BODY_BYTES_MAX).collect().await.map_err(|_| FetchError::Body)?;
    Ok(http::Response::from_parts(parts, body.to_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// A server that answers its one request with this, and keeps the connection.
    async fn answering(answer: Vec<u8>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys?x=1", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1_024];
            let _ = stream.read(&mut asked).await;
            let _ = stream.write_all(&answer).await;
            let _ = stream.read(&mut asked).await;
        });
        url
    }

    async fn ask(url: &str) -> Result<http::Response<Vec<u8>>, FetchError> {
        fetch_within(Duration::from_millis(500), http::Request::get(url).body(Vec::new()).unwrap()).await
    }

    fn whole(body: &str) -> Vec<u8> {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    #[tokio::test]
    async fn an_answer_is_read_whole_up_to_its_limit() {
        let answer = ask(&answering(whole("{}")).await).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (200, b"{}".as_slice()));
        let huge = ask(&answering(whole(&"x".repeat(BODY_BYTES_MAX + 1))).await).await;
        assert!(matches!(huge, Err(FetchError::Body)), "{huge:?}");
    }

    #[tokio::test]
    async fn whoever_does_not_answer_is_not_waited_for() {
        for answer in [Vec::new(), b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec()] {
            let late = ask(&answering(answer).await).await;
            assert!(matches!(late, Err(FetchError::TooLong)), "{late:?}");
        }
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let to =
            b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n".to_vec();
        let answer = ask(&answering(to).await).await;
        assert!(matches!(answer, Err(FetchError::Redirects)), "{answer:?}");
    }

    #[tokio::test]
    async fn nothing_leaves_this_machine_in_the_clear() {
        for url in ["http://192.0.2.1/", "http://localhost.example.com/", "ftp://127.0.0.1/"] {
            assert!(!is_askable(url), "{url}");
            let refused = ask(url).await;
            assert!(matches!(refused, Err(FetchError::Url)), "{url}: {refused:?}");
        }
        assert!(!is_askable("file:///etc/passwd"));
        assert!(is_askable("https://id.example.com/realms/x") && is_askable("http://[::1]:8080/"));
    }
}
