//! Accounts that are not people: groups and service accounts. Also what every account may give to its tokens.

mod account;
mod grants;
mod request;
mod trust;

pub use account::{
    Account, AccountAsk, AccountDetails, AccountEdit, AccountForm, AccountKind, AccountPage, AccountPrompt,
    AccountRow, AccountsData, EVERYONE, GroupMember, MemberForm, NewAccountForm,
};
pub use grants::{Grant, GrantError, Grants, GrantsForm, Loss, Losses, Reach};
pub use request::{AccessRequest, Answer, AnswerForm, AskForm, RequestRow, RequestsData, ToAsk};
pub use trust::{TrustRow, TrustRule};
