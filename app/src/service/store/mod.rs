//! The port to the database. One method is one transaction: the change and its audit event together, or
//! neither. The service decides, the store records; the contract suite holds every sentence to its word.
//!
//! Split into parts, one for each noun, each in a file of its own.

mod accounts;
mod audit;
mod budgets;
mod catalogue;
mod heartbeat;
mod nodes;
mod notices;
mod outbox;
mod people;
mod requests;
mod tokens;
mod usage;
mod verify;
mod webhooks;
mod workspace;

pub use people::*;
pub use tokens::*;
pub use usage::*;

pub use accounts::{AccountStore, NewAccount, Taking};
pub use audit::{AuditStart, AuditStore, ChainRow};
pub use budgets::{BudgetStore, Spending};
pub use catalogue::{CatalogueStore, ResourceChange};
pub use heartbeat::HeartbeatStore;
pub use nodes::NodeStore;
pub use notices::{DueNotices, NoticeStore, SeenNetwork, Telling};
pub use outbox::{Follower, FollowerKind, Lease, OutboxStore};
pub use requests::{NewRequest, RequestStore};
pub use verify::{Changes, KnownOwner, KnownSecret, Revision, VerifyStore, Watcher};
pub use webhooks::{Addressee, WebhookStore};
pub use workspace::WorkspaceStore;

use crate::domain::{Resource, Token};
use async_trait::async_trait;

/// The answers of a store that did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no such live token")]
    NotFound,
    #[error("there is no such person")]
    NoSuchPerson,
    #[error("there is no such group or service account")]
    NoSuchAccount,
    #[error("there is no such request, or it was answered before")]
    NoSuchRequest,
    #[error("it owns tokens, or has accounts to steward")]
    AccountInUse,
    #[error("there are as many accounts of this kind as there can be")]
    AccountsFull,
    #[error("there is no such session")]
    NoSuchSession,
    #[error("there is no such webhook")]
    NoSuchWebhook,
    #[error("the message is not among the last ones")]
    NoSuchDelivery,
    #[error("the webhook is another one by now")]
    WebhookChanged,
    #[error("there are as many webhooks as there can be")]
    WebhooksFull,
    #[error("the link was never made, has been used, or is too old")]
    LinkEnded,
    #[error("the token has another version by now")]
    VersionConflict(Box<Token>),
    #[error("a live token of the same owner has a name that looks the same")]
    NameTaken,
    #[error("the token that makes it has been ended")]
    ParentEnded,
    #[error("something else was asked for with the same idempotency key")]
    KeyReused,
    #[error("the same was done before with the same idempotency key")]
    DoneBefore,
    #[error("{owner} has a live token with a name that looks like {name}")]
    NamesCollide { owner: String, name: String },
    #[error("{owner} has {most} live tokens, which are the most")]
    OwnerFull { owner: String, most: u32 },
    #[error("another person has this e-mail address")]
    EmailTaken,
    #[error("another person has a name that looks the same")]
    PersonNameTaken,
    #[error("what the change was decided from is no longer so")]
    Outdated,
    #[error("the server that was asked does not have what is known already")]
    Elsewhere,
    #[error("there is no such second factor")]
    NoSuchFactor,
    #[error("no second factor would be left, and one is required")]
    LastFactor,
    #[error("nobody would be left who can manage people")]
    LastAdmin,
    #[error("the catalogue has no resource of this name")]
    NoSuchResource,
    #[error("the resource is another one by now")]
    ResourceChanged(Box<Resource>),
    #[error("the catalogue would be empty")]
    LastResource,
    #[error("the catalogue holds as many resources as it can")]
    CatalogueFull,
    /// A list takes longer than the store spends on one.
    #[error("it took too long")]
    TookTooLong,
    /// For the operator only.
    #[error("{0}")]
    Failed(String),
}

/// The engine that keeps the data.
#[async_trait]
pub trait EngineStore: Send + Sync {
    /// Waits for what is under way, and lets go of the data. Nothing can be asked of the store afterwards.
    async fn close(&self);
}

/// The whole store.
pub trait Store:
    EngineStore
    + AccountStore
    + RequestStore
    + TokenStore
    + PowerStore
    + RestoreStore
    + RetiringStore
    + ImportStore
    + VerifyStore
    + UseStore
    + UsageStore
    + FamilyStore
    + ExchangeStore
    + CatalogueStore
    + PersonStore
    + SessionStore
    + LinkStore
    + IdentityStore
    + FactorStore
    + PasskeyStore
    + CeremonyStore
    + WorkspaceStore
    + AuditStore
    + HeartbeatStore
    + NodeStore
    + NoticeStore
    + OutboxStore
    + WebhookStore
    + BudgetStore
{
}

impl<T> Store for T where
    T: EngineStore
        + AccountStore
        + RequestStore
        + TokenStore
        + PowerStore
        + RestoreStore
        + RetiringStore
        + ImportStore
        + VerifyStore
        + UseStore
        + UsageStore
        + FamilyStore
        + ExchangeStore
        + CatalogueStore
        + PersonStore
        + SessionStore
        + LinkStore
        + IdentityStore
        + IdentityStore
        + FactorStore
        + PasskeyStore
        + CeremonyStore
        + WorkspaceStore
        + AuditStore
        + HeartbeatStore
        + NodeStore
        + NoticeStore
        + OutboxStore
        + WebhookStore
        + BudgetStore
{
}
