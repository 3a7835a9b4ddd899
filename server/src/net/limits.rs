//! The limits on what a stranger may ask of the server before anybody knows who is asking: every limit of the wire,
//! in one place. Limits of the product, such as the length of a name or of a body, are in `app`.
//!
//! Together they bound what strangers can make the server hold. A source has at most 256 connections and, over HTTP/2
//! or behind a proxy, 256 requests at once. A connection holds 64 KiB of unread input, and for each of its requests
//! as much of the answer. Bodies that are read before their sender is known take at most 1,024 times 64 KiB, 64 MiB
//! in all.

use app::domain::AddressRange;
use std::{net::IpAddr, time::Duration};

/// Most header fields of one request to the server itself.
pub const HEADERS_MAX: usize = 100;
/// Most header fields that are read from a proxy over HTTP/1. A proxy asks about somebody else's request, with as
/// many fields as that one has.
pub const HEADERS_READ_MAX: usize = 256;
/// Longest URL of a request, in bytes.
pub const URL_BYTES_MAX: usize = 8 * 1024;
/// Longest time that a request may take, from its last header to the first byte of the answer.
pub const REQUEST_TIME: Duration = Duration::from_secs(30);
/// Most connections of one source, unless the operator configures another number. Also most of its requests at once
/// where connections do not limit them: over HTTP/2 and behind a proxy.
pub const PER_SOURCE: usize = 256;
/// Most bodies of one source that are read at once before their sender is known.
pub const STRANGERS_BODIES_PER_SOURCE: usize = 32;
/// Most bodies of all sources together that are read at once before their sender is known.
pub const STRANGERS_BODIES: usize = 1_024;

/// The limits of a connection. Tests take smaller ones, so as not to wait.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most open connections. Further ones wait in the system's queue until one is closed.
    pub connections: usize,
    /// Most open connections of one source. One more is closed at once.
    pub connections_per_source: usize,
    /// The proxies, whose connections speak for many: they are not counted by source, and carry the headers of
    /// others.
    pub proxies: Vec<AddressRange>,
    /// Largest head of a request (its first line and headers), in bytes.
    pub head_bytes: usize,
    /// Time for the whole head to arrive, and longest time that a connection may be idle between two requests.
    pub head_time: Duration,
    /// Time for the TLS handshake.
    pub handshake_time: Duration,
    /// Time for which a client may take nothing of an answer that is ready.
    pub stall_time: Duration,
    /// Slowest rate at which a client may take an answer, in bytes per second: it has `stall_time`, and the time that
    /// all of the answer needs at this rate.
    pub answer_rate: u32,
    /// Age from which a connection takes no new request.
    pub age: Duration,
    /// Time for an old connection to take the answers to its requests. Then it is cut.
    pub last_time: Duration,
    /// Requests at once on one HTTP/2 connection.
    pub streams: u32,
    /// Bytes that an HTTP/2 client may send before any of them is read.
    pub window_bytes: u32,
    /// Bytes of each HTTP/2 answer that are buffered before the client takes them.
    pub send_bytes: usize,
    /// Interval of HTTP/2 keep-alive pings on an idle connection.
    pub ping_every: Duration,
    /// Time to wait for the answer to a ping.
    pub ping_time: Duration,
    /// Time for which a closing connection still discards what the client is sending, so that the client reads our
    /// last answer and not a reset.
    pub linger_time: Duration,
    /// Pause after the system had no descriptor or memory for a new connection.
    pub accept_pause: Duration,
    /// Time for admitted requests to be answered after the server was asked to stop: together with closing the data,
    /// the program ends within ten seconds.
    pub drain_time: Duration,
}

impl Limits {
    pub fn is_proxy(&self, peer: IpAddr) -> bool {
        self.proxies.iter().any(|range| range.contains(peer.to_canonical()))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            connections_per_source: PER_SOURCE,
            proxies: Vec::new(),
            head_bytes: 32 * 1024,
            head_time: Duration::from_secs(10),
            handshake_time: Duration::from_secs(10),
            stall_time: Duration::from_secs(30),
            answer_rate: 2 * 1024,
            age: Duration::from_secs(60 * 60),
            last_time: Duration::from_secs(5 * 60),
            streams: 100,
            window_bytes: 64 * 1024,
            send_bytes: 64 * 1024,
            ping_every: Duration::from_secs(20),
            ping_time: Duration::from_secs(10),
            linger_time: Duration::from_secs(1),
            accept_pause: Duration::from_millis(500),
            drain_time: Duration::from_secs(9),
        }
    }
}
