//! Where the form of a token stands: what was last sent, how that went, and what is to be said about it.

use crate::{
    Posted, browser,
    domain::{Error, Field, RateLimit, Timestamp, Token, TokenForm},
    ui::announce,
};
use leptos::prelude::*;

pub const FORM: &str = "token-form";

/// What is wrong with a field.
pub fn error_of(attempt: RwSignal<Attempt>, field: Field) -> Signal<String> {
    Signal::derive(move || attempt.read().detail(field))
}

/// What is stored in a field by now, after a conflict.
pub fn theirs_of(attempt: RwSignal<Attempt>, field: Field) -> Signal<String> {
    Signal::derive(move || attempt.read().stored_meanwhile(field))
}

#[derive(Clone)]
pub struct Attempt {
    pub form: TokenForm,
    /// The token as it is stored, as far as the person knows; none while it is yet to be made.
    pub stored: Option<Token>,
    /// The version that saving begins from.
    pub version: i64,
    pub error: Option<Error>,
    pub pending: bool,
}

impl Attempt {
    /// Begins with this form, or with the one that a plain form has sent and that was refused.
    pub fn first(form: TokenForm, stored: Option<Token>) -> RwSignal<Self> {
        let version = stored.as_ref().map_or(0, |token| token.version);
        let (form, version, error) = match Posted::here() {
            Some(Posted::Refused { form: sent, version, error }) => (sent.or(form), version, Some(error)),
            _ => (form, version, None),
        };
        RwSignal::new(Self { form, stored, version, error, pending: false })
    }

    pub fn send(&mut self, form: TokenForm) {
        (self.form, self.error, self.pending) = (form, None, true);
    }

    /// The attempt was refused. After a conflict the next one begins from what is stored now: it will replace
    /// what the person has then seen.
    pub fn refuse(&mut self, error: Error) {
        if let Error::Conflict { current } = &error {
            self.version = current.version;
            self.stored = Some(Token::clone(current));
        }
        self.error = Some(error);
        self.pending = false;
    }

    /// The server has refused it: said in the form, or over whatever is there once the form is closed.
    pub fn refused(attempt: RwSignal<Self>, error: Error) {
        // Sent as a plain form, it is answered with a page that asks for the password and keeps what was typed.
        if matches!(error, Error::SignInAgain) && browser::send_form(FORM) {
            return;
        }
        let said = error.to_string();
        if attempt.try_update(|attempt| attempt.refuse(error)).is_none() {
            announce(said);
        }
    }

    /// The element that the error is about.
    pub fn place(&self) -> Option<&'static str> {
        Some(match self.error.as_ref()? {
            Error::Invalid { errors } => match errors.first().map(|e| e.field) {
                Some(Field::Description) => "token-description",
                Some(Field::Permissions) => "token-permissions",
                Some(Field::ExpiresAt) => "token-expires",
                Some(Field::AllowedAddresses) => "token-addresses",
                Some(Field::RateLimit) => "token-rate",
                _ => "token-name",
            },
            _ => "token-notice",
        })
    }

    /// Is there anything to be said inside of what may be folded away?
    pub fn is_about_limits(&self) -> bool {
        let said = |field| !self.detail(field).is_empty() || !self.stored_meanwhile(field).is_empty();
        said(Field::AllowedAddresses) || said(Field::RateLimit)
    }

    /// What is to be said above the form; errors of fields are said beside them.
    pub fn notice(&self) -> String {
        match &self.error {
            None | Some(Error::Invalid { .. }) => String::new(),
            Some(Error::Conflict { .. }) => {
                "Somebody else saved this token while you were editing it. Their values stand below \
                yours; Save again to replace them, or Cancel to keep them."
                    .to_owned()
            }
            Some(other) => other.to_string(),
        }
    }

    /// What is wrong with a field.
    pub fn detail(&self, field: Field) -> String {
        self.error.as_ref().and_then(|e| e.detail_for(field)).unwrap_or_default().to_owned()
    }

    /// After a conflict: what is stored now in a field, where it is not what was sent.
    pub fn stored_meanwhile(&self, field: Field) -> String {
        let Some(Error::Conflict { current }) = &self.error else { return String::new() };
        let sent = &self.form;
        let (same, now) = match field {
            Field::Name => (sent.name == current.name.as_str(), current.name.as_str().to_owned()),
            Field::Description => {
                (sent.description == current.description.as_str(), current.description.as_str().to_owned())
            }
            Field::Permissions => {
                (sent.parsed_permissions() == current.permissions, current.permissions.to_line())
            }
            Field::ExpiresAt => (
                sent.parse_expiry() == Ok(current.expires_at),
                current.expires_at.map_or_else(|| "never".to_owned(), Timestamp::end_in_words),
            ),
            Field::AllowedAddresses => (
                sent.parse_addresses().as_ref() == Ok(&current.allowed_addresses),
                current.allowed_addresses.iter().collect::<Vec<_>>().join(", "),
            ),
            Field::RateLimit => (
                sent.parse_rate() == Ok(current.rate_limit),
                current.rate_limit.map_or_else(|| "no limit".to_owned(), RateLimit::in_words),
            ),
            _ => (true, String::new()),
        };
        match (same, now.is_empty()) {
            (true, _) => String::new(),
            (false, true) => "Saved meanwhile: nothing".to_owned(),
            (false, false) => format!("Saved meanwhile: {now}"),
        }
    }
}
