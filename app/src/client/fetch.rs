//! Requests to the server functions, text in and text out: one function for all of them, with the answer decoded once
//! by the caller.

use super::around;
use crate::{
    UNATTENDED,
    domain::{Error, from_json},
};
use js_sys::{Array, Promise};
use leptos::prelude::{window, window_event_listener_untyped};
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, Headers, RequestInit, Response};

/// The encoding of the arguments.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    Json(String),
    /// The fields of a form, as a browser would send them.
    Form(String),
}

/// Time without an answer after which the server counts as unreachable. Longer than any of its own deadlines.
const PATIENCE_MS: u32 = 40_000;
/// Time after a press during which somebody counts as present, in milliseconds.
const HERE_MS: f64 = 60_000.0;
/// Time during which a prefetched answer is fresh enough, in milliseconds.
const FRESH_MS: f64 = 5_000.0;

struct Ahead {
    path: &'static str,
    body: Body,
    at: f64,
    answer: Promise,
}

thread_local! {
    static AHEAD: RefCell<Vec<Ahead>> = const { RefCell::new(Vec::new()) };
    /// Time of the last key or pointer press here, in milliseconds since 1970.
    static PRESSED_AT: Cell<f64> = const { Cell::new(0.0) };
}

/// Starts recording when somebody is here: requests that a page makes by itself do not count as a use of the session.
pub fn notice_people() {
    PRESSED_AT.set(js_sys::Date::now());
    for name in ["keydown", "pointerdown"] {
        window_event_listener_untyped(name, |_| PRESSED_AT.set(js_sys::Date::now()));
    }
}

/// Sends a request ahead of time. The same request within a few seconds gets this answer.
pub fn prefetch(path: &'static str, body: Body) {
    let at = js_sys::Date::now();
    AHEAD.with_borrow_mut(|ahead| {
        ahead.retain(|one| at - one.at < FRESH_MS);
        if ahead.iter().all(|one| one.path != path || one.body != body) {
            let asked = exchange(path, body.clone());
            // This answer may never be used, so a failure is not an error yet.
            let answer = future_to_promise(async { asked.await.or_else(|_| Ok(Array::new().into())) });
            ahead.push(Ahead { path, body, at, answer });
        }
    });
}

/// Discards all prefetched answers, because something has changed.
pub fn forget_ahead() {
    AHEAD.with_borrow_mut(Vec::clear);
}

fn asked_ahead(path: &str, body: &Body) -> Option<Promise> {
    let at = js_sys::Date::now();
    AHEAD.with_borrow_mut(|ahead| {
        let place =
            ahead.iter().position(|one| one.path == path && one.body == *body && at - one.at < FRESH_MS)?;
        Some(ahead.swap_remove(place).answer)
    })
}

/// Returns the text of the answer: of the value, or of the [`Error`].
pub async fn fetch(path: &'static str, body: Body) -> Result<String, String> {
    SendWrapper::new(async move {
        let ahead = match asked_ahead(path, &body) {
            Some(answer) => JsFuture::from(answer).await.ok().filter(went_well),
            None => None,
        };
        let answer = match ahead {
            Some(answer) => Ok(answer),
            None => exchange(path, body).await,
        };
        let answer = answer.map(|answer| Array::from(&answer));
        let text = answer.as_ref().ok().and_then(|answer| answer.get(1).as_string()).unwrap_or_default();
        match answer {
            Ok(answer) if went_well(&answer) => Ok(text),
            Ok(_) if from_json::<Error>(&text).is_some() => Err(text),
            // The data itself may say that something was not found or cannot be asked for.
            Ok(_) if text.starts_with('{') => Ok(text),
            _ => Err(serde_json::to_string(&Error::Unreachable).unwrap_or_default()),
        }
    })
    .await
}

/// Whether a request succeeded. A failed prefetch is sent again, because it may succeed by now.
fn went_well(answer: &JsValue) -> bool {
    Array::from(answer).get(0).is_truthy()
}

/// Sends a request. The result is an array of whether it succeeded and the text.
async fn exchange(path: &str, body: Body) -> Result<JsValue, JsValue> {
    let (kind, text) = match body {
        Body::Json(text) => ("application/json", text),
        Body::Form(text) => ("application/x-www-form-urlencoded", text),
    };
    let headers = Headers::new()?;
    headers.set("content-type", kind)?;
    if js_sys::Date::now() - PRESSED_AT.get() > HERE_MS {
        headers.set(UNATTENDED, "1")?;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(&text));
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await?;
    let response: Response = response.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok(Array::of2(&response.ok().into(), &text).into())
}

/// Prefetches the data behind a link as soon as a pointer or the focus reaches it. `load` knows the server functions of
/// the link's screen and of the prompt over it, and the URL that each reads.
pub fn fetch_ahead(load: impl Fn(&str, &str) -> Vec<(&'static str, String)> + Clone + 'static) {
    for name in ["pointerover", "focusin", "pointerdown"] {
        let load = load.clone();
        window_event_listener_untyped(name, move |event: web_sys::Event| {
            let Some(link) = around::<web_sys::HtmlAnchorElement>(&event, "#app a[href]") else { return };
            let is_ours = link.origin() == window().location().origin().unwrap_or_default();
            if !is_ours || link.rel() == "external" || link.has_attribute("download") {
                return;
            }
            for (path, url) in load(&link.pathname(), &link.search()) {
                prefetch(path, Body::Json(url_argument(&url)));
            }
        });
    }
}

/// The arguments of a server function that loads the data of a URL.
pub fn url_argument(url: &str) -> String {
    format!("{{\"url\":{}}}", serde_json::to_string(url).unwrap_or_default())
}
