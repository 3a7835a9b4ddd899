//! A client that sends requests to the real router and reads the answers.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, Response, StatusCode, header},
};
use axum_extra::extract::cookie::Cookie;
use http_body_util::BodyExt;
use std::net::{IpAddr, SocketAddr};
use tower::ServiceExt;

pub struct Visitor {
    router: Router,
    /// Sent by the browser with every request that does not bring cookies of its own.
    cookie: Option<String>,
    /// The source of the requests, if they do not come from this machine.
    address: Option<SocketAddr>,
    /// A secret that comes with every request, as scripts present it.
    secret: Option<String>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a cookie that the answer sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        set.filter_map(|text| text.split(';').next()?.strip_prefix(&format!("{name}=")))
            .map(str::to_owned)
            .next()
    }

    /// The message that the next page shows once; empty if there is none.
    pub fn said(&self) -> String {
        let set = self.cookie("tokenry-said").unwrap_or_default();
        Cookie::parse_encoded(format!("said={set}")).map(|said| said.value().to_owned()).unwrap_or_default()
    }

    /// The first secret in the text, if there is one.
    pub fn secret(&self) -> Option<String> {
        self.text.match_indices("tkr_").map(|(at, _)| &self.text[at..]).find_map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            app::domain::Secret::parse(&rest[..end]).map(|_| rest[..end].to_owned())
        })
    }

    /// Everything by which somebody could tell two answers apart. The id and the time of the request, the nonce, and
    /// the words that were asked for are left out.
    pub fn without(&self, asked_for: &[&str]) -> String {
        let nonce = self.header(header::CONTENT_SECURITY_POLICY).split("'nonce-").nth(1);
        let nonce = nonce.and_then(|rest| rest.split('\'').next()).unwrap_or("no nonce");
        let mut headers: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        headers.sort();
        let all = format!("{}\n{}\n\n{}", self.status, headers.join("\n"), self.text).replace(nonce, "NONCE");
        asked_for.iter().fold(all, |all, word| all.replace(word, "ASKED"))
    }

    /// The prompt, without the screen behind it.
    pub fn dialog(&self) -> &str {
        let from = self.text.find("<dialog").unwrap_or(self.text.len());
        let inside = &self.text[from..];
        inside.find("</dialog>").map_or(inside, |end| &inside[..end])
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
}

impl Visitor {
    pub fn new(router: Router) -> Self {
        Self { router, cookie: None, address: None, secret: None }
    }

    pub fn with_session(self, key: &app::service::Key) -> Self {
        self.with_cookie(&format!("tokenry={}", key.expose()))
    }

    pub fn with_cookie(self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..self }
    }

    pub fn with_secret(self, secret: &str) -> Self {
        Self { secret: Some(secret.to_owned()), ..self }
    }

    pub fn coming_from(self, address: IpAddr) -> Self {
        Self { address: Some((address, 40_000).into()), ..self }
    }

    /// The same browser, with the cookies that an answer has set.
    pub fn having_kept(self, answer: &Answer) -> Self {
        let set = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let kept: Vec<&str> = set.filter_map(|text| text.split(';').next()).collect();
        self.with_cookie(&kept.join("; "))
    }

    /// The text of an answer, or of the page that it leads to, which shows its message once.
    pub async fn told(&self, answer: &Answer) -> String {
        match answer.status {
            StatusCode::SEE_OTHER => self.follow(answer).await.text,
            _ => answer.text.clone(),
        }
    }

    /// The page that an answer leads to, with the message about what was done.
    pub async fn follow(&self, answer: &Answer) -> Answer {
        let said = answer.cookie("tokenry-said").unwrap_or_default();
        let cookie = format!("{}; tokenry-said={said}", self.cookie.as_deref().unwrap_or_default());
        let request = Self::request("GET", answer.header(header::LOCATION)).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a request and reads the answer. A stream of events never ends, so only its head is read.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.respond(request).await.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let bytes = match kind {
            Some("text/event-stream") => Bytes::new(),
            _ => body.collect().await.unwrap().to_bytes(),
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// Sends a request and returns the answer with a body that is read as it arrives.
    pub async fn respond(&self, mut request: Request<Body>) -> Response<Body> {
        if let Some(cookie) = self.cookie.as_ref().filter(|_| !request.headers().contains_key(header::COOKIE))
        {
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        }
        if let Some(secret) = &self.secret {
            let value = format!("Bearer {secret}").parse().unwrap();
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        if let Some(address) = self.address {
            request.extensions_mut().insert(ConnectInfo(address));
        }
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub fn request(method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:3000")
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = Self::request("GET", path).header(header::ACCEPT, "text/html");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Gets a page with other cookies than the browser's own.
    pub async fn get_with_cookie(&self, path: &str, cookie: &str) -> Answer {
        let request = Self::request("GET", path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Posts a plain form as this site's own page does.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encoded: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect();
        self.post(path, "application/x-www-form-urlencoded", encoded.join("&")).await
    }

    pub async fn post(&self, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = Self::request("POST", path)
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Calls a server function as a screen or a prompt does.
    pub async fn call(&self, function: &str, arguments: serde_json::Value) -> Answer {
        self.post(&format!("/_fn/{function}"), "application/json", arguments.to_string()).await
    }

    /// Makes a change as a hydrated form does.
    pub async fn change(&self, function: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_form(&format!("/_fn/{function}"), fields).await
    }
}

fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
