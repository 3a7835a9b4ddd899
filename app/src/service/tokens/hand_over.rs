//! Giving tokens to another person: one, or all that somebody has. A holder of a secret keeps it, and can do no more
//! with it than before: `Transition` decides what that means for each token.

use crate::domain::{
    Aftermath, CANDIDATES_MAX, Caller, Consents, EVERYONE, Effect, Error, EventKind, Field, OwnedToken,
    Owner, Person, PersonId, PersonStatus, Right, Scope, Standing, Target, ToHandOver, Token, TokenId,
    Transition, keep_hint, listed, may,
};
use crate::service::{
    HandOver, Service, StoreError,
    tokens::transition::{Decided, TRIES, decide},
};
use serde_json::json;

/// All tokens of somebody, given to another person.
#[derive(Clone, Debug)]
pub struct HandedOver {
    pub from: Person,
    pub to: Person,
    pub aftermath: Aftermath,
}

impl Service {
    /// The people whom tokens can be given to.
    pub async fn recipients(&self, caller: &Caller) -> Result<Vec<Owner>, Error> {
        self.require(caller, Right::ManageAllTokens, Target::Nothing).await?;
        Ok(self.reading(caller).await?.recipients(CANDIDATES_MAX).await?)
    }

    /// For the prompt about one token.
    pub async fn hand_over_prompt(&self, caller: &Caller, id: TokenId) -> Result<ToHandOver, Error> {
        let token = self.token(caller, id).await?;
        self.require(caller, Right::ManageAllTokens, Target::Token(id)).await?;
        let giver = self.store.owner(token.owner.id).await?;
        let (name, standing) = (giver.name.as_str(), Standing::of(&giver));
        let asleep = standing
            .why_asleep(name)
            .map(|why| format!("{why} It arrives disabled, and works again only when somebody enables it."));
        let lost = (!token.out_of_reach.is_empty()).then(|| {
            format!("It loses {}, which {name} may not give now.", listed(token.out_of_reach.iter()))
        });
        let said: Vec<String> = asleep.into_iter().chain(lost).collect();
        let asleep = (!said.is_empty()).then(|| said.join(" "));
        let keep_hint = keep_hint(Some((standing, name)));
        let recipients = self.recipients(caller).await?;
        let recipients = recipients.into_iter().filter(|owner| owner.id != token.owner.id).collect();
        Ok(ToHandOver { token, asleep, keep_hint, recipients })
    }

    /// Hands over one token, whichever version it has, without any of Tokenry's own permissions.
    pub async fn hand_over_token(&self, caller: &Caller, id: TokenId, to: &str) -> Result<Token, Error> {
        let given = self.hand_over_token_with(caller, id, None, to, &Consents::default()).await;
        given.map(|(token, _)| token)
    }

    /// [`Self::hand_over_token`], if the token still has this version, and with these consents.
    pub async fn hand_over_token_with(
        &self,
        caller: &Caller,
        id: TokenId,
        version: Option<i64>,
        to: &str,
        consents: &Consents,
    ) -> Result<(Token, Effect), Error> {
        self.require(caller, Right::ManageAllTokens, Target::Token(id)).await?;
        let token = self.store.token(id, Scope::Everybody).await?;
        let to = self.recipient(to).await?;
        if token.owner.id == to.id {
            return Ok((token, Effect::default()));
        }
        self.require_fresh(caller, Target::Token(id)).await?;
        self.may_keep(caller, consents, (to.name.as_str(), Standing::of(&to)), Target::Token(id)).await?;
        let effect = self.hand_over_found(caller, &token, version, to.id, consents).await?;
        let token = self.store.token(id, Scope::Everybody).await?;
        Ok((token, effect))
    }

