//! Sending mail by SMTP.

use app::{domain::Mail, service::Unsent};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::{fmt, time::Duration};
use url::Url;

/// Longest time for each step of a conversation with the mail server.
const PATIENCE: Duration = Duration::from_secs(20);
/// Answers about a recipient or a message, which another attempt gets again (RFC 5321, section 4.2.3). All others are
/// about the server or its settings.
const REFUSALS: [u16; 5] = [550, 551, 552, 553, 554];

/// The reason mail cannot be sent. Displays what to change, and never the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    #[error(
        "The URL of the mail server cannot be used. Write it as in smtps://user:password@mail.example.com, or smtp:// for STARTTLS."
    )]
    Url,
    #[error("The sender of mails cannot be used. Write it as in Tokenry <tokenry@example.com>.")]
    From,
    #[error("Mail takes both: --smtp-url, the mail server, and --mail-from, the sender.")]
    Half,
}

/// The mail server and the sender. The URL may hold a password, and does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct MailSettings {
    url: Url,
    from: String,
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailSettings")
    }
}

impl MailSettings {
    /// `None` if neither was given.
    pub fn resolve(url: Option<String>, from: Option<String>) -> Result<Option<Self>, MailError> {
        let (url, from) = match (url, from) {
            (None, None) => return Ok(None),
            (Some(url), Some(from)) => (url, from),
            _ => return Err(MailError::Half),
        };
        let mut url = Url::parse(&url).map_err(|_| MailError::Url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(MailError::Url)?;
        let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1");
        if !matches!(url.scheme(), "smtp" | "smtps") {
            return Err(MailError::Url);
        }
        // Nothing leaves this machine in the clear, whatever the URL has.
        if url.scheme() == "smtp" {
            url.set_query((!is_here).then_some("tls=required"));
        }
        let settings = Self { url, from };
        Mailer::new(&settings)?;
        Ok(Some(settings))
    }
}

pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    pub fn new(settings: &MailSettings) -> Result<Self, MailError> {
        let from = settings.from.parse().map_err(|_| MailError::From)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.url.as_str());
        let transport = transport.map_err(|_| MailError::Url)?.timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from })
    }

    pub async fn send(&self, mail: &Mail) -> Result<(), Unsent> {
        let to =
            mail.to.parse().map_err(|_| Unsent::Refused("the address is not one for mail".to_owned()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|cause| Unsent::Refused(cause.to_string()))?;
        let sent = self.transport.send(message).await;
        sent.map(drop).map_err(|cause| match cause.status().map(u16::from) {
            Some(status) if REFUSALS.contains(&status) => Unsent::Refused(cause.to_string()),
            _ => Unsent::Away(cause.to_string()),
        })
    }
}
