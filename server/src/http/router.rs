//! Every URL, on one screen.

use crate::{
    console::changes,
    console::forms,
    console::server_fns,
    console::{audit, continue_form, export, links, passkeys, provider, second_step, sign_in},
    http::assets,
    http::auth,
    http::extract::draw_errors,
    http::middleware::{body, head},
    http::render,
    metrics,
    net::client_ip,
    net::limits::REQUEST_TIME,
    net::network::Network,
    rest,
    state::AppState,
};
use app::{
    paths,
    server_fns::{
        AddPasskey, AddResource, AnswerRequest, AskFor, BeginApp, ChangeGrants, ChangePassword, ChangeRole,
        ChangeTokens, ChangeWorkspace, ChooseNotices, ChooseTheme, ConfirmApp, CreateAccount, CreateToken,
        CreateWebhook, DeleteAccount, DeleteToken, DeleteWebhook, DisableAccount, DisablePerson,
        DisableToken, EditAccount, EditResource, EditToken, EditWebhook, EnableAccount, EnablePerson,
        EnableToken, EndOldSecret, EndOtherSessions, EndSession, HandOverAll, HandOverToken, InvitePerson,
        MakeCodes, MakeLink, PutMember, RemoveApp, RemovePasskey, RemoveResource, RenamePasskey,
        ResetFactors, RestoreToken, RotateToken, RotateWebhook, SaveName, SendAgainToWebhook, SignOutPerson,
        TakeOutMember,
    },
    service::Service,
};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    csrf::CsrfLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

/// The policy of everything that is not a page: nothing is run, loaded, sent or framed.
pub const NO_PAGE: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The Permissions-Policy of our pages: besides showing themselves, they may only copy a secret and use passkeys.
const ABILITIES: &str = "accelerometer=(), autoplay=(), camera=(), clipboard-write=(self), \
    display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-create=(self), \
    publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

pub fn build(service: Service, network: Network) -> Router {
    build_with(AppState::new(service, network))
}

pub fn build_with(state: AppState) -> Router {
    // The executor can be set once in a process; every further call is refused, and changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let (network, metrics) = (state.network.clone(), state.metrics.clone());
    let reference =
        rest::openapi::reference::reference(&rest::openapi::document::DOCUMENT, &network.origin());
    let state = state.describing(reference);
    let pages = behind_the_sign_in(&state)
        .merge(sign_in_routes(&state))
        .fallback(auth::not_found)
        .method_not_allowed_fallback(|| async {
            (StatusCode::METHOD_NOT_ALLOWED, "This address does not do that.\n")
        })
        .layer(from_fn(auth::keep_nothing))
        .layer(
            CsrfLayer::new()
                .with_rejection_response(|_| (StatusCode::FORBIDDEN, head::CROSS_SITE).into_response()),
        )
        .with_state(state.clone());

    // From the outside in: what is listed first sees the request first.
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(metrics.clone(), metrics::count))
        .layer(from_fn(head::forget_request_id))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        ))
        .layer(header_layer(HeaderName::from_static("permissions-policy"), ABILITIES))
        .layer(header_layer(header::X_FRAME_OPTIONS, "DENY"))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(NO_PAGE),
        ))
        .layer(header_layer(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(header_layer(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        // Two years, as browsers ask for. Subdomains are left out, since they are not ours to decide about.
        .option_layer(
            network.secure.then(|| header_layer(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000")),
        )
        .layer(CatchPanicLayer::custom(|_| internal_error()))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIME))
        .layer(from_fn(head::check_head));
    // The site's files are compressed already. Pages are not compressed, since they may contain a secret beside what
    // a form has sent (BREACH).
    let console_side = assets::routes()
        .merge(pages)
        // Only the console checks its name. Services call us by whatever name their network has for us: a page of
        // another site that makes a browser call us by its own name has no token to show.
        .layer(from_fn_with_state(network.clone(), head::check_host))
        .layer(from_fn_with_state(network.clone(), client_ip::find))
        // Health checks call by an address, in the clear, or by no name at all, and are told nothing but this.
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready).with_state(state.clone()))
        .layer(around);
    let service = state.service.clone();
    let services =
        rest::routes(&state).with_state(state).layer(rest::layer::ApiLayer { network, metrics, service });
    console_side.merge(services)
}

/// Can requests be answered, and changes be made? The process may be healthy while its data is unreachable, or the
/// disk full.
async fn ready(State(state): State<AppState>) -> impl IntoResponse {
    let (status, text) = match (state.service.be_ready().await, state.service.be_writable().await) {
        (Ok(()), Ok(())) => (StatusCode::OK, "ready\n"),
        (Ok(()), Err(_)) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the data can be read, but nothing can be written: nobody can revoke\n",
        ),
        (Err(_), _) => (StatusCode::SERVICE_UNAVAILABLE, "the data cannot be reached\n"),
    };
    (status, [(header::CACHE_CONTROL, "no-store")], text)
}

