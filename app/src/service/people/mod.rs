//! Use cases about people: they are invited, sign in, change what they may, and leave.

mod app;
mod factors;
pub(super) mod links;
pub(super) mod manage;
mod passkeys;
pub(super) mod passwords;
mod profile;
mod prompts;
mod provided;
mod second_step;
mod sign_in;
pub(super) mod strangers;

pub use app::last_step;
pub use links::Invited;
pub use passkeys::PasskeyRequest;
pub use provided::{Membership, Provided, ProvidedRole};
pub use second_step::{SecondStep, SignInStep};
pub use sign_in::{BrowserKeys, SignedIn};
