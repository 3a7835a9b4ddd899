//! The ways out of this process.

use super::{
    line::{self, LineJson},
    mail::Mailer,
};
use crate::{
    net::client::{ClientError, Reach, send},
    rest::body::Rfc3339,
};
use app::{
    domain::{Mail, is_public},
    service::{Carrier, FollowerKind, Parcel, Posted, Unsent, WrittenLine},
};
use async_trait::async_trait;
use axum::http::{Request, header};
use serde::Serialize;
use std::{
    fs::File,
    io::{self, Write},
    os::fd::AsFd,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// Longest time for a message, from looking up the name to the status of the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The body of a message (Standard Webhooks).
#[derive(Serialize)]
struct MessageJson<'a> {
    r#type: &'a str,
    timestamp: Rfc3339,
    data: LineJson<'a>,
}

/// What this process was told to send by.
pub struct Post {
    /// Whether the audit log goes to the standard output.
    pub prints: bool,
    /// Whether messages may go inside of the network, and in the clear.
    pub private_webhooks: bool,
    pub patience: Duration,
    pub mailer: Option<Mailer>,
    /// The beginning of links in mails.
    pub origin: String,
}

impl Default for Post {
    fn default() -> Self {
        let (mailer, origin) = Default::default();
        Self { prints: false, private_webhooks: false, patience: PATIENCE, mailer, origin }
    }
}

/// A message with its signatures.
fn request(parcel: &Parcel<'_>) -> Option<Request<Vec<u8>>> {
    let (line, row) = parcel.line;
    let message = MessageJson { r#type: &row.kind, timestamp: Rfc3339(line.at), data: parcel.line.into() };
    let (body, at) = (serde_json::to_vec(&message).ok()?, parcel.at.as_millis().div_euclid(1_000));
    let signed: Vec<String> =
        parcel.keys.iter().map(|key| format!("v1,{}", key.sign(&parcel.id, at, &body))).collect();
    Request::post(parcel.url)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, body.len())
        .header(header::USER_AGENT, concat!("Tokenry/", env!("CARGO_PKG_VERSION")))
        .header("webhook-id", &parcel.id)
        .header("webhook-timestamp", at)
        .header("webhook-signature", signed.join(" "))
        .body(body)
        .ok()
}

#[async_trait]
impl Carrier for Post {
    fn carries(&self, kind: FollowerKind) -> bool {
        match kind {
            FollowerKind::Output => self.prints,
            FollowerKind::Webhook => true,
            FollowerKind::Mail => self.mailer.is_some(),
        }
    }

    async fn mail(&self, mail: &Mail) -> Result<(), Unsent> {
        match &self.mailer {
            Some(mailer) => mailer.send(mail).await,
            None => Err(Unsent::Away("no mail server is set up".to_owned())),
        }
    }

    fn origin(&self) -> &str {
        &self.origin
    }

    async fn post(&self, parcel: Parcel<'_>) -> Posted {
        let began = Instant::now();
        let reach = if self.private_webhooks { Reach::All } else { Reach::Only(is_public) };
        let answered = async { send(request(&parcel).ok_or(ClientError::Url)?, reach).await };
        let (status, trouble) = match timeout(self.patience, answered).await {
            // Nobody reads the body.
            Ok(Ok(answer)) => (Some(answer.status().as_u16()), String::new()),
            Ok(Err(cause)) => (None, cause.to_string()),
            Err(_) => (None, "no answer in time".to_owned()),
        };
        Posted { status, trouble, duration: began.elapsed() }
    }

    async fn print(&self, lines: &[WrittenLine]) -> Result<(), String> {
        let text = line::text(lines).map_err(|cause| cause.to_string())?;
        // Whoever reads a pipe may be slow.
        let written = tokio::task::spawn_blocking(move || {
            // As a file, since `io::stdout` reports success for a write to a descriptor that is closed.
            File::from(io::stdout().as_fd().try_clone_to_owned()?).write_all(&text)
        });
        written.await.map_err(|cause| cause.to_string())?.map_err(|cause| cause.to_string())
    }
}
