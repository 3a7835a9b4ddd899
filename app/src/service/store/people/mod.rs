//! Storage of people, their sessions and links.

pub(super) mod links;
mod person;
mod sessions;

pub use links::{Link, LinkStore, NewLink};
pub use person::{Credentials, KeptSession, NewPerson, PasswordChange, PersonStore};
pub use sessions::{NewSession, SessionStore};
