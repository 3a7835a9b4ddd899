//! Storage of people, their sessions, links and accounts at identity providers.

mod identities;
pub(super) mod links;
mod person;
mod sessions;

pub use identities::{IdentityStore, NewIdentity, SessionOrigin};
pub use links::{Link, LinkStore, NewLink};
pub use person::{Credentials, KeptSession, NewPerson, PasswordChange, PersonStore};
pub use sessions::{NewSession, SessionStore};
