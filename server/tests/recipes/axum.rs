use axum::{
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use std::{error::Error, net::SocketAddr};

/// Where Tokenry is, and a secret of your own service's, whose token may `tokenry.tokens:verify`.
#[derive(Clone)]
pub struct Tokenry {
    client: Client<HttpConnector, String>,
    url: String,
    secret: String,
}

/// Whose request it is: `id`, `name`, `owner`, `permissions`. Handlers take it as `Extension<Token>`.
#[derive(Clone)]
pub struct Token(pub Value);

impl Tokenry {
    pub fn new(url: &str, secret: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, url: format!("{url}/v1/verify"), secret: secret.to_owned() }
    }

    /// The answer of `/v1/verify`: may this secret do that now?
    async fn verify(&self, question: Value) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let request = axum::http::Request::post(&self.url)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.secret))
            .header(header::CONTENT_TYPE, "application/json")
            .body(question.to_string())?;
        let answer = self.client.request(request).await?;
        Ok(serde_json::from_slice(&answer.into_body().collect().await?.to_bytes())?)
    }
}

/// `Router::new()....layer(from_fn_with_state(tokenry, may_read_projects))`
pub async fn may_read_projects(
    State(tokenry): State<Tokenry>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let secret = authorization.and_then(|value| value.strip_prefix("Bearer "));
    let Some(secret) = secret else {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response();
    };
    let question = json!({ "secret": secret, "permissions": ["projects:read"], "address": peer.ip() });
    let Ok(mut answer) = tokenry.verify(question).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    match answer["verdict"].as_str() {
        Some("valid") => {
            request.extensions_mut().insert(Token(answer["token"].take()));
            next.run(request).await
        }
        Some(verdict @ ("permission_missing" | "address_not_allowed" | "rate_limited")) => {
            (StatusCode::FORBIDDEN, verdict.to_owned()).into_response()
        }
        Some(_) => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response(),
        // Tokenry gave no verdict, only a reason.
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
