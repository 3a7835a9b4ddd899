//! Use cases about people: they are invited, sign in, change what they may, and leave.

pub(super) mod links;
pub(super) mod manage;
pub(super) mod passwords;
mod profile;
mod prompts;
mod provided;
mod sign_in;
pub(super) mod strangers;

pub use links::Invited;
pub use provided::{Provided, ProvidedRole};
pub use sign_in::{BrowserKeys, SignedIn};