    /// Gives a token to somebody else, if it still has this version; without one, whichever it has.
    pub(in crate::service) async fn hand_over_found(
        &self,
        caller: &Caller,
        token: &Token,
        version: Option<i64>,
        to: PersonId,
        consents: &Consents,
    ) -> Result<Effect, Error> {
        let (mut token, id) = (token.clone(), token.id);
        if version.is_some_and(|version| version != token.version) {
            return Err(self.conflict(caller, token).await);
        }
        for _ in 0..TRIES {
            let (giver, receiver) = self.both(token.owner.id, to).await?;
            let transition = handed(&giver, &receiver);
            let decided = match decide(transition, vec![OwnedToken::of(&token)], consents) {
                Ok(decided) => decided,
                Err(_) => return Err(self.conflict(caller, token).await),
            };
            let details = json!({ "from": giver.name, "to": receiver.name, "token": token.name });
            let event = self.event(caller, EventKind::TokenHandedOver).on_token(id).on_person(to);
            let event = event.with(&details).with(&decided.details_of_one());
            let what = what(transition, &giver, &receiver, &decided, false, self.tokens_per_person);
            match self.store.hand_over(&what, &event).await {
                Ok(_) => return Ok(decided.only()),
                Err(StoreError::Outdated) => {}
                Err(StoreError::VersionConflict(_) | StoreError::NotFound) if version.is_none() => {}
                Err(other) => return Err(other.into()),
            }
            let current = self.store.token(id, Scope::Everybody).await?;
            if version.is_some_and(|version| version != current.version) {
                return Err(self.conflict(caller, current).await);
            }
            token = current;
        }
        Err(StoreError::Outdated.into())
    }

    /// Hands over all tokens of somebody, without any of Tokenry's own permissions, and returns how many.
    pub async fn hand_over_all(&self, caller: &Caller, from: PersonId, to: &str) -> Result<u64, Error> {
        let given = self.hand_over_all_with(caller, from, to, &Consents::default()).await;
        given.map(|given| given.aftermath.tokens)
    }

    /// [`Self::hand_over_all`] with these consents. Also says what became of the tokens.
    pub async fn hand_over_all_with(
        &self,
        caller: &Caller,
        from: PersonId,
        to: &str,
        consents: &Consents,
    ) -> Result<HandedOver, Error> {
        self.require(caller, Right::ManageAllTokens, Target::Person(from)).await?;
        self.store.owner(from).await?;
        let to = self.recipient(to).await?;
        if to.id == from {
            let detail = "These tokens are theirs already. Choose somebody else.";
            return Err(Error::field(Field::Owner, "same", detail));
        }
        self.require_fresh(caller, Target::Person(from)).await?;
        self.may_keep(caller, consents, (to.name.as_str(), Standing::of(&to)), Target::Person(from)).await?;
        for _ in 0..TRIES {
            let (giver, receiver) = self.both(from, to.id).await?;
            let transition = handed(&giver, &receiver);
            let tokens = self.store.owned_tokens(from).await?;
            let decided = match decide(transition, tokens, consents) {
                Ok(decided) => decided,
                Err(id) => return Err(self.changed_meanwhile(id).await),
            };
            let details = json!({ "from": giver.name, "to": receiver.name });
            let event = self.event(caller, EventKind::TokensHandedOver).on_person(from);
            let event = event.with(&details).with(&decided.details());
            let what = what(transition, &giver, &receiver, &decided, true, self.tokens_per_person);
            match self.store.hand_over(&what, &event).await {
                Ok(_) => return Ok(HandedOver { from: giver, to: receiver, aftermath: decided.aftermath() }),
                Err(StoreError::Outdated) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(StoreError::Outdated.into())
    }

    async fn both(&self, from: PersonId, to: PersonId) -> Result<(Person, Person), Error> {
        let giver = self.store.owner(from).await?;
        Ok((giver, self.store.owner(to).await?))
    }

    /// The person or account with this id, if they can have tokens. *Everyone* owns none.
    pub(in crate::service) async fn recipient(&self, to: &str) -> Result<Person, Error> {
        let unknown = || {
            let detail = "Choose the new owner.";
            Error::field(Field::Owner, "unknown", detail)
        };
        let id: PersonId = to.parse().map_err(|_| unknown())?;
        let person = self.store.owner(id).await?;
        let can_have_tokens = person.status == PersonStatus::Active
            && may(person.role, Right::ManageOwnTokens)
            && id != EVERYONE;
        if can_have_tokens { Ok(person) } else { Err(unknown()) }
    }
}

fn handed(giver: &Person, receiver: &Person) -> Transition {
    Transition { before: Standing::of(giver), after: Standing::of(receiver), is_handed_over: true }
}

fn what(
    transition: Transition,
    giver: &Person,
    receiver: &Person,
    decided: &Decided,
    are_all: bool,
    most: Option<u32>,
) -> HandOver {
    HandOver {
        from: (giver.id, transition.before),
        to: (receiver.id, transition.after),
        tokens: decided.effects(),
        are_all,
        most,
    }
}
