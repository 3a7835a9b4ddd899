//! Lists of tokens, as scripts ask for them: searched, filtered, in several orders.

use super::{Service, hide_cause};
use crate::domain::{
    Caller, EXPORT_ROWS, Error, SortBy, Timestamp, TokenCursor, TokenFilter, TokenList, TokenQuery, TokenSort,
};

impl Service {
    /// One page of the live tokens that exist for the caller and fit.
    pub async fn list_tokens(&self, caller: &Caller, query: &TokenQuery) -> Result<TokenList, Error> {
        self.store.list_tokens(caller.scope(), query, self.clock.now()).await.map_err(hide_cause)
    }

    /// The next tokens of an export, after those before `cursor`.
    pub async fn export_tokens(
        &self,
        caller: &Caller,
        filter: &TokenFilter,
        sort: TokenSort,
        cursor: Option<TokenCursor>,
    ) -> Result<TokenList, Error> {
        // What is used meanwhile would change its place, and be passed over or written twice.
        let sort = if sort.by == SortBy::LastUsedAt { TokenSort::default() } else { sort };
        let query = TokenQuery { filter: filter.clone(), sort, cursor, limit: EXPORT_ROWS };
        self.list_tokens(caller, &query).await
    }

    /// The time that statuses depend on.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
