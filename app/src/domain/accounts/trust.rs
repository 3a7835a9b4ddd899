//! Trust rules: whose tokens the runs of a CI or the pods of a cluster may exchange their own for.

use crate::domain::Timestamp;
use serde::{Deserialize, Serialize};

/// What the operator trusts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustRule {
    /// Its name in the audit log, and the beginning of the names of its tokens.
    pub name: String,
    pub issuer: String,
    /// Whom the token has to be made for.
    pub audience: String,
    /// Every one of these claims has to match its pattern.
    pub claims: Vec<(String, String)>,
    /// The service account whose tokens they become, by its name; or a person, by their e-mail address.
    pub account: String,
    pub permissions: Vec<String>,
    pub minutes: u32,
}

/// A trust rule, as the page of its account shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustRow {
    pub rule: TrustRule,
    /// When a token was last exchanged by it.
    pub last_used_at: Option<Timestamp>,
}
