//! Posting to a URL that somebody has typed in. The address is checked when it is connected to, so that no name leads
//! inside of the network, whatever it resolves to a moment later. Redirects are not followed, and of an answer only its
//! status is read.

use app::domain::is_public;
use axum::body::Body;
use http::{Request, Uri, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

/// The reason for no answer. Displays a few words for a table.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    #[error("not a URL")]
    Url,
    #[error("no answer in time")]
    Slow,
    #[error("the name was not found")]
    Name,
    #[error("the address is inside of a network, where messages are not sent")]
    Private,
    #[error("not by https, and events do not leave in the clear")]
    Clear,
    #[error("no connection: {0}")]
    Connect(io::Error),
    #[error("no secure connection: {0}")]
    Tls(io::Error),
    #[error("no answer: {0}")]
    Http(#[from] hyper::Error),
}

/// Posts a message and returns the status of the answer. Everything together takes no longer than `patience`.
pub async fn post(
    mut request: Request<Body>,
    private_too: bool,
    patience: Duration,
) -> Result<u16, PostError> {
    let uri = request.uri().clone();
    let (host, authority) = uri.host().zip(uri.authority()).ok_or(PostError::Url)?;
    let is_https = uri.scheme_str() == Some("https");
    let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
    request.headers_mut().insert(header::HOST, authority.as_str().parse().map_err(|_| PostError::Url)?);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse::<Uri>().map_err(|_| PostError::Url)?;
    if !is_https && !private_too {
        return Err(PostError::Clear);
    }
    let answered = async {
        let stream = connect(host.trim_matches(['[', ']']), port, private_too).await?;
        if !is_https {
            return send(stream, request).await;
        }
        let name =
            ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|_| PostError::Url)?;
        let tls = tls().ok_or_else(|| PostError::Tls(io::Error::other("TLS cannot be used")))?;
        let stream = TlsConnector::from(tls).connect(name, stream).await.map_err(PostError::Tls)?;
        send(stream, request).await
    };
    timeout(patience, answered).await.unwrap_or(Err(PostError::Slow))
}

/// Connects to the first address of the name that answers and may be connected to.
async fn connect(host: &str, port: u16, private_too: bool) -> Result<TcpStream, PostError> {
    let found: Vec<SocketAddr> = lookup_host((host, port)).await.map_err(|_| PostError::Name)?.collect();
    let mut failure = if found.is_empty() { PostError::Name } else { PostError::Private };
    for address in found.into_iter().filter(|address| private_too || is_public(address.ip())) {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(cause) => failure = PostError::Connect(cause),
        }
    }
    Err(failure)
}

async fn send(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Body>,
) -> Result<u16, PostError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let status = sender.send_request(request).await.map(|answer| answer.status().as_u16());
    // Nobody reads the body.
    connection.abort();
    Ok(status?)
}

/// With the authorities that this machine trusts.
fn tls() -> Option<Arc<ClientConfig>> {
    static TLS: OnceLock<Option<Arc<ClientConfig>>> = OnceLock::new();
    let make = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().ok()?;
        Some(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
    };
    TLS.get_or_init(make).clone()
}
