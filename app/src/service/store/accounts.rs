//! Storage of groups and service accounts, of who is in which group, and of what accounts may give. They are never
//! removed for good: the audit log refers to them.

use super::StoreError;
use crate::domain::{
    AccountDetails, AccountKind, AccountRow, Event, Grants, GroupMember, Loss, Owner, Person, PersonId,
    Reach, Timestamp,
};
use async_trait::async_trait;

/// A group or a service account about to be recorded.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub id: PersonId,
    pub kind: AccountKind,
    pub details: AccountDetails,
    pub at: Timestamp,
    /// Most accounts of its kind.
    pub most: u32,
}

/// What is about to be taken away.
#[derive(Clone, Debug)]
pub enum Taking<'a> {
    /// Grants of this account, which a group's members have, too, and what it is granted instead.
    Grants { account: PersonId, taken: &'a Grants, given: &'a Grants },
    /// The place of a member in a group.
    Membership { group: PersonId, member: PersonId },
}

#[async_trait]
pub trait AccountStore: Send + Sync {
    /// All groups or all service accounts, by name.
    async fn accounts(&self, kind: AccountKind) -> Result<Vec<AccountRow>, StoreError>;

    /// An account of any kind; `NoSuchAccount` for none, and for deleted ones.
    async fn account(&self, id: PersonId) -> Result<AccountRow, StoreError>;

    /// Whoever owns tokens, as people are read: a person, a group or a service account.
    async fn owner(&self, id: PersonId) -> Result<Person, StoreError>;

    /// Records an account without grants. `PersonNameTaken` when another account of any kind has a name that looks the
    /// same: names stand alone. `NoSuchAccount` when its stewards are not a group; `AccountsFull` beyond `most`.
    async fn insert_account(&self, new: &NewAccount, event: &Event) -> Result<AccountRow, StoreError>;

    /// Changes the name, the purpose and the stewards, as [`Self::insert_account`] records them. The event becomes
    /// [`EventKind::StewardsChanged`](crate::domain::EventKind) where stewards end by it.
    async fn edit_account(
        &self,
        id: PersonId,
        to: &AccountDetails,
        event: &Event,
    ) -> Result<AccountRow, StoreError>;

    /// Disables an account, whose tokens are refused then, or enables it.
    async fn set_account_disabled(
        &self,
        id: PersonId,
        is_disabled: bool,
        event: &Event,
    ) -> Result<AccountRow, StoreError>;

    /// Deletes an account with its members and grants, and frees its name. `AccountInUse` while it owns live tokens or
    /// stewards a service account.
    async fn delete_account(&self, id: PersonId, event: &Event) -> Result<(), StoreError>;

    /// The members of a group, by name.
    async fn members(&self, group: PersonId) -> Result<Vec<GroupMember>, StoreError>;

    /// The people of any role, and the service accounts, that are not in this group, by name; at most `limit`.
    async fn candidates(&self, group: PersonId, limit: u32) -> Result<Vec<Owner>, StoreError>;

    /// The group whose name has this look key.
    async fn group_named(&self, name_key: &str) -> Result<Option<Owner>, StoreError>;

    /// The groups of an account, by name, without *Everyone*.
    async fn groups_of(&self, account: PersonId) -> Result<Vec<Owner>, StoreError>;

    /// Puts a person or a service account into a group, or changes whether they are one of its stewards.
    /// `NoSuchAccount` when it is not a group, `NoSuchPerson` when there is no such member. Returns whether that
    /// changed anything; otherwise there is no event. The event becomes
    /// [`EventKind::StewardEnded`](crate::domain::EventKind) where a steward is one no more.
    async fn put_member(
        &self,
        group: PersonId,
        member: PersonId,
        is_steward: bool,
        event: &Event,
    ) -> Result<bool, StoreError>;

    /// Takes a member out of a group. Returns whether they were in it; otherwise there is no event.
    async fn remove_member(
        &self,
        group: PersonId,
        member: PersonId,
        event: &Event,
    ) -> Result<bool, StoreError>;

    /// The accounts whose tokens this person manages as a steward, by name.
    async fn stewarded_by(&self, person: PersonId) -> Result<Vec<Owner>, StoreError>;

    /// The account's own grants.
    async fn grants(&self, account: PersonId) -> Result<Grants, StoreError>;

    /// What an account may give now; `NoSuchPerson` for none.
    async fn reach(&self, account: PersonId) -> Result<Reach, StoreError>;

    /// Replaces the account's own grants. `Outdated` when they are not those of `from` any more. Every secret of its
    /// tokens, or of the tokens of its members, is judged by the new ones from the next request on.
    async fn change_grants(
        &self,
        account: PersonId,
        from: &Grants,
        to: &Grants,
        events: &[Event],
    ) -> Result<(), StoreError>;

    /// Up to `limit` live tokens that can do less once this is taken away, the newest first. Tokens of admins lose
    /// nothing.
    async fn losses(&self, taking: &Taking<'_>, limit: u32) -> Result<Vec<Loss>, StoreError>;
}
