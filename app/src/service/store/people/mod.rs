//! Storage of people, their sessions, links and accounts at identity providers.

mod ceremonies;
mod factors;
mod identities;
pub(super) mod links;
mod passkeys;
mod person;
mod sessions;

pub use ceremonies::{Ceremony, CeremonyKind, CeremonyStore};
pub use factors::{AppSeed, FactorStore};
pub use identities::{IdentityStore, NewIdentity, SessionOrigin};
pub use links::{Link, LinkStore, NewLink};
pub use passkeys::{KnownPasskey, NewPasskey, PasskeyStore};
pub use person::{Credentials, KeptSession, NewPerson, PasswordChange, PersonStore};
pub use sessions::{NewSession, SessionStore};
