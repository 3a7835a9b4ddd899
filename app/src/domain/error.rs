//! The one error that crosses every layer. A person gets a sentence, a script gets a stable code. The cause is for the
//! operator: it is logged where it happened, and never travels inside this type.

use super::{Folded, Losses, Removal, ResourceToEdit, Stricter, Token, Workspace};
use serde::{Deserialize, Serialize};

/// A failure, as far as a caller is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// Some fields need another look. Nothing was changed.
    #[error("Some fields need another look.")]
    Invalid { errors: Vec<FieldError> },
    /// The request could not be understood at all.
    #[error("This request could not be understood.")]
    Malformed,
    /// The token does not exist, was deleted, or is not visible to the caller.
    #[error("Token not found. It may have been deleted.")]
    NotFound,
    #[error("There is no such person.")]
    NoSuchPerson,
    #[error("There is no such group or service account; it may have been deleted.")]
    NoSuchAccount,
    #[error("There is no such request; it may have been answered already.")]
    NoSuchRequest,
    /// A group or a service account that is still needed cannot be deleted.
    #[error("{why}")]
    AccountInUse { why: String },
    #[error("There is no such session; it may have ended already.")]
    NoSuchSession,
    #[error("There is no such webhook; somebody may have deleted it.")]
    NoSuchWebhook,
    /// A message that is not among the last ones to a webhook, or whose line was archived.
    #[error("This message is no longer among the last ones, or its line is in an archive.")]
    NoSuchDelivery,
    /// Somebody else saved the webhook first.
    #[error("This webhook was changed while you were editing it. Close this, look at it, and edit it again.")]
    WebhookChanged,
    #[error("You have no such second factor; it may have been removed.")]
    NoSuchFactor,
    /// A one-time link that was never made, has been used, or is too old.
    #[error("This link has expired or was already used.")]
    LinkEnded,
    /// The session has ended, or there never was one.
    #[error("Your session has ended. Sign in to continue.")]
    SignedOut,
    /// The e-mail address, the password or both are wrong, or the person may not sign in.
    #[error("Wrong e-mail or password.")]
    SignInRefused,
    /// Enabling a token whose secret was found by others.
    #[error(
        "The secret of this token was exposed and is refused for good. Rotate the token: then it works again."
    )]
    Exposed,
    /// An identity provider has not said who it is, or not somebody who may come in.
    #[error("{why}")]
    ProviderRefused { why: String },
    /// An identity provider does not answer.
    #[error("{name} cannot be reached right now. Try again in a moment.")]
    ProviderAway { name: String },
    /// Signed in, but too long ago for this.
    #[error("This needs a sign-in within the last hour. Sign in again to continue.")]
    SignInAgain,
    /// The request needs a token, and this one is not valid.
    #[error("This needs the secret of a token that is valid: Authorization: Bearer, and nothing else.")]
    Unauthenticated,
    /// The token that makes the request lacks permissions.
    #[error("The token that asks lacks a permission: {}.", .missing.join(", "))]
    PermissionMissing { missing: Vec<String> },
    /// The role does not allow it.
    #[error("{why}")]
    Forbidden { why: String },
    /// The owner has reached the limit of tokens for one person. Browsers only show the sentence, and get it as
    /// [`Error::Forbidden`].
    #[error("{why}")]
    #[serde(skip_deserializing, rename = "forbidden")]
    Full { why: String },
    /// Too many attempts; the next one is accepted after `seconds`.
    #[error("Too many attempts. Wait {} and try again.", in_words(*.seconds))]
    TooMany { seconds: u64 },
    /// The change would leave nobody who can manage people.
    #[error("Somebody has to be an admin. Make another person an admin first.")]
    LastAdmin,
    #[error("Your role needs a second factor, and this is your only one. Add another one first.")]
    LastFactor,
    /// The recipient of tokens already has some whose names look the same.
    #[error(
        "{owner} already has a token with a name like “{name}”. Rename one of them first; nothing was transferred."
    )]
    NamesCollide { owner: String, name: String },
    /// Nothing is at this address.
    #[error("There is nothing at this address.")]
    NoSuchRoute,
    /// The address exists, but not with this method.
    #[error("This address does not do that; the header Allow says what it does.")]
    WrongMethod,
    /// Somebody else saved first. `current` is the stored token, `who` a sentence that says who changed it.
    #[error("This token was changed while you were editing it.")]
    Conflict { current: Box<Token>, who: Option<String> },
    /// The catalogue has no resource of this name, or no longer has one.
    #[error("There is no such resource in the catalogue; somebody may have removed it.")]
    NoSuchResource,
    /// Somebody else changed the resource first. `current` is the stored one.
    #[error(
        "This resource was changed while you were editing. The changes are shown below. Submit again to overwrite, or \
         cancel."
    )]
    ResourceChanged { current: Folded<ResourceToEdit> },
    /// Saving would remove these actions from the catalogue. The form confirms it by sending their names along.
    #[error("Saving this removes permissions from the catalogue. Nothing has been saved yet.")]
    Removes { removal: Folded<Removal> },
    /// The change would take permissions from existing tokens. The form confirms it by sending `confirmed` along.
    #[error("This takes permissions from existing tokens. Nothing has been saved yet.")]
    TakesAway { losses: Folded<Losses> },
    /// The rules would affect existing tokens. The form confirms the change by sending its code along.
    #[error("These rules affect existing tokens. Nothing has been saved yet.")]
    Stricter { stricter: Folded<Stricter> },
    /// Somebody else saved the settings first. `current` is the stored workspace.
    #[error(
        "These settings were changed while you were editing. The changes are shown below. Save to overwrite, or \
         cancel."
    )]
    WorkspaceChanged { current: Folded<Workspace> },
    /// The change would leave the catalogue empty.
    #[error("The catalogue needs at least one resource. Add another one first.")]
    LastResource,
    /// The request does not name the version that it changes.
    #[error("Say which version is to be changed: send If-Match with the ETag that the token was read with.")]
    VersionNeeded,
    /// The body exceeds the limit.
    #[error("This is more than the server accepts in one request.")]
    TooLarge,
    /// The body has a content type that the server does not read.
    #[error("The server does not read this kind of content.")]
    UnsupportedMediaType,
    /// The data cannot be reached at the moment. Nothing was changed.
    #[error("Tokenry cannot reach its data right now. Try again in a moment.")]
    Unavailable,
    /// The server already does as much work of this kind as it takes on at once.
    #[error("Too many people are signing in right now. Try again in a moment.")]
    Busy,
    /// Too much is being read at once, or the read took too long.
    #[error("{why}")]
    Overloaded { why: String },
    /// The browser could not reach the server.
    #[error("The server could not be reached. Check the connection and try again; nothing was lost.")]
    Unreachable,
}

