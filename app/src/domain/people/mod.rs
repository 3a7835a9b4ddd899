//! People: their identity, their roles and rights, and their proof of identity.

mod caller;
mod factors;
mod forms;
mod identity;
mod password;
mod person;
mod prompt;
mod role;
mod session;

pub use caller::{Caller, Credential, Scope, SessionRow, Target, Visit};
pub use factors::{
    AboutPasskey, CodeForm, FactorRule, Factors, FactorsData, NewApp, Passkey, PasskeyForm, PasskeyNameForm,
};
pub use forms::{
    AboutPerson, NameForm, NoFields, PasswordForm, PeopleData, PeoplePage, PersonEnabling, PersonHandOver,
    ProfileData, RoleForm, SessionEnd, ThemeForm,
};
pub use identity::Identity;
pub use password::{Password, PasswordError};
pub use person::{LinkNews, Person, PersonDetails, PersonForm, PersonRow, PersonStatus, Theme};
pub use prompt::{PersonPrompt, PersonPromptData};
pub use role::{Right, Role, may};
pub use session::Session;