/// Routes for people who are not signed in.
fn sign_in_routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route(paths::SETUP, get(links::show_set_up).post(links::finish_set_up))
        .route(paths::PASSWORD, get(links::show_password).post(links::send_password))
        .route(paths::PROVIDER, get(provider::begin))
        .route(paths::PROVIDER_CALLBACK, get(provider::finish))
        // Other sites must not learn the address of a link, or of the answer of a provider.
        .layer(header_layer(header::REFERRER_POLICY, "no-referrer"))
        .route(paths::SIGN_IN, get(sign_in::show).post(sign_in::send))
        .route(paths::PASSKEY_SIGN_IN_BEGIN, post(passkeys::begin_sign_in))
        .route(paths::PASSKEY_SIGN_IN, post(passkeys::sign_in))
        .route(paths::SECOND_FACTOR, get(second_step::show).post(second_step::send))
        .layer(from_fn_with_state(state.clone(), body::limit_body_of_strangers))
        .layer(from_fn_with_state(state.clone(), draw_errors))
}

/// Routes for people who are signed in. The service decides what they may do there.
fn behind_the_sign_in(state: &AppState) -> Router<AppState> {
    let to = |place: &'static str| get(move || async move { Redirect::to(place) });
    Router::new()
        .route("/", to(paths::TOKENS))
        .route("/settings", to(paths::TOKENS))
        .route(paths::OVERVIEW, get(render::page))
        .route(paths::TOKENS, get(render::page))
        .route(paths::TOKEN_NEW, get(render::page).post(forms::change::<CreateToken>))
        .route(paths::TOKENS_BULK, get(render::page).post(forms::change::<ChangeTokens>))
        .route(paths::TOKENS_EXPORT, get(export::send))
        .route(paths::TOKENS_DELETED, get(render::page))
        .route("/settings/tokens/{id}", get(render::page))
        .route("/settings/tokens/{id}/glance", get(render::page))
        .route("/settings/tokens/{id}/edit", get(render::page).post(forms::change::<EditToken>))
        .route("/settings/tokens/{id}/rotate", get(render::page).post(forms::change::<RotateToken>))
        .route(
            "/settings/tokens/{id}/end-old-secret",
            get(forms::elsewhere).post(forms::change::<EndOldSecret>),
        )
        .route("/settings/tokens/{id}/hand-over", get(render::page).post(forms::change::<HandOverToken>))
        .route("/settings/tokens/{id}/disable", get(render::page).post(forms::change::<DisableToken>))
        .route("/settings/tokens/{id}/enable", get(render::page).post(forms::change::<EnableToken>))
        .route("/settings/tokens/{id}/delete", get(render::page).post(forms::change::<DeleteToken>))
        .route("/settings/tokens/{id}/details/edit", get(render::page).post(forms::change::<EditToken>))
        .route("/settings/tokens/{id}/details/rotate", get(render::page).post(forms::change::<RotateToken>))
        .route(
            "/settings/tokens/{id}/details/end-old-secret",
            get(forms::elsewhere).post(forms::change::<EndOldSecret>),
        )
        .route(
            "/settings/tokens/{id}/details/hand-over",
            get(render::page).post(forms::change::<HandOverToken>),
        )
        .route("/settings/tokens/{id}/details/disable", get(render::page).post(forms::change::<DisableToken>))
        .route("/settings/tokens/{id}/details/enable", get(render::page).post(forms::change::<EnableToken>))
        .route("/settings/tokens/{id}/details/delete", get(render::page).post(forms::change::<DeleteToken>))
        .route("/settings/tokens/{id}/restore", get(render::page).post(forms::change::<RestoreToken>))
        .route("/_fn/{name}", post(server_fns::call))
        .route(paths::CHANGES, get(changes::stream))
        .route(paths::PEOPLE, get(render::page))
        .route(paths::PERSON_NEW, get(render::page).post(forms::change::<InvitePerson>))
        .route("/settings/people/{id}/role", get(render::page).post(forms::change::<ChangeRole>))
        .route("/settings/people/{id}/link", get(render::page).post(forms::change::<MakeLink>))
        .route("/settings/people/{id}/hand-over", get(render::page).post(forms::change::<HandOverAll>))
        .route("/settings/people/{id}/sign-out", get(render::page).post(forms::change::<SignOutPerson>))
        .route("/settings/people/{id}/second-factors", get(render::page).post(forms::change::<ResetFactors>))
        .route("/settings/people/{id}/disable", get(render::page).post(forms::change::<DisablePerson>))
        .route("/settings/people/{id}/enable", get(render::page).post(forms::change::<EnablePerson>))
        .route(paths::GROUPS, get(render::page))
        .route(paths::GROUP_NEW, get(render::page).post(forms::change::<CreateAccount>))
        .route(paths::SERVICES, get(render::page))
        .route(paths::SERVICE_NEW, get(render::page).post(forms::change::<CreateAccount>))
        .route("/settings/accounts/{id}", get(render::page))
        .route("/settings/accounts/{id}/edit", get(render::page).post(forms::change::<EditAccount>))
        .route("/settings/accounts/{id}/grants", get(render::page).post(forms::change::<ChangeGrants>))
        .route("/settings/accounts/{id}/member", get(render::page).post(forms::change::<PutMember>))
        .route("/settings/accounts/{id}/take-out", get(render::page).post(forms::change::<TakeOutMember>))
        .route("/settings/accounts/{id}/disable", get(render::page).post(forms::change::<DisableAccount>))
        .route("/settings/accounts/{id}/enable", get(render::page).post(forms::change::<EnableAccount>))
        .route("/settings/accounts/{id}/delete", get(render::page).post(forms::change::<DeleteAccount>))
        .route(paths::REQUESTS, get(render::page))
        .route(paths::REQUEST_NEW, get(render::page).post(forms::change::<AskFor>))
        .route("/settings/requests/{id}/answer", get(render::page).post(forms::change::<AnswerRequest>))
        .route(paths::PERMISSIONS, get(render::page))
        .route(paths::PERMISSION_HOLDERS, get(render::page))
        .route(paths::RESOURCE_NEW, get(render::page).post(forms::change::<AddResource>))
        .route("/settings/permissions/{name}/edit", get(render::page).post(forms::change::<EditResource>))
        .route("/settings/permissions/{name}/remove", get(render::page).post(forms::change::<RemoveResource>))
        .route(paths::AUDIT, get(render::page))
        .route(paths::AUDIT_EXPORT, to(paths::AUDIT).post(audit::export))
        .route(paths::WEBHOOKS, get(render::page))
        .route(paths::WEBHOOK_NEW, get(render::page).post(forms::change::<CreateWebhook>))
        .route("/settings/webhooks/{id}", get(render::page))
        .route("/settings/webhooks/{id}/edit", get(render::page).post(forms::change::<EditWebhook>))
        .route("/settings/webhooks/{id}/rotate", get(render::page).post(forms::change::<RotateWebhook>))
        .route("/settings/webhooks/{id}/delete", get(render::page).post(forms::change::<DeleteWebhook>))
        .route(
            "/settings/webhooks/{id}/again",
            get(forms::elsewhere).post(forms::change::<SendAgainToWebhook>),
        )
        .route(paths::GENERAL, get(render::page).post(forms::change::<ChangeWorkspace>))
        .route(paths::PROFILE, get(render::page))
        .route(paths::PROFILE_NAME, get(forms::elsewhere).post(forms::change::<SaveName>))
        .route(paths::PROFILE_THEME, get(forms::elsewhere).post(forms::change::<ChooseTheme>))
        .route(paths::PROFILE_NOTICES, get(forms::elsewhere).post(forms::change::<ChooseNotices>))
        .route(paths::PROFILE_PASSWORD, get(forms::elsewhere).post(forms::change::<ChangePassword>))
        .route(paths::PROFILE_APP, get(render::page).post(forms::change::<ConfirmApp>))
        .route(paths::PROFILE_APP_BEGIN, get(forms::elsewhere).post(forms::change::<BeginApp>))
        .route(paths::PROFILE_APP_REMOVE, get(render::page).post(forms::change::<RemoveApp>))
        .route(paths::PASSKEY_BEGIN, post(passkeys::begin_new))
        .route(paths::PASSKEY_NEW, get(render::page).post(forms::change::<AddPasskey>))
        .route("/profile/passkeys/{id}/rename", get(render::page).post(forms::change::<RenamePasskey>))
        .route("/profile/passkeys/{id}/remove", get(render::page).post(forms::change::<RemovePasskey>))
        .route(paths::PROFILE_CODES, get(render::page).post(forms::change::<MakeCodes>))
        .route(paths::SESSION_END, get(forms::elsewhere).post(forms::change::<EndSession>))
        .route(paths::OTHER_SESSIONS_END, get(forms::elsewhere).post(forms::change::<EndOtherSessions>))
        .route(paths::REFERENCE, get(render::page))
        .route(paths::SIGN_OUT, to(paths::TOKENS).post(sign_in::sign_out))
        .layer(from_fn_with_state(state.clone(), continue_form::offer))
        // Bodies are read once the caller is known; without a caller they count as a stranger's.
        .layer(from_fn(body::limit_body))
        .layer(from_fn_with_state(state.clone(), draw_errors))
        .layer(from_fn_with_state(state.clone(), auth::require))
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// The log span of a request. The query is left out, since it may hold a one-time code; so are headers.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), id)
}

pub const INTERNAL_ERROR: &str = "Something went wrong in the server. Nothing was lost; try again.\n";

fn internal_error() -> Response<axum::body::Body> {
    (StatusCode::INTERNAL_SERVER_ERROR, INTERNAL_ERROR).into_response()
}
