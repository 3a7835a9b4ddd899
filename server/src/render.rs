//! Pages: the application rendered on the server, for a visit or for the answer to a form.

use crate::router::Console;
use app::{Posted, domain::Error, shell};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use futures_util::StreamExt;
use leptos::prelude::{IntoView, provide_context};
use leptos_axum::handle_response_inner;
use leptos_integration_utils::{BoxedFnOnce, PinnedFuture, PinnedStream};

/// The page at the request's URL.
pub async fn page(State(console): State<Console>, request: Request) -> Response {
    render(&console, None, request).await
}

/// The page at a URL, as the answer to a form. It is nobody's to keep.
pub async fn answer(console: &Console, uri: &Uri, status: StatusCode, posted: Posted) -> Response {
    let mut visit = Request::new(Body::empty());
    *visit.uri_mut() = uri.clone();
    let mut response = render(console, Some(posted), visit).await;
    *response.status_mut() = status;
    response
}

/// An error that no field is to blame for.
pub async fn error_page(console: &Console, uri: &Uri, error: Error) -> Response {
    answer(console, uri, status_of(&error), Posted::Failed(error)).await
}

pub fn status_of(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn render(console: &Console, posted: Option<Posted>, request: Request) -> Response {
    let service = console.service.clone();
    let stream = if posted.is_some() { plain } else { with_data };
    let context = move || {
        provide_context(service.clone());
        if let Some(posted) = posted.clone() {
            provide_context(posted);
        }
    };
    let mut response = handle_response_inner(context, shell, request, stream).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

type Chunks = BoxedFnOnce<PinnedStream<String>>;

/// A whole page, with the data that wakes it up at the end of its body.
fn with_data<V: IntoView + 'static>(app: V, data: Chunks, _: bool) -> PinnedFuture<PinnedStream<String>> {
    Box::pin(async move {
        let page: String = app.to_html_stream_in_order().collect().await;
        let data: String = data().collect().await;
        let (before, after) = page.rsplit_once("</body>").unwrap_or((&page, ""));
        one(format!("{before}{data}</body>{after}"))
    })
}

/// A whole page and nothing else: the answer to a form runs no script.
fn plain<V: IntoView + 'static>(app: V, _: Chunks, _: bool) -> PinnedFuture<PinnedStream<String>> {
    Box::pin(async move { one(app.to_html_stream_in_order().collect().await) })
}

fn one(page: String) -> PinnedStream<String> {
    Box::pin(futures_util::stream::once(async move { page }))
}
