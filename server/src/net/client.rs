//! One request to another server, by HTTP/1.1 on a connection of its own. Where it may go is checked when it connects,
//! so that no name leads elsewhere, whatever it resolves to a moment later. Redirects are not followed. Callers bound
//! the time.

use super::network::is_loopback_name;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    body::{Bytes, Incoming},
    client::conn::http1::handshake,
    header::{CONNECTION, HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, LazyLock},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    task::JoinSet,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};
use url::{Position, Url};

/// Where a request may go.
#[derive(Clone, Copy)]
pub enum Reach {
    /// To such addresses over TLS: for URLs that somebody has typed in.
    Only(fn(IpAddr) -> bool),
    /// Anywhere over TLS, and in the clear on this machine: for URLs in the operator's configuration.
    Configured,
    /// Anywhere.
    All,
}

/// The reason for no answer. It names nothing that was sent.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("not a URL")]
    Url,
    #[error("not by https, and nothing leaves this machine in the clear")]
    Clear,
    #[error("the name was not found")]
    Name,
    #[error("the address is inside of a network, where messages are not sent")]
    Private,
    #[error("no connection: {0}")]
    Connect(io::Error),
    #[error("no secure connection: {0}")]
    Tls(io::Error),
    #[error("the connection broke: {0}")]
    Broke(#[from] hyper::Error),
    #[error("the answer is too large, or was cut short")]
    Body,
}

/// An answer whose body is not read yet. The connection ends with it.
pub struct Answer {
    response: http::Response<Incoming>,
    _connection: JoinSet<()>,
}

impl Answer {
    pub fn status(&self) -> http::StatusCode {
        self.response.status()
    }

    /// The answer with its whole body, of up to this many bytes.
    pub async fn whole(self, bytes_max: usize) -> Result<http::Response<Vec<u8>>, ClientError> {
        let (parts, body) = self.response.into_parts();
        let body = Limited::new(body, bytes_max).collect().await.map_err(|_| ClientError::Body)?;
        Ok(http::Response::from_parts(parts, body.to_bytes().to_vec()))
    }
}

impl Reach {
    /// May a request leave for this URL, as far as its text tells?
    pub fn check(self, url: &Url) -> Result<(), ClientError> {
        let host = url.host_str().ok_or(ClientError::Url)?;
        match (url.scheme(), self) {
            ("https", _) | ("http", Self::All) => Ok(()),
            ("http", Self::Configured) if is_loopback_name(host) => Ok(()),
            ("http", _) => Err(ClientError::Clear),
            _ => Err(ClientError::Url),
        }
    }

    fn allows(self, address: SocketAddr) -> bool {
        match self {
            Self::Only(allows) => allows(address.ip()),
            Self::Configured | Self::All => true,
        }
    }

    /// A connection to the first address of the name that answers and may be connected to.
    async fn connect(self, host: &str, port: u16) -> Result<TcpStream, ClientError> {
        let found: Vec<SocketAddr> =
            lookup_host((host, port)).await.map_err(|_| ClientError::Name)?.collect();
        let mut failure = if found.is_empty() { ClientError::Name } else { ClientError::Private };
        for address in found.into_iter().filter(|address| self.allows(*address)) {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(cause) => failure = ClientError::Connect(cause),
            }
        }
        Err(failure)
    }
}

/// The client's side of TLS, with the authorities that this machine trusts. Read once: some hundred certificates.
static TLS: LazyLock<Option<TlsConnector>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().ok()?;
    Some(TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
});

/// Sends the request, whose URI is absolute, and reads the head of the answer.
pub async fn send(request: http::Request<Vec<u8>>, reach: Reach) -> Result<Answer, ClientError> {
    let url = Url::parse(&request.uri().to_string()).map_err(|_| ClientError::Url)?;
    reach.check(&url)?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().ok_or(ClientError::Url)?;
    let stream = reach.connect(&host, port).await?;
    if url.scheme() == "http" {
        return exchange(stream, &url, request).await;
    }
    let name = ServerName::try_from(host).map_err(|_| ClientError::Url)?;
    let unusable = || ClientError::Tls(io::Error::other("TLS cannot be used"));
    let connector = TLS.as_ref().ok_or_else(unusable)?;
    exchange(connector.connect(name, stream).await.map_err(ClientError::Tls)?, &url, request).await
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    url: &Url,
    request: http::Request<Vec<u8>>,
) -> Result<Answer, ClientError> {
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let mut running = JoinSet::new();
    running.spawn(async move { drop(connection.await) });
    let (mut parts, body) = request.into_parts();
    let authority = &url[Position::BeforeHost..Position::AfterPort];
    let path = &url[Position::BeforePath..Position::AfterQuery];
    parts.uri = path.parse().map_err(|_| ClientError::Url)?;
    parts.headers.insert(HOST, HeaderValue::from_str(authority).map_err(|_| ClientError::Url)?);
    parts.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let request = http::Request::from_parts(parts, Full::new(Bytes::from(body)));
    Ok(Answer { response: sender.send_request(request).await?, _connection: running })
}
