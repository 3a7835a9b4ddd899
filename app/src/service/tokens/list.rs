//! Lists of tokens: searched, filtered, in several orders; for scripts, and as the table of the console.

use crate::domain::{
    COUNT_MAX, Caller, EXPORT_ROWS, Error, HourlyUsage, Owner, READ_TOKENS, RECIPIENTS_MAX, Right, SortBy,
    Timestamp, TokenChoices, TokenCursor, TokenId, TokenList, TokenListForm, TokenPage, TokenQuery,
    TokenSort, may,
};
use crate::service::Service;
use std::collections::HashMap;

impl Service {
    /// One page of the live tokens that exist for the caller and fit the query.
    pub async fn list_tokens(&self, caller: &Caller, query: &TokenQuery) -> Result<TokenList, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let scope = self.list_scope(caller, &query.filter).await?;
        Ok(self.reading(caller).await?.list_tokens(scope, query, self.clock.now()).await?)
    }

    /// The next tokens of an export, beginning after `after`. All pages together hold everything that the query asks
    /// for.
    pub async fn export_tokens(
        &self,
        caller: &Caller,
        query: &TokenQuery,
        after: Option<TokenCursor>,
    ) -> Result<TokenList, Error> {
        let sort = match query.sort.by {
            SortBy::CreatedAt | SortBy::Name | SortBy::Permissions | SortBy::ExpiresAt => query.sort,
            // A token that is used meanwhile would change its place, and be skipped or written twice. And an order
            // without an index is sorted again for every page.
            SortBy::LastUsedAt | SortBy::Status | SortBy::Owner => TokenSort::default(),
        };
        let query = TokenQuery { filter: query.filter.clone(), sort, cursor: after, limit: EXPORT_ROWS };
        self.list_tokens(caller, &query).await
    }

    /// One page of the table, with the data that its rows show beside the tokens.
    pub async fn token_page(&self, caller: &Caller, form: &TokenListForm) -> Result<TokenPage, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let (query, now) = (form.parse()?, self.clock.now());
        let scope = self.list_scope(caller, &query.filter).await?;
        let list = self.reading(caller).await?.list_tokens(scope, &query, now).await?;
        let count = self.reading(caller).await?.count_tokens(scope, COUNT_MAX + 1).await?;
        let fitting = match query.filter.is_empty() {
            true => count,
            false => {
                let reading = self.reading(caller).await?;
                reading.count_matching(scope, &query.filter, now, COUNT_MAX + 1).await?
            }
        };
        let ids: Vec<TokenId> = list.tokens.iter().map(|token| token.id).collect();
        let rotating = list.tokens.iter().filter(|token| token.rotating_until.is_some_and(|end| end > now));
        let rotating: Vec<TokenId> = rotating.map(|token| token.id).collect();
        let old_uses = match rotating.is_empty() {
            true => HashMap::new(),
            false => {
                let uses = self.reading(caller).await?.old_uses(&rotating, now).await;
                uses?.into_iter().collect()
            }
        };
        Ok(TokenPage { hourly: self.hourly(caller, &ids, now).await?, old_uses, list, fitting, count, now })
    }

    async fn hourly(
        &self,
        caller: &Caller,
        ids: &[TokenId],
        now: Timestamp,
    ) -> Result<HashMap<TokenId, HourlyUsage>, Error> {
        let begins = HourlyUsage::begins(now);
        let mut hourly: HashMap<TokenId, HourlyUsage> = HashMap::new();
        let hours = self.reading(caller).await?.hours_of_use(ids, begins).await;
        for (token, hour, is_valid, count) in hours? {
            hourly.entry(token).or_default().add(begins, hour, is_valid, count);
        }
        Ok(hourly)
    }

    /// The choices that the table can be filtered by.
    pub async fn token_choices(&self, caller: &Caller) -> Result<TokenChoices, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let owners = match may(caller.role, Right::SeeAllTokens) {
            true => self.reading(caller).await?.token_owners(RECIPIENTS_MAX).await?,
            false => self.own_and_stewarded(caller).await?,
        };
        let metadata = self.reading(caller).await?.has_metadata().await?;
        let resources = self.grantable(caller).await?.resources;
        let permissions = resources.iter().flat_map(|resource| {
            resource
                .actions
                .iter()
                .filter_map(|action| format!("{}:{}", resource.name, action.name).parse().ok())
        });
        Ok(TokenChoices { owners, permissions: permissions.collect(), metadata })
    }

    /// The owners whose tokens a member can list: themselves, and the accounts that they steward.
    async fn own_and_stewarded(&self, caller: &Caller) -> Result<Vec<Owner>, Error> {
        let stewarded = self.stewarded_by(caller).await?;
        let own = (!stewarded.is_empty()).then(|| Owner { id: caller.id, name: caller.name.clone() });
        Ok(own.into_iter().chain(stewarded).collect())
    }

    /// The time that statuses depend on.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
