//! Every URL, on one screen.

use crate::{client, entrance::Entrance, forms, guard, limits::REQUEST_TIME, render, server_fns, site};
use app::{paths, service::Service};
use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use std::sync::Arc;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::CsrfLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

/// What every handler can reach.
#[derive(Clone)]
pub struct Console {
    pub service: Service,
    pub entrance: Arc<Entrance>,
}

pub fn build(service: Service, entrance: Entrance) -> Router {
    // It can be said once in a process; every further time is refused, and changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let entrance = Arc::new(entrance);
    let console = Console { service, entrance: entrance.clone() };
    let to_tokens = get(|| async { Redirect::to(paths::TOKENS) });

    let pages = Router::new()
        .route("/", to_tokens.clone())
        .route("/settings", to_tokens)
        .route(paths::TOKENS, get(render::page))
        .route(paths::TOKEN_NEW, get(render::page).post(forms::create))
        .route("/settings/tokens/{id}/edit", get(render::page).post(forms::edit))
        .route("/settings/tokens/{id}/delete", get(render::page).post(forms::delete))
        .route("/_fn/{name}", post(server_fns::call))
        .fallback(render::page)
        .method_not_allowed_fallback(|| async {
            (StatusCode::METHOD_NOT_ALLOWED, "This address does not do that.\n")
        })
        .layer(from_fn_with_state(console.clone(), guard::limit_body))
        .layer(
            CsrfLayer::new()
                .with_rejection_response(|_| (StatusCode::FORBIDDEN, guard::CROSS_SITE).into_response()),
        )
        .with_state(console);

    // From the outside in: what is listed first sees the request first.
    let around = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(CatchPanicLayer::custom(|_| internal_error()))
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "same-origin"))
        .layer(header_layer(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header_layer(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(header_layer(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        // Two years, as browsers ask for; the names below ours are not ours to decide about.
        .option_layer(
            entrance.secure.then(|| header_layer(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000")),
        )
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIME))
        .layer(from_fn(guard::check_head))
        .layer(from_fn_with_state(entrance.clone(), client::find))
        .layer(from_fn_with_state(entrance, guard::check_host));
    // Pages are not compressed while they may hold a secret beside what a form has sent (BREACH).
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .merge(site::routes().layer(CompressionLayer::new()))
        .merge(pages)
        .layer(around)
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// What the log says a request was. The query is left out, since it may hold a one-time code; so are headers.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
}

fn internal_error() -> Response<axum::body::Body> {
    (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong in the server. Nothing was lost; try again.\n")
        .into_response()
}
