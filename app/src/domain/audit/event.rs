//! One line of the audit log. It is written in the same transaction as the change it records.

use crate::domain::{PersonId, Timestamp, TokenId};

macro_rules! kinds {
    ($($kind:ident $name:literal $words:literal,)*) => {
        /// The kind of an event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum EventKind {
            $($kind,)*
        }

        impl EventKind {
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The stable name, as stored.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            /// The text for people.
            pub const fn in_words(self) -> &'static str {
                match self {
                    $(Self::$kind => $words,)*
                }
            }
        }
    };
}

kinds! {
    TokenCreated "token.created" "Created token",
    TokenImported "token.imported" "Imported token",
    TokenExchanged "token.exchanged" "Exchanged a run’s token for token",
    ExchangedEnded "token.exchanged_ended" "Deleted short-lived tokens that were over",
    ExchangeRefused "token.exchange_refused" "Refused to exchange a token",
    TokenEdited "token.edited" "Edited token",
    TokenRotated "token.rotated" "Rotated token",
    RotationTakenBack "token.rotation_taken_back" "Took back the rotation of token",
    OldSecretEnded "token.old_secret_ended" "Ended the old secret of token",
    TokenDisabled "token.disabled" "Disabled token",
    TokenEnabled "token.enabled" "Enabled token",
    SecretRevoked "token.secret_revoked" "Revoked by its holder:",
    TokenExposed "token.exposed" "Reported as exposed:",
    TokenDeleted "token.deleted" "Deleted token",
    TokenRestored "token.restored" "Restored token",
    TokenHandedOver "token.handed_over" "Transferred token",
    TokenExpiring "token.expiring" "Expires soon:",
    TokenNewNetwork "token.new_network" "Used from a new network:",
    TrustRuleFirstUsed "trust_rule.first_used" "First exchange by a trust rule:",
    CatalogueReplaced "catalogue.replaced" "Replaced the catalogue",
    ResourceAdded "catalogue.resource_added" "Added resource",
    ResourceEdited "catalogue.resource_edited" "Edited resource",
    ResourceRemoved "catalogue.resource_removed" "Removed resource",
    WorkspaceChanged "workspace.changed" "Changed the workspace",
    WebhookCreated "webhook.created" "Created webhook",
    WebhookEdited "webhook.edited" "Edited webhook",
    WebhookRotated "webhook.secret_changed" "Changed the signing secret of webhook",
    WebhookDeleted "webhook.deleted" "Deleted webhook",
    WebhookSentAgain "webhook.sent_again" "Sent again to webhook",
    WebhookGivenUp "webhook.given_up" "Gave up on webhook",
    SetupFinished "setup.finished" "Finished the set-up",
    PersonAdded "person.added" "Added person",
    PersonInvited "person.invited" "Invited person",
    PersonJoined "person.joined" "Accepted the invitation",
    PersonProvisioned "person.provisioned" "Joined by signing in through a provider",
    IdentityLinked "person.identity_linked" "First signed in through a provider",
    PersonRenamed "person.renamed" "Changed their name",
    NoticesChosen "person.notices_chosen" "Chose notifications",
    RoleChanged "person.role_changed" "Changed role of",
    PersonDisabled "person.disabled" "Disabled person",
    PersonEnabled "person.enabled" "Enabled person",
    TokensHandedOver "person.tokens_handed_over" "Transferred all tokens of",
    AccountCreated "account.created" "Created account",
    AccountEdited "account.edited" "Edited account",
    StewardsChanged "account.stewards_changed" "Changed the stewards of account",
    AccountDisabled "account.disabled" "Disabled account",
    AccountEnabled "account.enabled" "Enabled account",
    AccountDeleted "account.deleted" "Deleted account",
    MemberAdded "account.member_added" "Put into a group:",
    StewardEnded "account.steward_ended" "No steward of a group any more:",
    MemberRemoved "account.member_removed" "Took out of a group:",
    GrantsGiven "account.grants_given" "Granted permissions to",
    GrantsTaken "account.grants_taken" "Took grants from",
    PermissionAsked "request.made" "Asked for a permission for",
    PermissionGranted "request.granted" "Granted a request for",
    PermissionDeclined "request.declined" "Declined a request for",
    LinkMade "person.link_made" "Created a reset link for",
    PasswordChanged "password.changed" "Changed password",
    PasswordReset "password.reset" "Chose a new password by link",
    PasswordRefused "password.refused" "Wrong current password",
    AppAdded "factor.app_added" "Set up an authenticator app",
    AppRemoved "factor.app_removed" "Removed the authenticator app",
    PasskeyAdded "factor.passkey_added" "Added a passkey",
    PasskeyRenamed "factor.passkey_renamed" "Renamed a passkey",
    PasskeyRemoved "factor.passkey_removed" "Removed a passkey",
    PasskeyCopied "factor.passkey_copied" "Refused a passkey that was copied",
    CodesMade "factor.codes_made" "Created recovery codes",
    CodeUsed "factor.code_used" "Used a recovery code",
    FactorRefused "factor.refused" "Wrong second factor",
    FactorsReset "factor.reset" "Reset the second factors of",
    SignedIn "session.signed_in" "Signed in",
    SignInFailed "session.sign_in_failed" "Failed to sign in",
    SignInThrottled "session.sign_in_throttled" "Too many attempts to sign in",
    SignedOut "session.signed_out" "Signed out",
    SessionEnded "session.ended" "Ended a session",
    SessionsEnded "session.others_ended" "Ended all other sessions",
    SignedOutEverywhere "session.all_ended" "Signed out everywhere",
    Refused "refused" "Denied",
    AuditExported "audit.exported" "Exported the audit log",
    AuditArchived "audit.archived" "Archived the audit log",
    DataRestored "data.restored" "Began with older data, and ended again what had ended since",
}

