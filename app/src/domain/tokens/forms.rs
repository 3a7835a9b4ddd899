//! What the forms of the prompts about tokens send, unparsed. What names a token is a text: one that is no id names none,
//! and is answered like an id that there is not.

use serde::{Deserialize, Serialize};

/// A new secret, and how long the old one keeps working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateForm {
    pub id: String,
    /// The version that was seen; without one, whichever the token has. The same below.
    pub version: Option<i64>,
    #[serde(default)]
    pub overlap_seconds: String,
    /// Empty is off.
    #[serde(default)]
    pub quiet_seconds: String,
}

/// The end of the secret that a rotation has left.
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
    /// Are the tokens that it made to be disabled, too?
    #[serde(default)]
    pub with_children: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnableForm {
    pub id: String,
    pub version: Option<i64>,
}

/// Another owner for one token.
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

/// A deleted token that lives again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreForm {
    pub id: String,
    /// Its name from now on, and its end; as before, where the form does not speak of them.
    pub name: Option<String>,
    pub expires_at: Option<String>,
}

/// The same done to several tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkForm {
    #[serde(default)]
    pub action: String,
    /// Each with the version that was seen.
    #[serde(default)]
    pub tokens: String,
    /// Who gets them, if they are handed over.
    #[serde(default)]
    pub owner: String,
    #[serde(default)]
    pub keep: Vec<String>,
    /// Is the same to be done to the tokens that they made?
    #[serde(default)]
    pub with_children: bool,
}