/// A place in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Description,
    Permissions,
    Cursor,
    Email,
    Role,
    Password,
    CurrentPassword,
    Owner,
    Purpose,
    Stewards,
    Reason,
    Theme,
    ExpiresAt,
    AllowedAddresses,
    RateLimit,
    Metadata,
    Overlap,
    Label,
    Actions,
    IdempotencyKey,
    Prefix,
    LifetimeDays,
    IdleDays,
    UndoDays,
    Url,
    Kinds,
    SecondFactor,
    Code,
}

impl Field {
    /// The name of the form field, and of the JSON member.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Permissions => "permissions",
            Self::Cursor => "cursor",
            Self::Email => "email",
            Self::Role => "role",
            Self::Password => "password",
            Self::CurrentPassword => "current_password",
            Self::Owner => "owner",
            Self::Purpose => "purpose",
            Self::Stewards => "stewards",
            Self::Reason => "reason",
            Self::Theme => "theme",
            Self::ExpiresAt => "expires_at",
            Self::AllowedAddresses => "allowed_addresses",
            Self::RateLimit => "rate_limit",
            Self::Metadata => "metadata",
            Self::Overlap => "overlap_seconds",
            Self::Label => "label",
            Self::Actions => "actions",
            Self::IdempotencyKey => "idempotency_key",
            Self::Prefix => "prefix",
            Self::LifetimeDays => "lifetime_days",
            Self::IdleDays => "idle_days",
            Self::UndoDays => "undo_days",
            Self::Url => "url",
            Self::Kinds => "kinds",
            Self::SecondFactor => "second_factor",
            Self::Code => "code",
        }
    }
}

/// An error in one field: a code for scripts, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: Field,
    /// Stable.
    pub code: String,
    pub detail: String,
}

