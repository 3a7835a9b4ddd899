//! Sending mail by SMTP.

use app::{domain::Mail, service::Unsent};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::{fmt, time::Duration};
use tokio::time::timeout;
use url::Url;

/// Longest time for a mail, and for the look at the mail server when one could not be sent. Together they are less than
/// the lease of who sends, so that no two processes send the same.
const PATIENCE: Duration = Duration::from_secs(12);
const LOOK: Duration = Duration::from_secs(3);
/// The answer of a mail server that closes, for whatever reason (RFC 5321, section 3.8).
const CLOSES: u16 = 421;

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
    patience: Duration,
}

impl Mailer {
    pub fn new(settings: &MailSettings) -> Result<Self, MailError> {
        let from = settings.from.parse().map_err(|_| MailError::From)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.url.as_str());
        let transport = transport.map_err(|_| MailError::Url)?.build();
        Ok(Self { transport, from, patience: PATIENCE })
    }

    /// Waits no longer than this, for tests.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub async fn send(&self, mail: &Mail) -> Result<(), Unsent> {
        let unfit = |trouble: String| Unsent::Refused { is_final: true, trouble };
        let to = mail.to.parse().map_err(|_| unfit("the address is not one for mail".to_owned()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|cause| unfit(cause.to_string()))?;
        // The transport itself bounds nothing but the connecting.
        let (trouble, is_final) = match timeout(self.patience, self.transport.send(message)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(cause)) if cause.status().is_some_and(|status| u16::from(status) == CLOSES) => {
                return Err(Unsent::Away(cause.to_string()));
            }
            Ok(Err(cause)) => (cause.to_string(), cause.is_permanent() || cause.is_client()),
            Err(_) => ("no answer in time".to_owned(), false),
        };
        // A server that lets us in, and with our password, has something against this one mail.
        match timeout(LOOK.min(self.patience), self.transport.test_connection()).await {
            Ok(Ok(true)) => Err(Unsent::Refused { is_final, trouble }),
            _ => Err(Unsent::Away(trouble)),
        }
    }
}
