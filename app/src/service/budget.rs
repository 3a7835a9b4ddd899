//! Bounds on the changes of one person or one token, so that a loop fills neither the data nor the audit log.

use super::Service;
use crate::domain::{Caller, Credential, Error};

impl Service {
    /// May this caller make one more change now? Both the console and the HTTP API ask this before a change.
    pub fn may_change(&self, caller: &Caller) -> Result<(), Error> {
        match &caller.credential {
            Credential::Session { .. } if self.counts_changes => self.throttle.change(&caller.id.to_string()),
            Credential::Token { id, .. } if self.counts_changes => {
                self.throttle.change_by_token(&id.to_string())
            }
            // The operator can write to the data anyway.
            Credential::Session { .. } | Credential::Token { .. } | Credential::Operator => Ok(()),
        }
    }

    /// Several tokens in one request have a budget of their own.
    pub(super) fn may_change_many(&self, caller: &Caller, count: usize) -> Result<(), Error> {
        match self.counts_changes {
            true => {
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                self.throttle.change_at_once(&caller.id.to_string(), count)
            }
            false => Ok(()),
        }
    }
}