/// `40 seconds`, `2 minutes`.
fn in_words(seconds: u64) -> String {
    match seconds {
        0..=1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl FieldError {
    pub fn new(field: Field, code: &str, detail: impl Into<String>) -> Self {
        Self { field, code: code.to_owned(), detail: detail.into() }
    }
}

impl Error {
    pub fn conflict(current: Token) -> Self {
        Self::Conflict { current: Box::new(current), who: None }
    }

    /// An [`Error::Invalid`] about one field.
    pub fn field(field: Field, code: &str, detail: impl Into<String>) -> Self {
        Self::Invalid { errors: vec![FieldError::new(field, code, detail)] }
    }

    /// The sentence for one field, when this error has one.
    pub fn detail_for(&self, field: Field) -> Option<&str> {
        match self {
            Self::Invalid { errors } => errors.iter().find(|e| e.field == field).map(|e| e.detail.as_str()),
            _ => None,
        }
    }

    /// The sentence for a place without fields. Of several invalid fields, it is that of the first.
    pub fn sentence(&self) -> String {
        match self {
            Self::Invalid { errors } => errors.first().map(|error| error.detail.clone()).unwrap_or_default(),
            other => other.to_string(),
        }
    }

    /// The heading and the sentence shown instead of a page.
    pub fn in_place_of_a_page(&self) -> (&'static str, String) {
        let title = match self {
            Self::Forbidden { .. } | Self::PermissionMissing { .. } | Self::Full { .. } => "Access denied",
            Self::NotFound => return ("Token not found", "It may have been deleted.".to_owned()),
            Self::NoSuchRoute => {
                let text = "The link may be old, or a part of it may be missing.";
                return ("Page not found", text.to_owned());
            }
            Self::NoSuchPerson => "Person not found",
            Self::NoSuchAccount => "Account not found",
            Self::NoSuchRequest => "Request not found",
            Self::NoSuchSession => "Session not found",
            Self::NoSuchWebhook => "Webhook not found",
            Self::NoSuchResource => "Resource not found",
            Self::LinkEnded => "Link expired",
            Self::SignedOut | Self::SignInAgain => "Sign in to continue",
            Self::TooMany { .. } => "Too many attempts",
            other if other.is_passing() => "This page cannot be shown now",
            _ => "This page cannot be shown",
        };
        (title, self.sentence())
    }

    /// Is it worth trying again in a moment?
    pub const fn is_passing(&self) -> bool {
        self.status() >= 500
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::SignedOut | Self::SignInRefused | Self::Unauthenticated => 401,
            Self::SignInAgain
            | Self::ProviderRefused { .. }
            | Self::Forbidden { .. }
            | Self::PermissionMissing { .. } => 403,
            Self::NotFound
            | Self::NoSuchPerson
            | Self::NoSuchAccount
            | Self::NoSuchRequest
            | Self::NoSuchSession
            | Self::NoSuchWebhook
            | Self::NoSuchDelivery
            | Self::NoSuchResource
            | Self::NoSuchFactor
            | Self::LinkEnded
            | Self::NoSuchRoute => 404,
            Self::WrongMethod => 405,
            Self::Conflict { .. }
            | Self::Full { .. }
            | Self::Exposed
            | Self::LastAdmin
            | Self::AccountInUse { .. }
            | Self::LastFactor
            | Self::NamesCollide { .. }
            | Self::ResourceChanged { .. }
            | Self::Removes { .. }
            | Self::TakesAway { .. }
            | Self::Stricter { .. }
            | Self::WorkspaceChanged { .. }
            | Self::WebhookChanged
            | Self::LastResource => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Invalid { .. } => 422,
            Self::VersionNeeded => 428,
            Self::TooMany { .. } => 429,
            Self::Unavailable
            | Self::Unreachable
            | Self::Busy
            | Self::ProviderAway { .. }
            | Self::Overloaded { .. } => 503,
        }
    }
    /// The stable code for scripts. No two kinds of error share one.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid",
            Self::Malformed => "bad_request",
            Self::NotFound => "not_found",
            Self::NoSuchPerson => "person_not_found",
            Self::NoSuchAccount => "account_not_found",
            Self::NoSuchRequest => "request_not_found",
            Self::AccountInUse { .. } => "account_in_use",
            Self::NoSuchSession => "session_not_found",
            Self::NoSuchWebhook => "webhook_not_found",
            Self::NoSuchDelivery => "delivery_not_found",
            Self::WebhookChanged => "webhook_changed",
            Self::NoSuchFactor => "factor_not_found",
            Self::LastFactor => "last_factor",
            Self::LinkEnded => "link_ended",
            Self::SignedOut => "signed_out",
            Self::SignInRefused => "sign_in_refused",
            Self::ProviderRefused { .. } => "provider_refused",
            Self::ProviderAway { .. } => "provider_away",
            Self::SignInAgain => "sign_in_again",
            Self::Unauthenticated => "unauthenticated",
            Self::PermissionMissing { .. } => "permission_missing",
            Self::Forbidden { .. } => "forbidden",
            Self::Full { .. } => "too_many_tokens",
            Self::Exposed => "exposed",
            Self::TooMany { .. } => "rate_limited",
            Self::LastAdmin => "last_admin",
            Self::NamesCollide { .. } => "names_collide",
            Self::NoSuchRoute => "route_not_found",
            Self::WrongMethod => "method_not_allowed",
            Self::Conflict { .. } => "conflict",
            Self::NoSuchResource => "resource_not_found",
            Self::ResourceChanged { .. } => "resource_changed",
            Self::Removes { .. } => "removes_permissions",
            Self::TakesAway { .. } => "takes_permissions",
            Self::Stricter { .. } => "affects_tokens",
            Self::WorkspaceChanged { .. } => "settings_changed",
            Self::LastResource => "last_resource",
            Self::VersionNeeded => "precondition_required",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
            Self::Overloaded { .. } => "overloaded",
            Self::Unreachable => "unreachable",
        }
    }
}

#[cfg(test)]
mod tests;
