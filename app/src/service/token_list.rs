//! Lists of tokens, as scripts ask for them: searched, filtered, in several orders.

use super::{Service, hide_cause};
use crate::domain::{Caller, Error, Timestamp, TokenList, TokenQuery};

impl Service {
    /// One page of the live tokens that exist for the caller and fit.
    pub async fn list_tokens(&self, caller: &Caller, query: &TokenQuery) -> Result<TokenList, Error> {
        self.store.list_tokens(caller.scope(), query, self.clock.now()).await.map_err(hide_cause)
    }

    /// The time that statuses depend on.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
