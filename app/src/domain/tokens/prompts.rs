//! The data of prompts about one token.

use crate::domain::{OldSecret, Owner, Timestamp, Token};
use serde::{Deserialize, Serialize};

/// The prompt before a token gets a new secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToRotate {
    pub token: Token,
    /// Its recent use in words.
    pub recent_use: String,
    /// The old secret of an earlier rotation, if it still works.
    pub old: Option<OldSecret>,
    pub now: Timestamp,
}

/// The prompt before a token is disabled, or enabled again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToDisable {
    pub token: Token,
    /// Its recent use in words.
    pub recent_use: String,
    /// The label of the box that disables the tokens it made, too; empty when there are none.
    pub also_made: String,
    /// An admin has disabled it, and the caller is not an admin: they may not enable it.
    pub is_held: bool,
    /// Its owner can enable it now, and could no longer do so if the caller disabled it.
    pub would_hold: bool,
}

/// The prompt before a token gets another owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToHandOver {
    pub token: Token,
    /// What its secret cannot do now and why, and the consequence for the token; `None` when it can do everything.
    pub asleep: Option<String>,
    /// The consequence of keeping the permissions to use Tokenry itself.
    pub keep_hint: String,
    /// Everybody who can have it, except for its owner.
    pub recipients: Vec<Owner>,
}
