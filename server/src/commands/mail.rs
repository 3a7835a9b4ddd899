//! `tokenry mail`: tries the mail server.

use super::output::Output;
use crate::{config::MailCommand, error::StartError, outbox::Mailer};
use app::{domain::Mail, service::Unsent};

/// Sends a mail by the settings of the server, and says what became of it.
pub async fn mail(command: MailCommand) -> Result<(), StartError> {
    let (to, settings) = command.resolve()?;
    let refuse = |sentence: &str| StartError::Refused(sentence.to_owned());
    let settings = settings
        .ok_or_else(|| refuse("No mail server is set up. Name it with --smtp-url and --mail-from."))?;
    let mailer = Mailer::new(&settings).map_err(|cause| refuse(&cause.to_string()))?;
    let (subject, text) =
        ("Mail from Tokenry works".to_owned(), "Somebody has tried the mail server.\n".to_owned());
    match mailer.send(&Mail { to: to.clone(), subject, text }).await {
        Ok(()) => Ok(Output::print(&format!("The mail server has taken a mail to {to}."))?),
        Err(Unsent::Refused { trouble, .. }) => {
            Err(refuse(&format!("The mail server refuses a mail to {to}: {trouble}")))
        }
        Err(Unsent::Away(cause)) => Err(refuse(&format!("The mail server takes nothing: {cause}"))),
    }
}
