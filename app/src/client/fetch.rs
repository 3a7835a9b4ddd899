//! Requests to the server functions, as text in and text out: one request for all of them, decoded once by who asks.

use crate::domain::Error;
use leptos::prelude::window;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// How the arguments travel.
pub enum Body {
    Json(String),
    /// The fields of a form, as a browser would send them.
    Form(String),
}

/// After so long without an answer the server counts as out of reach. Longer than any of its own deadlines.
const PATIENCE_MS: u32 = 40_000;

/// The text of the answer: of the value, or of the [`Error`].
pub async fn fetch(path: &'static str, body: Body) -> Result<String, String> {
    SendWrapper::new(async move {
        match exchange(path, body).await {
            Ok((true, text)) => Ok(text),
            Ok((false, text)) if text.starts_with(['{', '"']) => Err(text),
            _ => Err(serde_json::to_string(&Error::Unreachable).unwrap_or_default()),
        }
    })
    .await
}

async fn exchange(path: &str, body: Body) -> Result<(bool, String), JsValue> {
    let (kind, text) = match body {
        Body::Json(text) => ("application/json", text),
        Body::Form(text) => ("application/x-www-form-urlencoded", text),
    };
    let headers = Headers::new()?;
    headers.set("content-type", kind)?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(&text));
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await?;
    let response: Response = response.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.ok(), text.as_string().unwrap_or_default()))
}
