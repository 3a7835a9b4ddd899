//! What accounts may give. One rule holds for every token: it can do what it holds and its owner may give now.

use crate::domain::{
    Caller, Error, EventKind, Field, Folded, Grants, Losses, Permission, PermissionSet, PersonId, Reach,
    Right, Target,
};
use crate::service::{Service, StoreError, Taking};
use serde_json::json;

impl Service {
    /// The account's own grants, and all that it may give now.
    pub async fn grants_of(&self, caller: &Caller, id: PersonId) -> Result<(Grants, Reach), Error> {
        self.require(caller, Right::SeePeople, Target::Person(id)).await?;
        let reach = self.store.reach(id).await?;
        Ok((self.store.grants(id).await?, reach))
    }

    /// Replaces the account's own grants. `seen` are those that the change was decided from. Unless it is `confirmed`,
    /// [`Error::TakesAway`] first says which tokens can do less by it. Returns what they lost.
    pub async fn change_grants(
        &self,
        caller: &Caller,
        id: PersonId,
        seen: Option<&Grants>,
        to: &Grants,
        confirmed: bool,
    ) -> Result<Losses, Error> {
        self.require(caller, Right::ManageAccounts, Target::Person(id)).await?;
        let owner = self.store.owner(id).await?;
        let from = self.store.grants(id).await?;
        if seen.is_some_and(|seen| *seen != from) {
            return Err(changed(&from));
        }
        let (taken, given) = (from.without(to), to.without(&from));
        if !given.is_empty() {
            self.require_fresh(caller, Target::Person(id)).await?;
        }
        let losses = self.losses_of(caller, id, &taken, &given).await?;
        if !losses.are_none() && !confirmed {
            return Err(Error::TakesAway { losses: Folded::new(&losses) });
        }
        let line = |kind, grants: &Grants| {
            let details = json!({ "name": owner.name, "grants": grants.to_line() });
            (!grants.is_empty()).then(|| self.event(caller, kind).on_person(id).with(&details))
        };
        let events: Vec<_> = [line(EventKind::GrantsTaken, &taken), line(EventKind::GrantsGiven, &given)]
            .into_iter()
            .flatten()
            .collect();
        if events.is_empty() {
            return Ok(losses);
        }
        match self.store.change_grants(id, &from, to, &events).await {
            Err(StoreError::Outdated) => Err(changed(&self.store.grants(id).await?)),
            done => done.map(|()| losses).map_err(Error::from),
        }
    }

    async fn losses_of(
        &self,
        caller: &Caller,
        account: PersonId,
        taken: &Grants,
        given: &Grants,
    ) -> Result<Losses, Error> {
        match taken.is_empty() {
            true => Ok(Losses::default()),
            false => self.losses(caller, &Taking::Grants { account, taken, given }).await,
        }
    }

    /// The tokens that could do less with these grants instead of the account's own.
    pub async fn losses_to(&self, caller: &Caller, id: PersonId, to: &Grants) -> Result<Losses, Error> {
        self.require(caller, Right::ManageAccounts, Target::Person(id)).await?;
        self.store.owner(id).await?;
        let from = self.store.grants(id).await?;
        self.losses_of(caller, id, &from.without(to), &to.without(&from)).await
    }

    /// Goes on only if the owner of a token may give these permissions; otherwise notes the attempt.
    pub(in crate::service) async fn owner_may_give(
        &self,
        caller: &Caller,
        owner: PersonId,
        given: &PermissionSet,
        about: Target,
    ) -> Result<(), Error> {
        let beyond = self.store.reach(owner).await?.beyond(given);
        if beyond.is_empty() {
            return Ok(());
        }
        self.note_refusal(caller, about, &beyond.to_line()).await?;
        let who = match owner == caller.id {
            true => "You".to_owned(),
            false => self.store.owner(owner).await?.name.as_str().to_owned(),
        };
        Err(Error::field(Field::Permissions, "not_granted", not_granted(&who, &beyond)))
    }
}

fn not_granted(who: &str, beyond: &PermissionSet) -> String {
    let names: Vec<&str> = beyond.iter().map(Permission::as_str).collect();
    format!("{who} may not give {}. Ask for it, or leave it out.", names.join(", "))
}

fn changed(now: &Grants) -> Error {
    let now = if now.is_empty() { "none".to_owned() } else { now.to_line() };
    let detail =
        format!("Somebody has changed these grants meanwhile. They are now: {now}. Begin again from them.");
    Error::field(Field::Permissions, "changed", detail)
}
