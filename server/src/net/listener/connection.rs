//! One connection, from its handshake to its end.

use super::answers::{Answer, Answers};
use crate::{
    net::client_ip::Held,
    net::limits::{HEADERS_READ_MAX, Limits},
};
use axum::{Router, extract::ConnectInfo};
use http::{HeaderValue, Request, header};
use hyper::{
    body::{Body, Incoming},
    server::conn::{http1, http2},
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::{
    convert::Infallible,
    future::poll_fn,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy, sink},
    net::TcpStream,
    select,
    sync::watch,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

type Broken = Box<dyn std::error::Error + Send + Sync>;

const TOO_SLOW: &str = "the client takes too long";

/// The settings and the router that all connections share.
#[derive(Clone)]
pub struct Connection {
    pub router: Router,
    pub tls: Option<TlsAcceptor>,
    pub limits: Limits,
    pub stopping: watch::Receiver<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Connection {
    pub async fn serve(&self, stream: TcpStream, peer: SocketAddr) {
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
        let answers = Answers::new();
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(head_time)
            .max_header_size(head_bytes)
            .max_buf_size(2 * head_bytes);
        // More than the hundred headers that hyper has room for cost every request an allocation.
        if self.limits.is_proxy(peer.ip()) {
            http1.max_headers(HEADERS_READ_MAX);
        }
        let mut connection =
            http1.serve_connection(self.io(stream), self.service(peer, &answers, Version::One));
        let served = async {
            // `biased`, so that a request that is there already is taken in before the shutdown.
            select! {
                biased;
                served = poll_fn(|context| connection.poll_without_shutdown(context)) => served,
                () = self.stop() => {
                    Pin::new(&mut connection).graceful_shutdown();
                    poll_fn(|context| connection.poll_without_shutdown(context)).await
                }
            }
        };
        let served = select! {
            biased;
            served = served => served,
            () = self.stalled_or_old(&answers) => return Err(TOO_SLOW.into()),
        };
        // Closing a socket with bytes unread sends a reset, and a reset can overtake the answer.
        let mut stream = connection.into_parts().io.into_inner();
        let goodbye = async {
            stream.shutdown().await?;
            copy(&mut stream, &mut sink()).await
        };
        let _ = timeout(linger_time, goodbye).await;
        Ok(served?)
    }

    async fn http2(&self, stream: impl Stream, peer: SocketAddr) -> Result<(), Broken> {
        let Limits { head_bytes, streams, window_bytes, send_bytes, ping_every, ping_time, .. } = self.limits;
        let answers = Answers::new();
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(head_bytes)?)
            .max_concurrent_streams(streams)
            .initial_stream_window_size(window_bytes)
            .initial_connection_window_size(window_bytes)
            .max_send_buf_size(send_bytes)
            .keep_alive_interval(ping_every)
            .keep_alive_timeout(ping_time)
            .serve_connection(self.io(stream), self.service(peer, &answers, Version::Two));
        let mut connection = pin!(connection);
        // The time that is left once the client was told that this connection ends. Its open requests are answered.
        let left = select! {
            biased;
            served = &mut connection => return Ok(served?),
            () = self.stop() => Duration::MAX,
            () = self.stalled(&answers) => return Err(TOO_SLOW.into()),
            () = sleep(self.limits.age) => self.limits.last_time,
            // The last answer may still be on its way.
            () = self.idle(&answers) => self.limits.stall_time,
        };
        connection.as_mut().graceful_shutdown();
        select! {
            biased;
            served = &mut connection => Ok(served?),
            () = self.stalled(&answers) => Err(TOO_SLOW.into()),
            () = sleep(left) => Err(TOO_SLOW.into()),
        }
    }

    fn io<S: Stream>(&self, stream: S) -> TokioIo<Pin<Box<TimeoutStream<S>>>> {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.limits.stall_time));
        TokioIo::new(Box::pin(stream))
    }

    /// The router as a service that knows the other end of the connection, and watches its answers.
    fn service(
        &self,
        peer: SocketAddr,
        answers: &Arc<Answers>,
        version: Version,
    ) -> impl Service<
        Request<Incoming>,
        Response = http::Response<Answer>,
        Error = Infallible,
        Future: Send + Unpin,
    > + use<> {
        let (router, answers) = (self.router.clone(), answers.clone());
        let small = self.limits.send_bytes as u64;
        service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = router.clone().oneshot(request);
            let answers = answers.clone();
            // Over HTTP/1 the connection itself knows when it is idle, and a small answer is soon in its buffer.
            let mut open = (version == Version::Two).then(|| answers.begin());
            Box::pin(async move {
                let Ok(mut response) = answer.await;
                if version == Version::One {
                    let is_small = response.body().size_hint().upper().is_some_and(|bytes| bytes <= small);
                    open = (!is_small).then(|| answers.begin());
                    if answers.are_old() {
                        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                    }
                }
                let held = response.extensions_mut().remove::<Held>();
                Ok::<_, Infallible>(response.map(|body| Answer::new(body, open, held)))
            })
        })
    }

    /// Completes when the server has been asked to stop.
    async fn stop(&self) {
        // An error would mean that the accept loop itself is gone.
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }

    /// Completes when an answer is taken too slowly, or the connection is past its last time. An old connection is
    /// told to close with its next answer. If it were closed while idle, the client would not know what became of a
    /// request.
    async fn stalled_or_old(&self, answers: &Answers) {
        let Limits { head_time, stall_time, age, last_time, .. } = self.limits;
        let began = Instant::now();
        loop {
            // One timer for all of it, since each timer is polled with every request.
            sleep(head_time.min(stall_time).min(age).min(last_time)).await;
            if began.elapsed() >= age {
                answers.grow_old();
            }
            if began.elapsed() >= age + last_time || answers.are_too_slow(&self.limits) {
                return;
            }
        }
    }

    /// Completes when an answer is taken too slowly. Checked now and then, since an answer that is taken in time has
    /// no timer.
    async fn stalled(&self, answers: &Answers) {
        let Limits { head_time, stall_time, .. } = self.limits;
        loop {
            sleep(head_time.min(stall_time)).await;
            if answers.are_too_slow(&self.limits) {
                return;
            }
        }
    }

    /// Completes when nothing has been asked or answered for as long as a connection may be idle.
    async fn idle(&self, answers: &Answers) {
        let head_time = self.limits.head_time;
        loop {
            match answers.quiet_since() {
                Some(since) if since.elapsed() >= head_time => return,
                Some(since) => sleep_until(since + head_time).await,
                None => sleep(head_time).await,
            }
        }
    }
}

/// A stream of bytes to and from the client, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}
