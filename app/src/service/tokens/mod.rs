//! Use cases about tokens: they are made, edited, found, rotated, disabled, given away, deleted and brought back.

mod bulk;
mod create_once;
mod disable;
mod exchange;
mod family;
mod hand_over;
pub(super) mod idempotency;
mod import;
mod list;
pub(super) mod manage;
mod quiet;
mod restore;
mod rotation;
mod take_back;
mod transfer;
pub(super) mod transition;

pub use create_once::Creation;
pub use exchange::Exchange;
pub use hand_over::HandedOver;
pub use idempotency::Terms;
pub use import::ImportReport;
pub use restore::Restored;
