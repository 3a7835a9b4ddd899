//! The requests of one connection whose answers have not been taken yet. They tell when the connection is idle, and
//! whether it takes an answer too slowly.

use crate::{net::client_ip::Held, net::limits::Limits};
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use std::{
    collections::HashMap,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::Instant;

/// The open requests of one connection.
pub struct Answers {
    state: Mutex<State>,
    is_old: AtomicBool,
}

struct State {
    next: u64,
    open: HashMap<u64, Pace>,
    /// The moment at which the last request ended, or the connection began.
    quiet_since: Instant,
}

/// The pace at which a client takes an answer.
#[derive(Default)]
struct Pace {
    /// Time for which the answer has waited for the client.
    waited: Duration,
    /// Start of the wait that goes on now. `None` while the server itself is not ready.
    waits_since: Option<Instant>,
    /// Bytes that were given to the client.
    given: u64,
}

impl Pace {
    fn is_too_slow(&self, limits: &Limits) -> bool {
        let waited = self.waited + self.waits_since.map_or(Duration::ZERO, |since| since.elapsed());
        waited >= limits.stall_time + Duration::from_secs(self.given / u64::from(limits.answer_rate.max(1)))
    }
}

impl Answers {
    pub fn new() -> Arc<Self> {
        let state = State { next: 0, open: HashMap::new(), quiet_since: Instant::now() };
        Arc::new(Self { state: Mutex::new(state), is_old: AtomicBool::new(false) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a request, which is open until the result is dropped.
    pub fn begin(self: &Arc<Self>) -> Open {
        let mut state = self.state();
        let id = state.next;
        state.next += 1;
        state.open.insert(id, Pace::default());
        Open { answers: self.clone(), id }
    }

    /// The moment since which no request is open. `None` while one is.
    pub fn quiet_since(&self) -> Option<Instant> {
        let state = self.state();
        state.open.is_empty().then_some(state.quiet_since)
    }

    /// Is there an answer that is taken too slowly?
    pub fn are_too_slow(&self, limits: &Limits) -> bool {
        self.state().open.values().any(|pace| pace.is_too_slow(limits))
    }

    pub fn grow_old(&self) {
        self.is_old.store(true, Ordering::Relaxed);
    }

    pub fn are_old(&self) -> bool {
        self.is_old.load(Ordering::Relaxed)
    }
}

/// An open request, for as long as this is held.
pub struct Open {
    answers: Arc<Answers>,
    id: u64,
}

impl Open {
    fn change(&self, change: impl FnOnce(&mut Pace)) {
        if let Some(pace) = self.answers.state().open.get_mut(&self.id) {
            change(pace);
        }
    }

    /// The next step is the client's: to take what it was given.
    fn wait_for_client(&self, given: usize) {
        self.change(|pace| {
            pace.given += given as u64;
            pace.waits_since = Some(Instant::now());
        });
    }

    /// The next step is the server's: the client takes more.
    fn wait_for_server(&self) {
        self.change(|pace| {
            pace.waited += pace.waits_since.take().map_or(Duration::ZERO, |since| since.elapsed());
        });
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = self.answers.state();
        state.open.remove(&self.id);
        state.quiet_since = Instant::now();
    }
}

/// The body of an answer, with what is held until it was taken.
pub struct Answer {
    body: Body,
    open: Option<Open>,
    _held: Option<Held>,
}

impl Answer {
    /// Without `open`, the pace at which it is taken is not watched.
    pub fn new(body: Body, open: Option<Open>, held: Option<Held>) -> Self {
        if let Some(open) = &open {
            open.wait_for_client(0);
        }
        Self { body, open, _held: held }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Some(open) = &self.open {
            open.wait_for_server();
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let (Some(open), Some(Ok(frame))) = (&self.open, &frame) {
            open.wait_for_client(frame.data_ref().map_or(0, Bytes::len));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
