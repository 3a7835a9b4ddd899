//! `tokenry mail test`.

use super::commands::{refused, said};
use crate::support::{binary::Machine, mail_sink::MailSink};

const FROM: (&str, &str) = ("TOKENRY_MAIL_FROM", "Tokenry <tokenry@example.com>");

#[test]
fn the_mail_server_is_tried_by_a_command_which_says_what_became_of_it() {
    let (machine, sink) = (Machine::new(), MailSink::new());
    let url = sink.url();
    let try_it =
        |variables: &[(&str, &str)]| machine.run_elsewhere(variables, &["mail", "test", "ada@example.com"]);
    let sent = try_it(&[("TOKENRY_SMTP_URL", &url), FROM]);
    assert_eq!(said(&sent), "The mail server has taken a mail to ada@example.com.");
    assert!(sink.take()[0].starts_with("ada@example.com "));
    sink.refuse("ada@example.com");
    refused(&try_it(&[("TOKENRY_SMTP_URL", &url), FROM]), "refuses a mail to ada@example.com");
    sink.be_away(true);
    refused(&try_it(&[("TOKENRY_SMTP_URL", &url), FROM]), "The mail server takes nothing");
    refused(&try_it(&[]), "No mail server is set up.");
    refused(&try_it(&[("TOKENRY_SMTP_URL", &url)]), "Mail takes both");
    let wrong = try_it(&[("TOKENRY_SMTP_URL", "https://ada:hush@example.com"), FROM]);
    assert!(!refused(&wrong, "The URL of the mail server cannot be used").contains("hush"));
}
