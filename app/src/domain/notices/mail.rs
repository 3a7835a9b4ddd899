//! The mails: short, plain, in the product's words, and with a link.

use super::About;
use crate::domain::{AuditLine, TokenId};

/// A mail to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Something that a person is told of.
#[derive(Clone, Debug)]
pub struct Notice {
    pub about: About,
    pub line: AuditLine,
}

impl Notice {
    /// One sentence.
    fn sentence(&self) -> String {
        let (who, target) = (self.line.who(), &self.line.target_name);
        let details = self.line.details_in_words().map(|details| format!(" ({details})")).unwrap_or_default();
        match self.about {
            About::Expiring => format!("The token “{target}” is about to expire{details}."),
            About::Made => format!("{who}: {} “{target}”{details}.", self.line.in_words().to_lowercase()),
            About::Rotated => format!("{who} rotated the token “{target}”{details}."),
            About::NewNetwork => format!("The token “{target}” was used from a new network{details}."),
            About::TrustRule => format!("“{target}” is the first token by its trust rule{details}."),
            About::Exposed => format!("A secret of the token “{target}” was exposed{details}. Rotate it."),
            About::NewDevice => format!("A sign-in from a new device{details}, from {}.", self.line.address),
            About::Account => format!("{who}: {} {target}{details}.", self.line.in_words().to_lowercase()),
        }
    }

    fn link(&self, origin: &str, path: impl Fn(TokenId) -> String) -> String {
        self.line.token.map(|id| format!("\n{origin}{}", path(id))).unwrap_or_default()
    }
}

/// One mail about everything that somebody is to be told now. `path` is the page of a token, below `origin`.
impl Mail {
    pub fn about(
        to: String,
        notices: &[Notice],
        (workspace, origin): (&str, &str),
        path: impl Fn(TokenId) -> String,
    ) -> Self {
        let workspace = if workspace.is_empty() { "Tokenry" } else { workspace };
        let subject = match notices {
            [one] => format!("{workspace}: {}", one.sentence().trim_end_matches('.')),
            many => format!("{workspace}: {} things happened", many.len()),
        };
        let all: Vec<String> = notices
            .iter()
            .map(|notice| {
                let at = notice.line.at.date_time();
                format!("{at} UTC\n{}{}", notice.sentence(), notice.link(origin, &path))
            })
            .collect();
        let text = format!(
            "{}\n\n--\nSent by {workspace}. Choose what you are told of: {origin}/profile\n",
            all.join("\n\n")
        );
        // A subject is one line, and not a long one.
        let subject: String =
            subject.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(160).collect();
        Self { to, subject, text }
    }
}
