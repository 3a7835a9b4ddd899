//! Every use case, once. Server functions and the HTTP API call these methods; permission, rules and the audit live
//! here and nowhere else. Knows no HTTP and no SQL: the store is a port, the clock can be set by a test.

mod accounts;
mod audit;
mod authorize;
mod budget;
mod catalogue;
mod clock;
mod crypto;
mod heartbeat;
mod names;
mod nodes;
mod notices;
mod operator;
mod outbox;
mod people;
mod reading;
mod store;
mod throttle;
mod tokens;
mod usage;
mod verify;
mod webhooks;
mod workspace;

pub use audit::*;
pub use outbox::*;
pub use people::*;
pub use tokens::*;
pub use usage::*;
pub use webhooks::*;

pub use clock::{Clock, SteadyClock, SystemClock};
pub use crypto::{Key, KeyDigest, RunningDigest, SigningKey, chain_link, in_hex};
pub use names::{NAMES_VERSION, email_key, look_key, needle, search_text, sort_key};
pub use store::{
    AccountStore, Addressee, AppSeed, AuditStart, AuditStore, BudgetStore, CatalogueStore, Ceremony,
    CeremonyKind, CeremonyStore, ChainRow, Changes, Credentials, DisabledChange, DueNotices, Ender,
    EngineStore, ExchangeStore, FactorStore, FamilyStore, Follower, FollowerKind, HandOver, HeartbeatStore,
    IdempotencyKey, IdentityStore, ImportClash, ImportStore, KeptSession, KnownOwner, KnownPasskey,
    KnownSecret, LatestUse, Lease, Link, LinkStore, NewAccount, NewIdentity, NewLink, NewPasskey, NewPerson,
    NewRequest, NewSession, NewToken, NodeStore, NoticeStore, OldSecretEnd, OutboxStore, PasskeyStore,
    PasswordChange, PersonStore, PowerStore, QuietSecret, RequestStore, ResourceChange, Restanding,
    Restoration, RestoreStore, RetiringStore, Revision, Rotation, RotationTakenBack, SeenNetwork,
    SessionOrigin, SessionStore, Spending, Store, StoreError, Taking, Telling, TokenChange, TokenEffect,
    TokenRemoval, TokenStore, UsageStore, UseCount, UseStore, VerifyStore, Watcher, WebhookStore,
    WorkspaceStore,
};
pub use verify::{
    CachedPerson, CachedSecret, MAX_STALE, RateState, Verification, VerifyHealth, VerifyRequest,
};

use crate::domain::{Error, SecretPrefix, TOKENS_PER_PERSON, TrustRule, WEBHOOKS_MAX, Workspace};
use heartbeat::Heartbeat;
use notices::KnownNetworks;
use people::passwords::Passwords;
use people::strangers::Strangers;
use reading::Turns;
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use throttle::Throttle;
use tokio::sync::OnceCell;
use usage::uses::Uses;
use verify::Verifier;

/// The application, without the console and the HTTP API around it. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// Prefix of new secrets, unless the workspace has chosen another.
    prefix: SecretPrefix,
    passwords: Arc<Passwords>,
    throttle: Arc<Throttle>,
    verifier: Arc<Verifier>,
    uses: Arc<Uses>,
    turns: Arc<Turns>,
    heartbeat: Arc<Heartbeat>,
    networks: Arc<KnownNetworks>,
    strangers: Arc<Strangers>,
    /// Whether there are any people. Once true, it stays true.
    has_people: Arc<AtomicBool>,
    /// Whether the catalogue is read from a file at every start. Then it cannot be changed here.
    catalogue_is_a_file: bool,
    /// Most live tokens of one person; `None` means no limit.
    tokens_per_person: Option<u32>,
    trust_rules: Arc<[TrustRule]>,
    /// Whether webhooks may lead inside of the network, and in the clear.
    private_webhooks: bool,
    /// Whether the changes of each caller are counted against a budget.
    counts_changes: bool,
    /// Whether people sign in by password. Where they do not, the operator’s links still let somebody in.
    password_sign_in: bool,
    /// The site that passkeys belong to; `None` where browsers have none.
    passkeys: Option<Arc<webauthn_rs::Webauthn>>,
    /// What this server tells the others about itself; `None` for a command.
    node: Option<Arc<nodes::Identity>>,
    /// Set for one page: whether the page has left a line about a refusal.
    has_noted: Option<Arc<AtomicBool>>,
    /// Set for one page: the workspace, once it was read.
    seen_workspace: Option<Arc<OnceCell<Workspace>>>,
}

