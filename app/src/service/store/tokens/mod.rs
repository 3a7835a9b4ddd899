//! Storage of tokens.

mod exchange;
mod family;
mod import;
mod power;
mod record;
mod restore;
mod rotation;

pub use exchange::ExchangeStore;
pub use family::FamilyStore;
pub use import::{ImportClash, ImportStore};
pub use power::{HandOver, PowerStore, Restanding, TokenEffect};
pub use record::{
    DisabledChange, Ender, IdempotencyKey, NewToken, Rotation, TokenChange, TokenRemoval, TokenStore,
};
pub use restore::{Restoration, RestoreStore};
pub use rotation::{OldSecretEnd, QuietSecret, RetiringStore, RotationTakenBack};
