//! The forms of the prompts about tokens, unparsed. Ids are texts: an invalid one matches no token, and is answered
//! like an unknown id.

use serde::{Deserialize, Serialize};

/// A request for a new secret, and the time for which the old one keeps working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateForm {
    pub id: String,
    /// The version that was seen. `None`, here and below, stands for any version.
    pub version: Option<i64>,
    #[serde(default)]
    pub overlap_seconds: String,
    /// Empty turns it off.
    #[serde(default)]
    pub quiet_seconds: String,
}

/// A request to end the old secret after a rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OldSecretForm {
    pub id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisableForm {
    pub id: String,
    pub version: Option<i64>,
    /// Disable the tokens that it made, too?
    #[serde(default)]
    pub with_children: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnableForm {
    pub id: String,
    pub version: Option<i64>,
}

/// A new owner for one token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOverForm {
    pub id: String,
    pub version: Option<i64>,
    #[serde(default)]
    pub owner: String,
    /// The token and its version, if it keeps its permissions to use Tokenry itself.
    #[serde(default)]
    pub keep: Vec<String>,
}

/// A deleted token to restore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreForm {
    pub id: String,
    /// The new name and the new end. An absent field stays as it was.
    pub name: Option<String>,
    pub expires_at: Option<String>,
}

/// One action on several tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkForm {
    #[serde(default)]
    pub action: String,
    /// Each with the version that was seen.
    #[serde(default)]
    pub tokens: String,
    /// The new owner, if they are handed over.
    #[serde(default)]
    pub owner: String,
    #[serde(default)]
    pub keep: Vec<String>,
    /// Apply the action to the tokens that they made, too?
    #[serde(default)]
    pub with_children: bool,
}
