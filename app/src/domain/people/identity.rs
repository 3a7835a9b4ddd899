//! The account of a person at an identity provider, as they see it.

use crate::domain::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The name of the provider in the operator's configuration.
    pub provider: String,
    /// The groups that the provider named at the last sign-in.
    pub groups: Vec<String>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
}
