//! Giving tokens to another person: one, or all that somebody has. Secrets and permissions stay as they are.

use super::{HandOver, Service, hide_cause};
use crate::domain::{
    Caller, Error, EventKind, Field, Owner, PersonId, PersonStatus, RECIPIENTS_MAX, Right, Scope, Target,
    Token, TokenId, may,
};
use serde_json::json;

impl Service {
    /// Whom tokens can be given to.
    pub async fn recipients(&self, caller: &Caller) -> Result<Vec<Owner>, Error> {
        self.require(caller, Right::ManageAllTokens, Target::Nothing).await?;
        self.store.recipients(RECIPIENTS_MAX).await.map_err(hide_cause)
    }

    /// For the prompt about one token: what it is, and whom it can be given to.
    pub async fn hand_over_prompt(&self, caller: &Caller, id: TokenId) -> Result<(Token, Vec<Owner>), Error> {
        let token = self.token(caller, id).await?;
        self.require(caller, Right::ManageAllTokens, Target::Token(id)).await?;
        Ok((token, self.recipients(caller).await?))
    }

    pub async fn hand_over_token(&self, caller: &Caller, id: TokenId, to: &str) -> Result<Token, Error> {
        self.require(caller, Right::ManageAllTokens, Target::Token(id)).await?;
        let token = self.store.token(id, Scope::Everybody).await.map_err(hide_cause)?;
        let to = self.recipient(to).await?;
        if token.owner.id == to.id {
            return Ok(token);
        }
        self.require_fresh(caller, Target::Token(id)).await?;
        self.hand_over_found(caller, &token, None, &to).await?;
        self.store.token(id, Scope::Everybody).await.map_err(hide_cause)
    }

    /// Gives away a token of somebody else's, if it still has this version; without one, whichever it has.
    pub(super) async fn hand_over_found(
        &self,
        caller: &Caller,
        token: &Token,
        version: Option<i64>,
        to: &Owner,
    ) -> Result<(), Error> {
        let (id, details) =
            (token.id, json!({ "from": token.owner.name, "to": to.name, "token": token.name }));
        let event =
            self.event(caller, EventKind::TokenHandedOver).on_token(id).on_person(to.id).with(&details);
        let given =
            self.store.hand_over(HandOver::One { id, version }, to.id, self.tokens_per_person, &event).await;
        given.map(|_| ()).map_err(hide_cause)
    }

    /// Says how many tokens it were.
    pub async fn hand_over_all(&self, caller: &Caller, from: PersonId, to: &str) -> Result<u64, Error> {
        self.require(caller, Right::ManageAllTokens, Target::Person(from)).await?;
        let person = self.store.person(from).await.map_err(hide_cause)?;
        let to = self.recipient(to).await?;
        if to.id == from {
            let detail = "These tokens are theirs already. Choose somebody else.";
            return Err(Error::field(Field::Owner, "same", detail));
        }
        self.require_fresh(caller, Target::Person(from)).await?;
        let details = json!({ "from": person.name, "to": to.name });
        let event = self.event(caller, EventKind::TokensHandedOver).on_person(from).with(&details);
        let given = self.store.hand_over(HandOver::AllOf(from), to.id, self.tokens_per_person, &event).await;
        given.map_err(hide_cause)
    }

    /// Somebody who can have tokens.
    pub(super) async fn recipient(&self, to: &str) -> Result<Owner, Error> {
        let unknown = || {
            let detail = "Choose the person who answers for this from now on.";
            Error::field(Field::Owner, "unknown", detail)
        };
        let id: PersonId = to.parse().map_err(|_| unknown())?;
        let person = self.store.person(id).await.map_err(hide_cause)?;
        let can_have_tokens =
            person.status == PersonStatus::Active && may(person.role, Right::ManageOwnTokens);
        if can_have_tokens { Ok(Owner { id, name: person.name }) } else { Err(unknown()) }
    }
}