impl Service {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, prefix: SecretPrefix) -> Self {
        let (passwords, throttle) = (Arc::new(Passwords::new()), Arc::new(Throttle::new()));
        let (verifier, uses) = (Arc::<Verifier>::default(), Arc::new(Uses::counted_since(clock.now())));
        store.watch(verifier.clone());
        let (turns, heartbeat, networks, strangers, has_people) = Default::default();
        Self {
            store,
            clock,
            prefix,
            passwords,
            throttle,
            verifier,
            uses,
            turns,
            heartbeat,
            networks,
            strangers,
            has_people,
            catalogue_is_a_file: false,
            tokens_per_person: Some(TOKENS_PER_PERSON),
            private_webhooks: false,
            trust_rules: Arc::default(),
            counts_changes: true,
            password_sign_in: true,
            passkeys: None,
            node: None,
            has_noted: None,
            seen_workspace: None,
        }
    }

    /// This service for one page. A page is one request, however many of its parts are read and refused: it leaves one
    /// line about refusals at most, and all of its parts see the same workspace.
    #[must_use]
    pub fn for_one_page(&self) -> Self {
        Self { has_noted: Some(Arc::default()), seen_workspace: Some(Arc::default()), ..self.clone() }
    }

    /// This service, where the operator's file rules the catalogue.
    #[must_use]
    pub fn with_catalogue_of_a_file(self) -> Self {
        Self { catalogue_is_a_file: true, ..self }
    }

    /// This service with a limit on the tokens of one person.
    #[must_use]
    pub fn with_tokens_per_person(self, most: u32) -> Self {
        Self { tokens_per_person: Some(most), ..self }
    }

    /// This service with a bound on the age of what verification has in memory.
    #[must_use]
    pub fn with_max_stale(self, longest: Duration) -> Self {
        self.verifier.bound(longest);
        self
    }

    /// This service, where webhooks may lead inside of the network, and in the clear, or may not.
    #[must_use]
    pub fn with_private_webhooks(self, private_webhooks: bool) -> Self {
        Self { private_webhooks, ..self }
    }

    /// This service, whose pages show these trust rules.
    #[must_use]
    pub fn with_trust_rules(self, rules: Vec<TrustRule>) -> Self {
        Self { trust_rules: rules.into(), ..self }
    }

    /// This service, where people sign in through identity providers alone.
    #[must_use]
    pub fn without_password_sign_in(self) -> Self {
        Self { password_sign_in: false, ..self }
    }

    /// This service without limits, for a benchmark that does more than any person would.
    #[must_use]
    pub fn without_bounds(self) -> Self {
        Self { tokens_per_person: None, counts_changes: false, ..self }
    }
}

/// Translates the store's answer for the caller. The operator reads the cause in the log.
impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Error::NotFound,
            StoreError::NoSuchPerson => Error::NoSuchPerson,
            StoreError::NoSuchAccount => Error::NoSuchAccount,
            StoreError::NoSuchRequest => Error::NoSuchRequest,
            StoreError::AccountInUse => accounts::in_use(),
            StoreError::AccountsFull => accounts::full(),
            StoreError::NoSuchSession => Error::NoSuchSession,
            StoreError::NoSuchWebhook => Error::NoSuchWebhook,
            StoreError::NoSuchDelivery => Error::NoSuchDelivery,
            StoreError::WebhookChanged => Error::WebhookChanged,
            StoreError::WebhooksFull => Error::Full {
                why: format!(
                    "There are {WEBHOOKS_MAX} webhooks, which are the most. Delete one that nobody needs."
                ),
            },
            StoreError::LinkEnded => Error::LinkEnded,
            StoreError::VersionConflict(current) => Error::conflict(*current),
            StoreError::NameTaken => tokens::manage::name_taken(""),
            StoreError::ParentEnded => Error::Unauthenticated,
            StoreError::KeyReused => tokens::idempotency::key_reused(),
            // A caller with a key looks again and finds what was done.
            StoreError::DoneBefore => Error::Unavailable,
            StoreError::NamesCollide { owner, name } => Error::NamesCollide { owner, name },
            StoreError::Outdated => {
                tracing::warn!("what a change was decided from has changed again and again");
                Error::Unavailable
            }
            StoreError::OwnerFull { owner, most } => Error::Full {
                why: format!(
                    "{owner} would have more than {most} tokens, which are the most for one person here. Delete some that \
                     nobody needs, or ask the operator for a higher --tokens-per-person."
                ),
            },
            StoreError::EmailTaken => people::manage::email_taken(),
            StoreError::PersonNameTaken => people::manage::name_taken(),
            StoreError::NoSuchFactor => Error::NoSuchFactor,
            StoreError::LastFactor => Error::LastFactor,
            StoreError::LastAdmin => Error::LastAdmin,
            StoreError::NoSuchResource => Error::NoSuchResource,
            StoreError::ResourceChanged(current) => catalogue::changed(*current),
            StoreError::LastResource => Error::LastResource,
            StoreError::CatalogueFull => catalogue::full(),
            StoreError::TookTooLong => {
                tracing::warn!("a list took longer than the data is asked for one");
                reading::took_too_long()
            }
            StoreError::Elsewhere => {
                tracing::warn!("a server answered that does not have what is known already");
                Error::Unavailable
            }
            StoreError::Failed(cause) => {
                tracing::error!(%cause, "the store failed");
                Error::Unavailable
            }
        }
    }
}
