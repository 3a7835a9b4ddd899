//! A message to a webhook, as far as it was delivered.

use crate::domain::{EventKind, Timestamp};
use serde::{Deserialize, Serialize};

/// The last attempt to deliver a line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The number of the line.
    pub line: i64,
    /// The stored name of its kind.
    pub kind: String,
    pub attempts: u32,
    pub at: Timestamp,
    pub duration_ms: i64,
    /// The HTTP status of the answer; `None` if there was none.
    pub status: Option<u16>,
    /// What went wrong; empty if nothing did.
    pub trouble: String,
    pub delivered: bool,
    /// Has somebody asked to send it once more?
    pub again: bool,
}

impl Delivery {
    /// The text for the kind. One that this version does not know is shown as it is stored.
    pub fn in_words(&self) -> String {
        EventKind::from_name(&self.kind).map_or_else(|| self.kind.clone(), |kind| kind.in_words().to_owned())
    }

    /// `204`, or why there was no answer.
    pub fn outcome(&self) -> String {
        match (self.status, self.trouble.as_str()) {
            (Some(status), _) => status.to_string(),
            (None, trouble) => trouble.to_owned(),
        }
    }
}
