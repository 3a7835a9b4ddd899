//! What a stranger may ask of the server before anybody knows who is asking: every limit of the wire, in one
//! place. What the product limits, such as the length of a name or of a body, is in `app`.

use std::time::Duration;

/// Most header fields of one request that is for us.
pub const HEADERS_MAX: usize = 100;
/// Most header fields that are read at all over HTTP/1. What a proxy asks about is somebody else's request, with as many
/// as that one has.
pub const HEADERS_READ_MAX: usize = 256;
/// Longest URL of a request, in bytes.
pub const URL_BYTES_MAX: usize = 8 * 1024;
/// Longest time that a request may take, from its last header to the first byte of the answer.
pub const REQUEST_TIME: Duration = Duration::from_secs(30);

/// The limits of a connection. Tests take smaller ones, so as not to wait.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most open connections. Who comes after that waits in the system's queue until one is closed.
    pub connections: usize,
    /// Largest head of a request (its first line and headers), in bytes.
    pub head_bytes: usize,
    /// Time for the whole head to arrive, and for which a connection may be idle between two requests.
    pub head_time: Duration,
    /// Time for the TLS handshake.
    pub handshake_time: Duration,
    /// Time for which a client may take nothing of an answer that is ready.
    pub stall_time: Duration,
    /// Requests at once on one HTTP/2 connection.
    pub streams: u32,
    /// How often a silent HTTP/2 connection is asked whether somebody is there.
    pub ping_every: Duration,
    /// Time for that answer.
    pub ping_time: Duration,
    /// Time for which a closing connection still swallows what the client is sending, so that the client
    /// reads our last answer and not a reset.
    pub linger_time: Duration,
    /// Pause after the system had no descriptor or memory for a new connection.
    pub accept_pause: Duration,
    /// Time for admitted requests to be answered after the server was asked to stop: with what closing the
    /// data takes, the program ends within ten seconds.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            head_bytes: 32 * 1024,
            head_time: Duration::from_secs(10),
            handshake_time: Duration::from_secs(10),
            stall_time: Duration::from_secs(30),
            streams: 100,
            ping_every: Duration::from_secs(20),
            ping_time: Duration::from_secs(10),
            linger_time: Duration::from_secs(1),
            accept_pause: Duration::from_millis(500),
            drain_time: Duration::from_secs(9),
        }
    }
}
