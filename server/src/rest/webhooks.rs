//! `/v1/webhooks`: URLs that hear of what happens here, and the last messages to each.

use super::{
    bearer, body,
    body::Rfc3339,
    openapi::{
        examples,
        parts::{BodyFaults, Forbidden, NoSuchToken, TermsFailed, Unserved, WebhookPath},
    },
    problem::{Problem, json, no_content},
};
use crate::state::AppState;
use app::domain::{
    Delivery, Error, READ_WEBHOOKS, SendAgain, WRITE_WEBHOOKS, Webhook, WebhookForm, WebhookId,
};
use axum::{
    extract::{FromRequestParts, Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use utoipa::ToSchema;

/// A URL that events are sent to.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook, example = json!(crate::rest::openapi::examples::webhook()))]
pub struct WebhookJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: WebhookId,
    name: &'a str,
    url: &'a str,
    /// The kinds of events that it hears of, as in `token.created`. `*` is the whole audit log.
    events: Vec<String>,
    /// `active`, `failing`, `paused` or `given_up`.
    status: &'static str,
    /// The last line of the audit log that it has, or passed over.
    line: i64,
    /// Attempts in a row that failed.
    failures: u32,
    /// What went wrong the last time. Null if nothing did.
    #[schema(required = true)]
    trouble: Option<&'a str>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Rfc3339,
}

impl<'a> From<&'a Webhook> for WebhookJson<'a> {
    fn from(webhook: &'a Webhook) -> Self {
        Self {
            id: webhook.id,
            name: &webhook.name,
            url: &webhook.url,
            events: webhook.heard.as_sent(),
            status: webhook.state().name(),
            line: webhook.sending.line,
            failures: webhook.sending.failures,
            trouble: Some(webhook.sending.trouble.as_str()).filter(|trouble| !trouble.is_empty()),
            created_at: Rfc3339(webhook.created_at),
        }
    }
}

/// All webhooks, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookList)]
pub struct WebhooksJson<'a> {
    items: Vec<WebhookJson<'a>>,
}

/// A webhook to create.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewWebhook)]
#[serde(deny_unknown_fields)]
pub struct NewWebhookJson {
    name: String,
    /// Begins with `https`, unless the operator allows private webhooks.
    url: String,
    /// Kinds of events; `*` is the whole audit log.
    events: Vec<String>,
}

/// A webhook and its signing secret, which only this response contains.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedWebhook)]
pub struct CreatedWebhookJson<'a> {
    webhook: WebhookJson<'a>,
    /// `whsec_` and a key in base64, for the libraries of Standard Webhooks.
    signing_secret: String,
}

/// A message to a webhook.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryJson<'a> {
    /// The number of the line of the audit log.
    line: i64,
    event: &'a str,
    delivered: bool,
    /// The HTTP status of the last answer. Null if there was none.
    #[schema(required = true)]
    status: Option<u16>,
    /// Why there was no answer. Null if there was one.
    #[schema(required = true)]
    trouble: Option<&'a str>,
    attempts: u32,
    duration_ms: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Rfc3339,
}

impl<'a> From<&'a Delivery> for DeliveryJson<'a> {
    fn from(delivery: &'a Delivery) -> Self {
        Self {
            line: delivery.line,
            event: &delivery.kind,
            delivered: delivery.delivered,
            status: delivery.status,
            trouble: Some(delivery.trouble.as_str()).filter(|trouble| !trouble.is_empty()),
            attempts: delivery.attempts,
            duration_ms: delivery.duration_ms,
            at: Rfc3339(delivery.at),
        }
    }
}

/// The last messages, newest line first.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryList)]
pub struct DeliveriesJson<'a> {
    items: Vec<DeliveryJson<'a>>,
}

/// The id in the path. One that cannot be read names no webhook.
pub struct WebhookAt(String);

impl<S: Send + Sync> FromRequestParts<S> for WebhookAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(path.map(|Path(id)| id).unwrap_or_default()))
    }
}

/// The id and the line in the path. A line that cannot be read names no message.
pub struct LineAt(String, i64);

impl<S: Send + Sync> FromRequestParts<S> for LineAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let (id, line) = path.map(|Path(path)| path).unwrap_or_default();
        Ok(Self(id, line.parse().unwrap_or_default()))
    }
}

fn refuse(headers: &HeaderMap) -> impl Fn(Error) -> Problem {
    move |error| Problem::new(error, headers)
}

#[utoipa::path(
    get,
    path = "/v1/webhooks",
    tag = "Webhooks",
    operation_id = "list_webhooks",
    summary = "List webhooks",
    security(("bearer" = ["tokenry.webhooks:read"])),
    responses(
        (status = 200, description = "All webhooks", body = WebhooksJson<'_>, example = json!(examples::webhooks())),
        Unserved, Forbidden
    )
)]
pub async fn list(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_WEBHOOKS).await?;
    let data = state.service.webhooks(&caller).await.map_err(refuse(&parts.headers))?;
    let items = data.webhooks.iter().map(WebhookJson::from).collect();
    Ok(json(StatusCode::OK, &WebhooksJson { items }))
}