impl EventKind {
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// Does something end by it, or may it: a secret, a token, a session, a link, a password, a second factor, a role or a
    /// place as a steward?
    pub const fn is_ending(self) -> bool {
        matches!(
            self,
            Self::TokenEdited
                | Self::TokenRotated
                | Self::RotationTakenBack
                | Self::OldSecretEnded
                | Self::TokenDisabled
                | Self::SecretRevoked
                | Self::TokenExposed
                | Self::TokenDeleted
                | Self::TokenHandedOver
                | Self::RoleChanged
                | Self::PersonJoined
                | Self::PersonDisabled
                | Self::AccountDisabled
                | Self::AccountDeleted
                | Self::StewardsChanged
                | Self::StewardEnded
                | Self::MemberRemoved
                | Self::GrantsTaken
                | Self::TokensHandedOver
                | Self::LinkMade
                | Self::PasswordChanged
                | Self::PasswordReset
                | Self::AppAdded
                | Self::AppRemoved
                | Self::PasskeyAdded
                | Self::PasskeyRemoved
                | Self::PasskeyCopied
                | Self::CodesMade
                | Self::CodeUsed
                | Self::FactorsReset
                | Self::SignedOut
                | Self::SessionEnded
                | Self::SessionsEnded
                | Self::SignedOutEverywhere
                | Self::SetupFinished
                | Self::WebhookEdited
                | Self::WebhookRotated
                | Self::WebhookDeleted
                | Self::DataRestored
        )
    }

    /// The groups that the filter offers kinds in.
    pub const GROUPS: [&str; 7] = [
        "Tokens",
        "Permissions",
        "Workspace",
        "People",
        "Accounts and grants",
        "Sign-in and passwords",
        "Denials and exports",
    ];

    /// The one of [`Self::GROUPS`] that the kind belongs to.
    pub fn group(self) -> &'static str {
        match self.as_str().split('.').next().unwrap_or_default() {
            "token" => "Tokens",
            "catalogue" => "Permissions",
            "workspace" | "webhook" | "setup" | "data" => "Workspace",
            "person" => "People",
            "account" | "request" => "Accounts and grants",
            "password" | "session" | "factor" => "Sign-in and passwords",
            _ => "Denials and exports",
        }
    }
}

/// A line of the audit log, about to be written. `details` is JSON, and never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: Timestamp,
    pub kind: EventKind,
    /// The person who did it; `None` for the machine's operator, Tokenry itself, or somebody who is not signed in.
    pub actor: Option<PersonId>,
    pub token: Option<TokenId>,
    /// The person it was done to.
    pub person: Option<PersonId>,
    /// An IP address, `command line`, or `tokenry` for an automatic change.
    pub address: String,
    pub request_id: String,
    pub details: String,
}

/// A line of the audit log, with the current names for its ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    pub id: i64,
    pub at: Timestamp,
    /// The stored name of the kind.
    pub kind: String,
    pub actor: Option<PersonId>,
    pub actor_name: String,
    /// Names can be shared and changed; an e-mail address cannot.
    pub actor_email: String,
    pub token: Option<TokenId>,
    pub person: Option<PersonId>,
    /// The name of the token or person it was done to.
    pub target_name: String,
    pub address: String,
    pub request_id: String,
    pub details: String,
}

impl AuditLine {
    /// The name of the actor.
    pub fn who(&self) -> String {
        match self.actor {
            Some(_) => self.actor_name.clone(),
            None if self.address == "command line" => "The operator".to_owned(),
            None if self.address == "tokenry" => "Tokenry".to_owned(),
            None => "Nobody signed in".to_owned(),
        }
    }

    /// The text for the kind. A kind that this version does not know is shown as it is stored.
    pub fn in_words(&self) -> String {
        EventKind::from_name(&self.kind).map_or_else(|| self.kind.clone(), |kind| kind.in_words().to_owned())
    }
}

/// A selection of lines of the audit log. An absent part selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub kind: Option<EventKind>,
    /// Lines about something that this person did, or that was done to them.
    pub person: Option<PersonId>,
    pub token: Option<TokenId>,
    pub address: Option<String>,
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}
