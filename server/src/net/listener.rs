//! The accept loop: takes connections, counts them by source, and has each of them served until it ends. It takes the
//! place of axum's, which has no limit of time, size or number. What a request may do is not decided here.
//!
//! - `connection`: TLS, HTTP/1 and HTTP/2, and how long each may take.
//! - `answers`: the requests of one connection whose answers have not been taken yet.

mod answers;
mod connection;

use crate::{
    metrics::Metrics,
    net::limits::Limits,
    net::sources::{Source, Sources, Ticket},
};
use axum::Router;
use connection::Connection;
use futures_util::FutureExt;
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    select,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

/// Shortest time between two log lines about the same source having too many connections.
const SAID_EVERY: Duration = Duration::from_secs(60);

/// The way in which serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Every client that had been let in was answered.
    InGoodOrder,
    /// Time ran out for this many connections.
    CutShort(usize),
}

/// Serves until `stop` completes; then accepts nothing new, and answers the clients that were let in.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    metrics: Arc<Metrics>,
    stop: impl Future<Output = ()>,
) -> Stopped {
    let (tell, stopping) = watch::channel(false);
    let drain_time = limits.drain_time;
    let mut entry = Entry {
        listener,
        slots: Arc::new(Semaphore::new(limits.connections)),
        sources: Sources::new(limits.connections_per_source, usize::MAX),
        said: HashMap::new(),
        limits: limits.clone(),
        metrics: metrics.clone(),
    };
    let shared = Connection { router: router.with_state(()), tls, limits, stopping };
    let mut open = JoinSet::new();
    let serve = |open: &mut JoinSet<()>, accepted: Accepted| {
        let (shared, metrics) = (shared.clone(), metrics.clone());
        open.spawn(async move {
            let _counted = metrics.connection();
            shared.serve(accepted.stream, accepted.peer).await;
            drop((accepted.slot, accepted.ticket));
        });
    };
    let mut stop = pin!(stop);
    loop {
        let next = select! {
            () = &mut stop => break,
            next = entry.next() => next,
        };
        while open.try_join_next().is_some() {}
        serve(&mut open, next);
    }
    // The system has already accepted the connections in its queue, so they are served, too.
    while let Some(next) = entry.next().now_or_never() {
        serve(&mut open, next);
    }
    drop(entry);
    tell.send_replace(true);
    match timeout(drain_time, async { while open.join_next().await.is_some() {} }).await {
        Ok(()) => Stopped::InGoodOrder,
        Err(_) => Stopped::CutShort(open.len()),
    }
}

struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    slot: OwnedSemaphorePermit,
    ticket: Option<Ticket>,
}

/// The listener, with what decides whether a connection is let in.
struct Entry {
    listener: TcpListener,
    slots: Arc<Semaphore>,
    sources: Sources,
    /// Time of the last log line about each source that has too many connections.
    said: HashMap<Source, Instant>,
    limits: Limits,
    metrics: Arc<Metrics>,
}

impl Entry {
    /// Waits for a slot first, and for a connection only then: the system keeps the queue. An error of the system,
    /// such as having no descriptor left, passes; it must neither end the loop nor make it spin.
    async fn next(&mut self) -> Accepted {
        let Ok(slot) = self.slots.clone().acquire_owned().await else { return std::future::pending().await };
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => match self.admit(peer.ip().to_canonical()) {
                    Ok(ticket) => return Accepted { stream, peer, slot, ticket },
                    Err(source) => self.refuse(&stream, source),
                },
                Err(error) if is_the_visitors(&error) => {}
                Err(error) => {
                    tracing::error!("no connection can be accepted: {error}");
                    sleep(self.limits.accept_pause).await;
                }
            }
        }
    }

    /// A ticket for a client that is counted by source. An error names a source that has as many as it may.
    fn admit(&self, peer: IpAddr) -> Result<Option<Ticket>, Source> {
        if self.limits.is_proxy(peer) {
            return Ok(None);
        }
        self.sources.admit(peer).map(Some).ok_or(Source::of(peer))
    }

    /// Refuses a connection. The stream is closed after this has returned: with a reset, which leaves nothing behind
    /// and has no waiting time.
    fn refuse(&mut self, stream: &TcpStream, source: Source) {
        let _ = stream.set_zero_linger();
        self.metrics.refused_connection();
        let now = Instant::now();
        if self.said.get(&source).is_some_and(|said| now.duration_since(*said) < SAID_EVERY) {
            return;
        }
        self.said.retain(|_, said| now.duration_since(*said) < SAID_EVERY);
        self.said.insert(source, now);
        let most = self.limits.connections_per_source;
        tracing::warn!(%source, most, "a source has as many connections as it may; more of them are refused");
    }
}

/// Was the client gone before it was let in?
fn is_the_visitors(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
