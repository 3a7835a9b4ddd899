//! The accept loop: takes connections, speaks TLS on them if asked to, and hands their requests to the router.
//! It is ours, and not axum's, because axum's knows no limit: neither of time, nor of size, nor of number.
//! What a request may be for is not decided here.

use crate::limits::{HEADERS_READ_MAX, Limits};
use axum::{Router, extract::ConnectInfo, response::Response};
use futures_util::FutureExt;
use http::Request;
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy, sink},
    net::{TcpListener, TcpStream},
    select,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Everybody who had been let in was answered.
    InGoodOrder,
    /// Time ran out for this many connections.
    CutShort(usize),
}

/// Serves until `stop` is there; then takes nobody new, and answers whoever was let in.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> Stopped {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let (tell, stopping) = watch::channel(false);
    let drain_time = limits.drain_time;
    let shared = Connection { router: router.with_state(()), tls, limits, stopping };
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let next = select! {
            () = &mut stop => break,
            next = next_connection(&listener, &slots, &shared.limits) => next,
        };
        while open.try_join_next().is_some() {}
        open.spawn(shared.clone().serve(next));
    }
    // Who stands in the system's queue has been greeted by it already.
    while let Some(next) = next_connection(&listener, &slots, &shared.limits).now_or_never() {
        open.spawn(shared.clone().serve(next));
    }
    drop(listener);
    tell.send_replace(true);
    match timeout(drain_time, async { while open.join_next().await.is_some() {} }).await {
        Ok(()) => Stopped::InGoodOrder,
        Err(_) => Stopped::CutShort(open.len()),
    }
}

type Accepted = (TcpStream, SocketAddr, OwnedSemaphorePermit);

/// Waits for a slot first, and for a visitor only then: the system keeps the queue. An error of the system,
/// such as having no descriptor left, passes; it must neither end the loop nor make it spin.
async fn next_connection(listener: &TcpListener, slots: &Arc<Semaphore>, limits: &Limits) -> Accepted {
    loop {
        let Ok(slot) = slots.clone().acquire_owned().await else { return std::future::pending().await };
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, slot),
            Err(error) if is_the_visitors(&error) => {}
            Err(error) => {
                tracing::error!("no connection can be accepted: {error}");
                sleep(limits.accept_pause).await;
            }
        }
    }
}

/// The visitor was gone before being let in.
fn is_the_visitors(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

type Broken = Box<dyn std::error::Error + Send + Sync>;

/// What every connection is served with.
#[derive(Clone)]
struct Connection {
    router: Router,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    stopping: watch::Receiver<bool>,
}

impl Connection {
    async fn serve(self, (stream, peer, _slot): Accepted) {
        if let Err(error) = self.try_serve(stream, peer).await {
            tracing::debug!(%peer, "a connection broke off: {error}");
        }
    }

    async fn try_serve(&self, stream: TcpStream, peer: SocketAddr) -> Result<(), Broken> {
        stream.set_nodelay(true)?;
        let Some(tls) = &self.tls else { return self.http1(stream, peer).await };
        let handshake = timeout(self.limits.handshake_time, tls.accept(stream));
        let stream = select! {
            stream = handshake => stream??,
            () = self.stop() => return Ok(()),
        };
        match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => self.http2(stream, peer).await,
            _ => self.http1(stream, peer).await,
        }
    }

    async fn http1(&self, stream: impl Stream, peer: SocketAddr) -> Result<(), Broken> {
        let Limits { head_bytes, head_time, linger_time, .. } = self.limits;
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_time)
            .max_headers(HEADERS_READ_MAX)
            .max_header_size(head_bytes)
            .max_buf_size(2 * head_bytes)
            .serve_connection(self.io(stream), self.service(peer));
        // A request that is there already is taken in before it is too late, hence the order.
        let served = select! {
            biased;
            served = poll_fn(|context| connection.poll_without_shutdown(context)) => served,
            () = self.stop() => {
                Pin::new(&mut connection).graceful_shutdown();
                poll_fn(|context| connection.poll_without_shutdown(context)).await
            }
        };
        // With bytes unread, a closed socket is a reset, and a reset can overtake the answer.
        let mut stream = connection.into_parts().io.into_inner();
        let goodbye = async {
            stream.shutdown().await?;
            copy(&mut stream, &mut sink()).await
        };
        let _ = timeout(linger_time, goodbye).await;
        Ok(served?)
    }

    async fn http2(&self, stream: impl Stream, peer: SocketAddr) -> Result<(), Broken> {
        let Limits { head_bytes, streams, ping_every, ping_time, .. } = self.limits;
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(head_bytes)?)
            .max_concurrent_streams(streams)
            .keep_alive_interval(ping_every)
            .keep_alive_timeout(ping_time)
            .serve_connection(self.io(stream), self.service(peer));
        let mut connection = pin!(connection);
        select! {
            biased;
            served = &mut connection => return Ok(served?),
            () = self.stop() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }

    fn io<S: Stream>(&self, stream: S) -> TokioIo<Pin<Box<TimeoutStream<S>>>> {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.limits.stall_time));
        TokioIo::new(Box::pin(stream))
    }

    /// The router, told who is at the other end.
    fn service(
        &self,
        peer: SocketAddr,
    ) -> impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send + Unpin> + use<>
    {
        let router = self.router.clone();
        service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            Box::pin(router.clone().oneshot(request))
        })
    }

    /// Ends when the server has been asked to stop.
    async fn stop(&self) {
        // An error would mean that the loop itself is gone.
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }
}

/// A way to somebody, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}
