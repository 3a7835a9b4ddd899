//! The layer around every handler of the HTTP API. It assigns the request id, finds the client's address, limits the
//! head and the time of a request, turns a panic into an error, and adds the headers of every answer. It is a single
//! layer because every verification passes through it.
//!
//! Successful requests are not logged. Server errors are logged with the request id.

use super::{
    refusal::{Tongue, refused},
    revision,
};
use crate::{
    http::middleware::head,
    http::router::{INTERNAL_ERROR, NO_PAGE},
    metrics::{self, Metrics},
    net::client_ip::{self, Held},
    net::limits::REQUEST_TIME,
    net::network::Network,
};
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Either},
    poll,
};
use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::time::timeout;
use tower::{Layer, Service};
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TOO_LATE: &str = "There was no answer in time. What was asked for may have been done all the same: look before you \
    ask again, or ask with the same Idempotency-Key.";

/// The layer, written by hand: axum's middleware functions would clone and box the handler for every request.
#[derive(Clone)]
pub struct ApiLayer {
    pub network: Arc<Network>,
    pub metrics: Arc<Metrics>,
    pub service: Arc<app::service::Service>,
}

#[derive(Clone)]
pub struct ApiService<S> {
    layer: ApiLayer,
    inner: S,
}

impl<S> Layer<S> for ApiLayer {
    type Service = ApiService<S>;

    fn layer(&self, inner: S) -> ApiService<S> {
        ApiService { layer: self.clone(), inner }
    }
}

impl<S> Service<Request> for ApiService<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let (id, route, layer) = (new_id(), metrics::route(&request), self.layer.clone());
        // A client's own id is replaced: only the server assigns ids, since the audit log relies on them.
        request.headers_mut().insert(REQUEST_ID, id.clone());
        // The usual log level disables the span, which would cost more than a verdict.
        let span = tracing::debug_span!("request", method = %request.method(), path = request.uri().path(), id = ?id);
        let tongue = Tongue::of(request.uri().path());
        let answer = layer.admit(request, tongue).map(|(request, held)| {
            // Few callers have learnt of a revision: the others do not pay for it, not even with room in their future.
            let answer = match revision::wanted(request.headers()).cloned() {
                None => Either::Left(self.inner.call(request)),
                Some(wanted) => {
                    let (mut inner, service, id) = (self.inner.clone(), layer.service.clone(), id.clone());
                    Either::Right(Box::pin(async move {
                        match revision::reach(&service, &wanted).await {
                            Ok(()) => inner.call(request).await,
                            Err((status, why)) => Ok(refused(tongue, status, why, &id)),
                        }
                    }))
                }
            };
            (answer, held)
        });
        Box::pin(async move {
            let answered = match answer {
                Ok((answer, held)) => answered(answer.instrument(span)).await.map(|mut response| {
                    Held::until_taken(held, &mut response);
                    response
                }),
                Err(wrong) => Err(wrong),
            };
            let mut response = answered.unwrap_or_else(|(status, why)| refused(tongue, status, why, &id));
            layer.metrics.request(route.as_ref(), response.status());
            layer.sign(id, &mut response);
            Ok(response)
        })
    }
}

/// The status and the sentence for a request that is refused or gets no answer from its handler.
type Wrong = (StatusCode, &'static str);

impl ApiLayer {
    /// The request with the client's address, and the ticket to hold until the answer is taken.
    fn admit(&self, mut request: Request, tongue: Tongue) -> Result<(Request, Option<Held>), Wrong> {
        // The head of a request that waits at a proxy is a matter for its client and the service behind the proxy.
        match head::wrong_head(&request) {
            Some(wrong) if tongue != Tongue::Proxy => Err(wrong),
            _ => {
                let held = client_ip::admit(&mut request, &self.network)
                    .map_err(|refused| (refused.status(), refused.sentence()))?;
                Ok((request, held))
            }
        }
    }

    fn sign(&self, id: HeaderValue, response: &mut Response) {
        if response.status().is_server_error() {
            tracing::warn!(id = ?id, status = response.status().as_u16(), "a request could not be answered");
        }
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, id);
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_PAGE));
        if self.network.secure {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
        }
    }
}

/// The answer, or the error for a panic or a timeout. A timer is set only if the answer is not ready at once.
async fn answered(answer: impl Future<Output = Result<Response, Infallible>>) -> Result<Response, Wrong> {
    let mut answer = pin!(AssertUnwindSafe(answer).catch_unwind());
    let answer = match poll!(answer.as_mut()) {
        Poll::Ready(answer) => Ok(answer),
        Poll::Pending => timeout(REQUEST_TIME, answer).await,
    };
    match answer {
        Ok(Ok(Ok(response))) => Ok(response),
        Ok(Err(_)) => Err((StatusCode::INTERNAL_SERVER_ERROR, INTERNAL_ERROR)),
        Err(_) => Err((StatusCode::SERVICE_UNAVAILABLE, TOO_LATE)),
    }
}

fn new_id() -> HeaderValue {
    let mut text = Uuid::encode_buffer();
    let text = Uuid::new_v4().hyphenated().encode_lower(&mut text).as_bytes();
    HeaderValue::from_bytes(text).unwrap_or(HeaderValue::from_static(""))
}
