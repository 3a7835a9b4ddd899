//! The real accept loop on a port of its own, and a client that sends raw bytes.

use axum::Router;
use server::{Limits, Stopped, accept};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// Nothing here takes longer, unless it is stuck. A connection may be idle for longer than this.
const PATIENCE: Duration = Duration::from_secs(8);

pub struct Wire {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    stopped: JoinHandle<Stopped>,
}

impl Wire {
    pub async fn new(router: Router) -> Self {
        Self::with(router, None, Limits::default()).await
    }

    pub async fn with(router: Router, tls: Option<TlsAcceptor>, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = oneshot::channel();
        let stopped = tokio::spawn(accept(listener, router, tls, limits, Arc::default(), async {
            let _ = stopping.await;
        }));
        Self { address, stop, stopped }
    }

    pub async fn call(&self) -> Line {
        Line(TcpStream::connect(self.address).await.unwrap())
    }

    /// A connection from another of this machine's own addresses.
    pub async fn call_from(&self, own: Ipv4Addr) -> Line {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((own, 0).into()).unwrap();
        Line(socket.connect(self.address).await.unwrap())
    }

    /// Sends these bytes and returns everything that comes back until the server closes the connection, which it must.
    pub async fn say(&self, bytes: impl AsRef<[u8]>) -> String {
        self.call().await.say(bytes).await
    }

    /// Asks the server to stop, but does not wait for it.
    pub fn stop(self) -> JoinHandle<Stopped> {
        let _ = self.stop.send(());
        self.stopped
    }
}

pub struct Line(pub TcpStream);

impl Line {
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        in_time(self.0.write_all(bytes.as_ref())).await.unwrap();
    }

    /// The next answer, which must have a `Content-Length`. The connection stays open.
    pub async fn answer(&mut self) -> String {
        let mut text = String::new();
        loop {
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                if body.len() >= length.parse().unwrap() {
                    return text;
                }
            }
            let byte = in_time(self.0.read_u8()).await.unwrap_or_else(|e| panic!("{e} after {text:?}"));
            text.push(char::from(byte));
        }
    }

    /// Everything that arrives until the server closes the connection.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        in_time(self.0.read_to_end(&mut bytes)).await.unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Sends and reads at once, because an answer may come before the whole request is sent.
    pub async fn say(mut self, bytes: impl AsRef<[u8]>) -> String {
        let (mut read, mut write) = self.0.split();
        let mut answer = Vec::new();
        let (_, read) =
            in_time(async { tokio::join!(write.write_all(bytes.as_ref()), read.read_to_end(&mut answer)) })
                .await;
        read.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

pub async fn in_time<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("the server neither answered nor closed the connection")
}

/// The status of the first answer.
pub fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or_else(|| panic!("no answer: {answer:?}"))
}
