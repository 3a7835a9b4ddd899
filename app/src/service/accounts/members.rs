//! Who is in which group.

use crate::domain::{
    COUNT_MAX, Caller, EVERYONE, Error, EventKind, LOSSES_SHOWN, Losses, Owner, Person, PersonId, Right,
    Target,
};
use crate::service::{Service, StoreError, Taking};
use serde_json::json;

impl Service {
    /// Puts somebody into a group, or changes whether they are one of its stewards.
    pub async fn put_member(
        &self,
        caller: &Caller,
        group: PersonId,
        member: PersonId,
        is_steward: bool,
    ) -> Result<(), Error> {
        let (group, member) = self.group_and_member(caller, group, member).await?;
        if is_steward {
            self.require_fresh(caller, Target::Person(member.id)).await?;
        }
        let event = self.event(caller, EventKind::MemberAdded).on_person(member.id);
        let event = event.with(&json!({ "group": group.name, "steward": is_steward }));
        self.store.put_member(group.id, member.id, is_steward, &event).await?;
        Ok(())
    }

    /// Takes somebody out of a group: what they could give as a member of it is gone from their tokens in the next
    /// request.
    pub async fn remove_member(
        &self,
        caller: &Caller,
        group: PersonId,
        member: PersonId,
    ) -> Result<(), Error> {
        let (group, member) = self.group_and_member(caller, group, member).await?;
        let event = self.event(caller, EventKind::MemberRemoved).on_person(member.id);
        let event = event.with(&json!({ "group": group.name }));
        self.store.remove_member(group.id, member.id, &event).await?;
        Ok(())
    }

    /// The tokens that can do less once somebody is taken out of a group.
    pub async fn losses_without_member(
        &self,
        caller: &Caller,
        group: PersonId,
        member: PersonId,
    ) -> Result<Losses, Error> {
        self.group_and_member(caller, group, member).await?;
        self.losses(caller, &Taking::Membership { group, member }).await
    }

    pub(in crate::service) async fn losses(
        &self,
        caller: &Caller,
        taking: &Taking<'_>,
    ) -> Result<Losses, Error> {
        let enough = u32::try_from(COUNT_MAX + 1).unwrap_or(u32::MAX);
        let mut first = match self.reading(caller).await?.losses(taking, enough).await {
            Err(StoreError::TookTooLong) => return Ok(Losses { first: Vec::new(), count: None }),
            found => found?,
        };
        let count = Some(u64::try_from(first.len()).unwrap_or(u64::MAX));
        first.truncate(LOSSES_SHOWN);
        Ok(Losses { first, count })
    }

    async fn group_and_member(
        &self,
        caller: &Caller,
        group: PersonId,
        member: PersonId,
    ) -> Result<(Owner, Person), Error> {
        self.require(caller, Right::ManageAccounts, Target::Person(member)).await?;
        if group == EVERYONE {
            let why = "Everybody is in this group, and nobody can leave it.";
            return Err(Error::AccountInUse { why: why.to_owned() });
        }
        let group = self.store.account(group).await?.account;
        let member = self.store.owner(member).await?;
        Ok((Owner { id: group.id, name: group.name }, member))
    }
}