#[utoipa::path(
    post,
    path = "/v1/webhooks",
    tag = "Webhooks",
    operation_id = "create_webhook",
    summary = "Create a webhook",
    description = "It hears of everything from its own creation on: each line of the audit log of a chosen kind is \
        posted as `{\"type\", \"timestamp\", \"data\"}`, in order and at least once, signed as Standard Webhooks \
        (`webhook-id`, `webhook-timestamp`, `webhook-signature`). `data` is the line as `GET /v1/events` shows it, with \
        its `link`. A message that is not answered with 2xx within 10 seconds is repeated with growing pauses, for three \
        days.",
    security(("bearer" = ["tokenry.webhooks:write"])),
    request_body(content = NewWebhookJson, example = json!(examples::new_webhook())),
    responses(
        (status = 201, description = "The webhook and its signing secret",
            headers(("Location" = String, description = "The path of the webhook")),
            body = CreatedWebhookJson<'_>, example = json!(examples::created_webhook())),
        Unserved, Forbidden, BodyFaults, TermsFailed
    )
)]
pub async fn create(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_WEBHOOKS).await?;
    let NewWebhookJson { name, url, events } = body::json(&parts.headers, body).await?;
    let form = WebhookForm { name, url, kinds: events };
    let made = state.service.create_webhook(&caller, &form).await.map_err(refuse(&parts.headers))?;
    let (webhook, signing_secret) = (WebhookJson::from(&made.webhook), made.key.reveal());
    let mut response = json(StatusCode::CREATED, &CreatedWebhookJson { webhook, signing_secret });
    let place = HeaderValue::try_from(format!("/v1/webhooks/{}", made.webhook.id)).ok();
    response.headers_mut().extend(place.map(|place| (header::LOCATION, place)));
    Ok(response)
}

#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}",
    tag = "Webhooks",
    operation_id = "read_webhook",
    summary = "Read a webhook",
    security(("bearer" = ["tokenry.webhooks:read"])),
    params(WebhookPath),
    responses(
        (status = 200, description = "The webhook", body = WebhookJson<'_>, example = json!(examples::webhook())),
        Unserved, Forbidden, NoSuchToken
    )
)]
pub async fn read(
    State(state): State<AppState>,
    id: WebhookAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_WEBHOOKS).await?;
    let data = state.service.webhook(&caller, &id.0).await.map_err(refuse(&parts.headers))?;
    Ok(json(StatusCode::OK, &WebhookJson::from(&data.webhook)))
}

#[utoipa::path(
    delete,
    path = "/v1/webhooks/{id}",
    tag = "Webhooks",
    operation_id = "delete_webhook",
    summary = "Delete a webhook",
    security(("bearer" = ["tokenry.webhooks:write"])),
    params(WebhookPath),
    responses((status = 204, description = "Nothing is sent to it any more"), Unserved, Forbidden, NoSuchToken)
)]
pub async fn delete(
    State(state): State<AppState>,
    id: WebhookAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_WEBHOOKS).await?;
    state.service.delete_webhook(&caller, &id.0).await.map_err(refuse(&parts.headers))?;
    Ok(no_content())
}

#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}/deliveries",
    tag = "Webhooks",
    operation_id = "list_deliveries",
    summary = "List the last messages to a webhook",
    description = "Up to 100.",
    security(("bearer" = ["tokenry.webhooks:read"])),
    params(WebhookPath),
    responses(
        (status = 200, description = "The messages", body = DeliveriesJson<'_>, example = json!(examples::deliveries())),
        Unserved, Forbidden, NoSuchToken
    )
)]
pub async fn deliveries(
    State(state): State<AppState>,
    id: WebhookAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_WEBHOOKS).await?;
    let data = state.service.webhook(&caller, &id.0).await.map_err(refuse(&parts.headers))?;
    let items = data.deliveries.iter().map(DeliveryJson::from).collect();
    Ok(json(StatusCode::OK, &DeliveriesJson { items }))
}

#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/deliveries/{line}/redeliver",
    tag = "Webhooks",
    operation_id = "redeliver",
    summary = "Send a message again",
    description = "It has the same `webhook-id` as before. A message that could not be delivered yet is tried now.",
    security(("bearer" = ["tokenry.webhooks:write"])),
    params(WebhookPath, ("line" = i64, Path, description = "The number of the line of the audit log")),
    responses((status = 204, description = "It is sent within seconds"), Unserved, Forbidden, NoSuchToken)
)]
pub async fn redeliver(
    State(state): State<AppState>,
    LineAt(id, line): LineAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_WEBHOOKS).await?;
    let asked = state.service.send_again(&caller, &SendAgain { id, line }).await;
    asked.map_err(refuse(&parts.headers))?;
    Ok(no_content())
}
