//! The URLs of groups, service accounts and requests.

use super::{REQUESTS, TOKEN_NEW};
use crate::domain::PersonId;

/// The page of an account: a group, a service account, or a person.
pub fn account(id: PersonId) -> String {
    format!("/settings/accounts/{id}")
}

/// A prompt about an account, by its word.
pub fn account_prompt(id: PersonId, word: &str) -> String {
    format!("{}/{word}", account(id))
}

/// A prompt about a member of a group, by its word.
pub fn account_member(group: PersonId, word: &str, member: PersonId) -> String {
    format!("{}?member={member}", account_prompt(group, word))
}

/// The create prompt for a token of this account.
pub fn token_new_of(owner: PersonId) -> String {
    format!("{TOKEN_NEW}?owner={owner}")
}

/// The prompt that answers a request.
pub fn request_answer(id: &str) -> String {
    format!("{REQUESTS}/{id}/answer")
}
