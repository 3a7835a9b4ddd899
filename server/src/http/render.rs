//! Answers that are pages: the application, rendered for a visit or as the answer to a form, and pages without it.
//!
//! Every page has a nonce of its own; only scripts that carry it, or come from this server, run.

use crate::{http::cookies, state::AppState};
use app::{
    FormOutcome, PageContext, TITLE, TitleCell,
    domain::{Caller, Error},
    shell,
};
use axum::{
    Json,
    body::Body,
    extract::{Extension, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures_util::StreamExt;
use leptos::{
    nonce::Nonce,
    prelude::{IntoView, provide_context, use_context},
};
use leptos_axum::handle_response_inner;
use leptos_integration_utils::{BoxedFnOnce, PinnedFuture, PinnedStream};

/// The screen or prompt at the request's URL.
pub async fn page(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    render(&state, caller, None, request).await
}

/// The screen or prompt at a URL, as the answer to a form.
pub async fn answer(
    state: &AppState,
    caller: Caller,
    url: &str,
    status: StatusCode,
    outcome: FormOutcome,
) -> Response {
    let mut visit = Request::new(Body::empty());
    *visit.uri_mut() = url.parse().unwrap_or_default();
    let mut response = render(state, caller, Some(outcome), visit).await;
    *response.status_mut() = status;
    response
}

/// A page that was written with this nonce.
pub fn document(status: StatusCode, nonce: &str, html: String) -> Response {
    guarded((status, Html(html)).into_response(), nonce)
}

/// Like [`document`], for a page that is not hydrated.
pub fn plain_page(status: StatusCode, html: String) -> Response {
    document(status, &Nonce::new().to_string(), html)
}

/// An error in place of the screen at a URL.
pub async fn failed(state: &AppState, caller: Caller, url: &str, error: &Error, is_change: bool) -> Response {
    let outcome = FormOutcome::Failed { error: error.clone(), is_change };
    let mut response = answer(state, caller, url, status_of(error), outcome).await;
    response.headers_mut().extend(retry_after(error).map(|after| (header::RETRY_AFTER, after)));
    response
}

pub fn status_of(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The `Retry-After` value of temporary errors.
pub fn retry_after(error: &Error) -> Option<HeaderValue> {
    match error {
        Error::TooMany { seconds } => Some(HeaderValue::from(*seconds)),
        Error::Unavailable | Error::Busy | Error::Overloaded { .. } => Some(HeaderValue::from(5)),
        _ => None,
    }
}

async fn render(
    state: &AppState,
    caller: Caller,
    outcome: Option<FormOutcome>,
    request: Request,
) -> Response {
    let service = state.service.for_one_page();
    let said = cookies::said(request.headers(), state.network.secure);
    let context = PageContext {
        id: Some(caller.id),
        name: caller.name.as_str().to_owned(),
        role: caller.role,
        theme: caller.theme,
        workspace: String::from(service.workspace_name().await),
        origin: state.network.origin(),
        is_demonstration: state.demonstration().is_some(),
        said: said.as_ref().map(|(text, _)| text.clone()).unwrap_or_default(),
        view: cookies::view(request.headers()),
    };
    let stream = if outcome.is_some() { plain } else { with_data };
    let taken = said.map(|(_, taken)| taken);
    let nonce = Nonce::new();
    let (text, title) = (nonce.to_string(), TitleCell::default());
    let reference = state.reference.clone();
    let context = move || {
        provide_context(nonce.clone());
        provide_context(reference.clone());
        provide_context(service.clone());
        provide_context(caller.clone());
        provide_context(context.clone());
        provide_context(title.clone());
        if let Some(outcome) = outcome.clone() {
            provide_context(outcome);
        }
    };
    let mut response = handle_response_inner(context, shell, request, stream).await;
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .extend(retry_after(&Error::Unavailable).map(|after| (header::RETRY_AFTER, after)));
    }
    (taken, guarded(response, &text)).into_response()
}

/// Forbids caching, and scripts, styles and frames of other sites.
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

/// A whole page, with the data that hydrates it at the end of its body.
fn with_data<V: IntoView + 'static>(app: V, data: Chunks, _: bool) -> PinnedFuture<PinnedStream<String>> {
    let title = use_context::<TitleCell>().unwrap_or_default();
    Box::pin(async move {
        let page: String = app.to_html_stream_in_order().collect().await;
        let data: String = data().collect().await;
        let page = titled(&page, &title);
        let (before, after) = page.rsplit_once("</body>").unwrap_or((&page, ""));
        one(format!("{before}{data}</body>{after}"))
    })
}

/// A whole page and nothing else: the answer to a form runs no script.
fn plain<V: IntoView + 'static>(app: V, _: Chunks, _: bool) -> PinnedFuture<PinnedStream<String>> {
    let title = use_context::<TitleCell>().unwrap_or_default();
    Box::pin(async move {
        let page: String = app.to_html_stream_in_order().collect().await;
        one(titled(&page, &title))
    })
}

/// Writes the title of the page, which is known only once all of it is drawn.
fn titled(page: &str, title: &TitleCell) -> String {
    let title = title.take().replace('&', "&amp;").replace('<', "&lt;");
    page.replacen(TITLE, &format!("<title>{title}</title>"), 1)
}

fn one(page: String) -> PinnedStream<String> {
    Box::pin(futures_util::stream::once(async move { page }))
}

/// The answer to a server function that was refused.
pub fn refuse_call(error: &Error) -> Response {
    let mut response = (status_of(error), Json(error)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    if let Some(after) = retry_after(error) {
        headers.insert(header::RETRY_AFTER, after);
    }
    response
}
