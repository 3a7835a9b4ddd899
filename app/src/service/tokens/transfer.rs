//! Giving one token to another owner, as scripts do.

use crate::domain::{Caller, Consents, Error, Power, Right, Target, Token, TokenId};
use crate::service::{IdempotencyKey, Service, Terms, tokens::idempotency::ChangeRequest};

impl Service {
    /// Hands over a token on these terms, if it is within what the caller can do. Its owner keeps it without a change.
    pub async fn transfer_token(
        &self,
        caller: &Caller,
        id: TokenId,
        terms: &Terms<'_>,
        owner: &str,
    ) -> Result<Token, Error> {
        self.require(caller, Right::ManageAllTokens, Target::Token(id)).await?;
        let asked = ChangeRequest::Transfer { transfer: id, owner };
        let change = async |current: Token, once: Option<IdempotencyKey>| {
            let version = terms.if_match.version_of(&current);
            self.may_give(caller, Some(&Power::of(&current)), Target::Token(id)).await?;
            let consents = Consents::default();
            let (token, _) = self.hand_over_token_with(caller, id, version, owner, &consents).await?;
            self.note_done(once.as_ref(), id).await.map(|()| token)
        };
        match self.change_on_terms(caller, id, terms, &asked, change).await? {
            Ok(token) => Ok(token),
            Err(id) => self.find_token(caller, id).await,
        }
    }
}
