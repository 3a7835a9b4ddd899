//! What is counted about requests, for the operator. Counters are plain atomics: on the way of a verification they
//! cost some nanoseconds, and reading them is the reader's work. No label ever says whose token it was, what it is
//! called, where somebody came from or which address was asked for; a route is one of our own patterns.

mod text;

use crate::http::middleware::head;
use app::{domain::Verdict, service::Service};
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::get,
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Where a verdict was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    Verify,
    Batch,
    Introspect,
    ForwardAuth,
    /// Whoever calls Tokenry's own API is judged, too.
    Caller,
}

impl Endpoint {
    const ALL: [Self; 5] = [Self::Verify, Self::Batch, Self::Introspect, Self::ForwardAuth, Self::Caller];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Batch => "batch",
            Self::Introspect => "introspect",
            Self::ForwardAuth => "forward_auth",
            Self::Caller => "caller",
        }
    }
}

/// The ends of the histogram's buckets, in microseconds.
const BUCKETS_US: [u64; 12] = [5, 10, 25, 50, 100, 250, 1_000, 2_500, 10_000, 100_000, 1_000_000, 10_000_000];
/// Of the status codes, 1xx to 5xx.
const CLASSES: usize = 5;

/// Every count there is. It begins with the process.
#[derive(Default)]
pub struct Metrics {
    endpoints: [AtEndpoint; Endpoint::ALL.len()],
    /// By pattern of the route; what has none is counted under the empty one.
    requests: RwLock<BTreeMap<Box<str>, [AtomicU64; CLASSES]>>,
    /// Connections that are open.
    connections: AtomicU64,
    /// Connections that were refused, since their source had too many.
    refused_connections: AtomicU64,
}

#[derive(Default)]
struct AtEndpoint {
    verdicts: [AtomicU64; Verdict::ALL.len()],
    /// There was no verdict: the data was away, or somebody had asked too often.
    unanswered: AtomicU64,
    /// Those that took no longer than the bucket and longer than the one before; the last one has no end.
    times: [AtomicU64; BUCKETS_US.len() + 1],
    nanos: AtomicU64,
}

impl Metrics {
    pub fn verified(&self, endpoint: Endpoint, verdict: Option<Verdict>, took: Duration) {
        let Some(at) = self.endpoints.get(endpoint as usize) else { return };
        let count = verdict.map_or(Some(&at.unanswered), |verdict| at.verdicts.get(verdict as usize));
        let bucket = BUCKETS_US.partition_point(|end| u128::from(*end) < took.as_micros());
        for count in [count, at.times.get(bucket)].into_iter().flatten() {
            count.fetch_add(1, Ordering::Relaxed);
        }
        at.nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// One more connection, until this is dropped.
    pub fn connection(self: &Arc<Self>) -> OpenConnection {
        self.connections.fetch_add(1, Ordering::Relaxed);
        OpenConnection(self.clone())
    }

    pub fn refused_connection(&self) {
        self.refused_connections.fetch_add(1, Ordering::Relaxed);
    }

    pub fn request(&self, route: Option<&MatchedPath>, status: StatusCode) {
        let (route, class) = (route.map_or("", MatchedPath::as_str), usize::from(status.as_u16() / 100 - 1));
        let add = |counts: &[AtomicU64; CLASSES]| {
            if let Some(count) = counts.get(class) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        };
        if let Some(counts) = self.requests.read().unwrap_or_else(PoisonError::into_inner).get(route) {
            return add(counts);
        }
        add(self.requests.write().unwrap_or_else(PoisonError::into_inner).entry(route.into()).or_default());
    }
}

pub struct OpenConnection(Arc<Metrics>);

/// Also when it is cut.
impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The pattern of the route that a request has found.
pub fn route(request: &Request) -> Option<MatchedPath> {
    request.extensions().get::<MatchedPath>().cloned()
}

/// Counts what passes.
pub async fn count(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let route = route(&request);
    let response = next.run(request).await;
    metrics.request(route.as_ref(), response.status());
    response
}

/// What stands on the address for metrics, and nowhere else.
pub fn routes(service: Service, metrics: Arc<Metrics>, listening: SocketAddr) -> Router {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    let show = move || async move { (kind, text::written(&metrics, &service)) };
    Router::new().route("/metrics", get(show)).layer(from_fn_with_state(listening, head::check_address))
}
