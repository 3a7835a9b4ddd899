//! What prompts about one token have to show before something is done to it.

use crate::domain::{OldSecret, Owner, Timestamp, Token};
use serde::{Deserialize, Serialize};

/// Before a token gets a new secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToRotate {
    pub token: Token,
    /// What it was used for lately, in words.
    pub recent_use: String,
    /// The secret that an earlier rotation has left.
    pub old: Option<OldSecret>,
    pub now: Timestamp,
}

/// Before a token is disabled, or enabled again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToDisable {
    pub token: Token,
    /// What it was used for lately, in words.
    pub recent_use: String,
    /// What it would be to disable the tokens that it made, too; nothing when there are none.
    pub also_made: String,
    /// An admin has disabled it, and the caller is none: it is not theirs to enable.
    pub is_held: bool,
    /// Its owner can enable it, and could not any more if the caller disabled it.
    pub would_hold: bool,
}

/// Before a token gets another owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToHandOver {
    pub token: Token,
    /// Why its secret does nothing now, and what that means for the token; nothing when it works.
    pub asleep: Option<String>,
    /// What it means to keep the permissions to use Tokenry itself.
    pub keep_hint: String,
    /// Everybody who can have it, but for whoever has it now.
    pub recipients: Vec<Owner>,
}
