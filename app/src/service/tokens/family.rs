//! Ending a token together with those that it made.

use crate::domain::{
    BulkAction, BulkResult, Caller, Consents, Error, IfMatch, MADE_AT_ONCE, MADE_COUNTED, Token, TokenId,
    also_in_words,
};
use crate::service::{Service, StoreError, Terms, tokens::bulk::Run, tokens::idempotency::ChangeRequest};

impl Service {
    /// The offer to do this to the tokens that a token made, too, as a text to show; empty when there are none.
    pub(in crate::service) async fn also_made(
        &self,
        caller: &Caller,
        id: TokenId,
        verb: &str,
    ) -> Result<String, Error> {
        let made = self.store.descendants(id, caller.scope(), MADE_COUNTED + 1).await?;
        Ok(also_in_words(verb, "it", &made.iter().map(|token| token.name.as_str()).collect::<Vec<_>>()))
    }

    /// Deletes a token on these terms; with `with_made`, also the tokens that it made, and then says what became of
    /// each. Asked for again, it goes on with what is left; with the same key, it does nothing more and says nothing.
    pub async fn delete_token_and(
        &self,
        caller: &Caller,
        id: TokenId,
        terms: &Terms<'_>,
        with_made: bool,
    ) -> Result<Option<BulkResult>, Error> {
        if !with_made {
            return self.delete_token_once(caller, id, terms).await.map(|()| None);
        }
        let asked = ChangeRequest::DeleteWithMade { delete_with_made: id };
        self.end_with_made_once(caller, id, terms, BulkAction::Delete, &asked).await
    }

    /// Disables a token on these terms, and the tokens that it made, and says what became of each. Asked for again with
    /// the same key, it does nothing more and says nothing.
    pub async fn disable_token_with_made(
        &self,
        caller: &Caller,
        id: TokenId,
        terms: &Terms<'_>,
    ) -> Result<Option<BulkResult>, Error> {
        let asked = ChangeRequest::DisableWithMade { disable_with_made: id };
        self.end_with_made_once(caller, id, terms, BulkAction::Disable, &asked).await
    }

    async fn end_with_made_once(
        &self,
        caller: &Caller,
        id: TokenId,
        terms: &Terms<'_>,
        action: BulkAction,
        asked: &ChangeRequest<'_>,
    ) -> Result<Option<BulkResult>, Error> {
        let once = self.remembered(caller, terms.key, asked)?;
        let end = async {
            let version = match terms.if_match {
                IfMatch::Versions(_) => {
                    let token = self.token_to_manage(caller, id).await?;
                    terms.if_match.check(&token)?;
                    Some(token.version)
                }
                IfMatch::Absent | IfMatch::Exists => None,
            };
            let ended = self.end_with_made(caller, id, version, action).await?;
            self.note_done(once.as_ref(), id).await?;
            Ok(ended)
        };
        self.do_once(once, end).await.map(Result::ok)
    }

    /// Disables a token, if it still has this version; without one, whichever it has. With `with_made`, also the tokens
    /// that it made.
    pub async fn disable_token_and(
        &self,
        caller: &Caller,
        id: TokenId,
        version: Option<i64>,
        with_made: bool,
    ) -> Result<Option<BulkResult>, Error> {
        match with_made {
            true => self.end_with_made(caller, id, version, BulkAction::Disable).await.map(Some),
            false => self.set_disabled(caller, id, version, true).await.map(|_| None),
        }
    }

    /// Ends a token, and then everything that it made, directly or through others: each in a transaction of its own
    /// with a line of its own. The token goes first, so that it makes no more meanwhile; tokens that it made just
    /// before are looked for again. A token that is deleted already can be asked for again, as long as something that
    /// it made is left.
    async fn end_with_made(
        &self,
        caller: &Caller,
        id: TokenId,
        version: Option<i64>,
        action: BulkAction,
    ) -> Result<BulkResult, Error> {
        let mut run = Run::of(action);
        let deleted = match self.store.deleted_token(id, caller.reach()).await {
            Ok(deleted) if action == BulkAction::Delete => Some(deleted.token),
            Ok(_) | Err(StoreError::NotFound) => None,
            Err(other) => return Err(other.into()),
        };
        // Read before anything is ended: if it cannot be read, nothing is ended.
        let made = self.made(caller, id, &run).await?;
        match deleted {
            Some(token) => {
                self.may_manage(caller, &token).await?;
                if made.is_empty() {
                    return Err(Error::NotFound);
                }
            }
            None => {
                let token = self.token_to_manage(caller, id).await?;
                self.take_turn(caller, &mut run, token, version, None, &Consents::default()).await;
                run.refused_first()?;
            }
        }
        self.end_made(caller, &mut run, id, made).await;
        Ok(run.into_result())
    }

    /// Ends these tokens, which the token `id` made, and looks again until there are no more.
    pub(in crate::service) async fn end_made(
        &self,
        caller: &Caller,
        run: &mut Run,
        id: TokenId,
        mut made: Vec<Token>,
    ) {
        while !made.is_empty() && run.goes_on() {
            for token in made {
                self.take_turn(caller, run, token, None, None, &Consents::default()).await;
            }
            // Tokens that cannot be read may exist.
            made = self.made(caller, id, run).await.unwrap_or_else(|_| run.leave_some());
        }
        if !made.is_empty() {
            run.leave_some();
        }
    }

    /// The tokens that the token `id` made and whose turn has not come.
    pub(in crate::service) async fn made(
        &self,
        caller: &Caller,
        id: TokenId,
        run: &Run,
    ) -> Result<Vec<Token>, Error> {
        let limit = MADE_AT_ONCE.saturating_add(run.len());
        let made = self.store.descendants(id, caller.scope(), limit).await?;
        Ok(made.into_iter().filter(|token| !run.had(token.id)).collect())
    }
}
