//! Answers that are pages: the Tokens page, rendered for a visit or as the answer to a form, and documents.
//!
//! Every page has a nonce of its own; only scripts that carry it, or come from this server, run.

use crate::router::Console;
use app::{
    Posted,
    documents::{TokensTab, list_form},
    domain::{Caller, Error},
    paths,
    service::Service,
    shell,
};
use axum::{
    body::Body,
    extract::{Extension, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use futures_util::StreamExt;
use leptos::{
    nonce::Nonce,
    prelude::{IntoView, provide_context},
};
use leptos_axum::handle_response_inner;
use leptos_integration_utils::{BoxedFnOnce, PinnedFuture, PinnedStream};

/// The Tokens page at the request's URL.
pub async fn page(
    State(console): State<Console>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    render(&console, caller, None, request).await
}

/// The Tokens page at a URL, as the answer to a form.
pub async fn answer(
    console: &Console,
    caller: Caller,
    uri: &Uri,
    status: StatusCode,
    posted: Posted,
) -> Response {
    let mut visit = Request::new(Body::empty());
    *visit.uri_mut() = uri.clone();
    let mut response = render(console, caller, Some(posted), visit).await;
    *response.status_mut() = status;
    response
}

/// A document, which was written with this nonce.
pub fn document(status: StatusCode, nonce: &str, html: String) -> Response {
    guarded((status, Html(html)).into_response(), nonce)
}

pub fn status_of(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// When to come back, for errors that pass.
pub fn retry_after(error: &Error) -> Option<HeaderValue> {
    match error {
        Error::TooMany { seconds } => Some(HeaderValue::from(*seconds)),
        Error::Unavailable | Error::Busy | Error::Overloaded { .. } => Some(HeaderValue::from(5)),
        _ => None,
    }
}

async fn render(console: &Console, caller: Caller, posted: Option<Posted>, request: Request) -> Response {
    let service = Service::clone(&console.service);
    let workspace = service.workspace_name().await;
    let form = list_form(request.uri().query().unwrap_or_default());
    let page = service.token_page(&caller, &form).await;
    let choices = service.token_choices(&caller).await.unwrap_or_default();
    // A prompt has a status of its own; a table that cannot be shown has this one.
    let failed = page.as_ref().err().filter(|_| request.uri().path() == paths::TOKENS);
    let failed = failed.map(|error| (status_of(error), retry_after(error)));
    let tab = TokensTab { form, page, choices };
    let stream = if posted.is_some() { plain } else { with_data };
    let demonstration = console.entrance.demonstration();
    let nonce = Nonce::new();
    let text = nonce.to_string();
    let context = move || {
        provide_context(nonce.clone());
        provide_context(service.clone());
        provide_context(caller.clone());
        provide_context(workspace.clone());
        provide_context(tab.clone());
        provide_context(demonstration);
        if let Some(posted) = posted.clone() {
            provide_context(posted);
        }
    };
    let mut response = handle_response_inner(context, shell, request, stream).await;
    if let Some((status, after)) = failed {
        *response.status_mut() = status;
        response.headers_mut().extend(after.map(|after| (header::RETRY_AFTER, after)));
    }
    guarded(response, &text)
}

/// Nobody else's to keep, and no place for anybody else's script, style or frame.
fn guarded(mut response: Response, nonce: &str) -> Response {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
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
