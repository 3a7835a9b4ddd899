//! Counters of requests, for the operator. They are plain atomics: they cost a verification some nanoseconds, and the
//! reader does the work of reading them. No label ever names the owner of a token, the token, the address of a client
//! or the address that was asked for; a route is one of our own patterns.

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

/// The endpoint at which a verdict was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    Verify,
    Batch,
    Introspect,
    ForwardAuth,
    /// Tokenry's own API, whose callers are verified, too.
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

/// The upper bounds of the histogram's buckets, in microseconds.
const BUCKETS_US: [u64; 12] = [5, 10, 25, 50, 100, 250, 1_000, 2_500, 10_000, 100_000, 1_000_000, 10_000_000];
/// Classes of status codes, 1xx to 5xx.
const CLASSES: usize = 5;

/// All counters. They begin with the process.
#[derive(Default)]
pub struct Metrics {
    endpoints: [AtEndpoint; Endpoint::ALL.len()],
    /// By the pattern of the route; requests without one are counted under the empty pattern.
    requests: RwLock<BTreeMap<Box<str>, [AtomicU64; CLASSES]>>,
    /// Connections that are open.
    connections: AtomicU64,
    /// Connections that were refused, since their source had too many.
    refused_connections: AtomicU64,
}

#[derive(Default)]
struct AtEndpoint {
    verdicts: [AtomicU64; Verdict::ALL.len()],
    /// Questions without a verdict: the data was unreachable, or somebody had asked too often.
    unanswered: AtomicU64,
    /// Counts by bucket: no longer than its bound, and longer than the one before. The last bucket has no upper
    /// bound.
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

/// Counts the connection as closed even when it is cut.
impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The route pattern that a request has matched.
pub fn route(request: &Request) -> Option<MatchedPath> {
    request.extensions().get::<MatchedPath>().cloned()
}

/// Middleware that counts requests by route and status.
pub async fn count(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let route = route(&request);
    let response = next.run(request).await;
    metrics.request(route.as_ref(), response.status());
    response
}

/// The routes of the address for metrics, which exist nowhere else.
pub fn routes(service: Service, metrics: Arc<Metrics>, listening: SocketAddr) -> Router {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    let show = move || async move { (kind, text::written(&metrics, &service)) };
    Router::new().route("/metrics", get(show)).layer(from_fn_with_state(listening, head::check_address))
}
