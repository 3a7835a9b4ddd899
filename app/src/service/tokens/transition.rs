//! The effects on tokens whose owner changes, or whose owner's standing does: decided here for every path, and named
//! token by token in the audit log.

use crate::domain::{
    Aftermath, Caller, Consents, Effect, Error, Field, OwnedToken, Role, Scope, Standing, Target, TokenId,
    Transition, listed,
};
use crate::service::{Service, TokenEffect};
use serde_json::{Map, Value, json};

/// Most tokens that one line of the audit log names for one reason.
const NAMED_MAX: usize = 50;
/// Most attempts to decide a change, when something it was decided from changes meanwhile.
pub(in crate::service) const TRIES: usize = 5;

/// The decided effects on some tokens.
pub(in crate::service) struct Decided {
    each: Vec<(OwnedToken, Effect)>,
}

/// Decides about each token. The error is the id of a token of which something was asked about another version.
pub(in crate::service) fn decide(
    transition: Transition,
    tokens: Vec<OwnedToken>,
    consents: &Consents,
) -> Result<Decided, TokenId> {
    let decided = tokens.into_iter().map(|token| {
        let effect = transition.effect(&token.permissions, &token.out_of_reach, consents.about(&token)?);
        Ok((token, effect))
    });
    Ok(Decided { each: decided.collect::<Result<_, TokenId>>()? })
}

impl Decided {
    pub fn effects(&self) -> Vec<TokenEffect> {
        let effects = self.each.iter().map(|(token, effect)| TokenEffect {
            id: token.id,
            version: token.version,
            dropped: effect.dropped.clone(),
            disables: effect.disables,
        });
        effects.collect()
    }

    fn disabled(&self) -> impl Iterator<Item = &(OwnedToken, Effect)> {
        self.each.iter().filter(|(token, effect)| effect.disables && !token.is_disabled)
    }

    pub fn aftermath(&self) -> Aftermath {
        Aftermath {
            tokens: self.each.len() as u64,
            disabled: self.disabled().count() as u64,
            reduced: self.each.iter().filter(|(_, effect)| !effect.dropped.is_empty()).count() as u64,
        }
    }

    /// The effect on the one token that was decided about alone.
    pub fn only(&self) -> Effect {
        self.each.first().map(|(_, effect)| effect.clone()).unwrap_or_default()
    }

    /// For the audit log: what one token lost and kept, and whether it arrives disabled.
    pub fn details_of_one(&self) -> Value {
        let mut details = Map::new();
        let effect = self.only();
        for (key, permissions) in [("lost", &effect.dropped), ("kept", &effect.kept)] {
            if !permissions.is_empty() {
                details.insert(key.to_owned(), json!(permissions));
            }
        }
        if self.disabled().next().is_some() {
            details.insert("arrives".to_owned(), json!("disabled"));
        }
        Value::Object(details)
    }

    /// [`Self::details_of_one`] for several tokens, by name.
    pub fn details(&self) -> Value {
        let mut details = Map::new();
        let with = |token: &OwnedToken, permissions| format!("“{}”: {permissions}", token.name.as_str());
        let lost = self.each.iter().filter(|(_, effect)| !effect.dropped.is_empty());
        let lost = lost.map(|(token, effect)| with(token, listed(effect.dropped.iter())));
        let kept = self.each.iter().filter(|(_, effect)| !effect.kept.is_empty());
        let kept = kept.map(|(token, effect)| with(token, listed(effect.kept.iter())));
        let disabled = self.disabled().map(|(token, _)| format!("“{}”", token.name.as_str()));
        for (key, named) in [
            ("lost", lost.collect::<Vec<_>>()),
            ("kept", kept.collect()),
            ("tokens_disabled", disabled.collect()),
        ] {
            if !named.is_empty() {
                details.insert(key.to_owned(), json!(first(named)));
            }
        }
        Value::Object(details)
    }
}

fn first(mut named: Vec<String>) -> Vec<String> {
    let more = named.len().saturating_sub(NAMED_MAX);
    named.truncate(NAMED_MAX);
    named.extend((more > 0).then(|| format!("and {more} more")));
    named
}

impl Service {
    /// The error when something was asked of a token that has changed meanwhile. It is not done: the caller sees the
    /// token first.
    pub(in crate::service) async fn changed_meanwhile(&self, id: TokenId) -> Error {
        match self.store.token(id, Scope::Everybody).await {
            Ok(current) => Error::conflict(current),
            Err(error) => error.into(),
        }
    }

    /// Lets tokens keep Tokenry's own permissions in other hands only if the receiver is an admin and the caller has
    /// signed in recently.
    pub(in crate::service) async fn may_keep(
        &self,
        caller: &Caller,
        consents: &Consents,
        receiver: (&str, Standing),
        about: Target,
    ) -> Result<(), Error> {
        if !consents.keep_any() {
            return Ok(());
        }
        let (name, standing) = receiver;
        if standing.role != Role::Admin {
            let detail = format!(
                "{name} is not an admin, and only the tokens of admins can use Tokenry itself. \
                 Choose an admin, or clear the boxes below."
            );
            return Err(Error::field(Field::Owner, "not_admin", detail));
        }
        self.require_fresh(caller, about).await
    }
}
