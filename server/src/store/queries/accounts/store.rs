//! The port, method by method; each is written in the file of its noun.

use super::{Engine, account, grants, members};
use app::{
    domain::{
        AccountDetails, AccountKind, AccountRow, Event, Grants, GroupMember, Loss, Owner, Person, PersonId,
        Reach,
    },
    service::{AccountStore, NewAccount, StoreError, Taking},
};
use async_trait::async_trait;

#[async_trait]
impl AccountStore for Engine {
    async fn accounts(&self, kind: AccountKind) -> Result<Vec<AccountRow>, StoreError> {
        account::list(self, kind).await
    }

    async fn account(&self, id: PersonId) -> Result<AccountRow, StoreError> {
        account::fetch(&self.reader, id).await
    }

    async fn owner(&self, id: PersonId) -> Result<Person, StoreError> {
        super::people::person::fetch(&self.quick, id).await
    }

    async fn insert_account(&self, new: &NewAccount, event: &Event) -> Result<AccountRow, StoreError> {
        account::insert(self, new, event).await
    }

    async fn edit_account(
        &self,
        id: PersonId,
        to: &AccountDetails,
        event: &Event,
    ) -> Result<AccountRow, StoreError> {
        account::edit(self, id, to, event).await
    }

    async fn set_account_disabled(
        &self,
        id: PersonId,
        is_disabled: bool,
        event: &Event,
    ) -> Result<AccountRow, StoreError> {
        account::set_disabled(self, id, is_disabled, event).await
    }

    async fn delete_account(&self, id: PersonId, event: &Event) -> Result<(), StoreError> {
        account::delete(self, id, event).await
    }

    async fn members(&self, group: PersonId) -> Result<Vec<GroupMember>, StoreError> {
        members::list(self, group).await
    }

    async fn candidates(&self, group: PersonId, limit: u32) -> Result<Vec<Owner>, StoreError> {
        members::candidates(self, group, limit).await
    }

    async fn group_named(&self, name_key: &str) -> Result<Option<Owner>, StoreError> {
        account::group_named(self, name_key).await
    }

    async fn groups_of(&self, account: PersonId) -> Result<Vec<Owner>, StoreError> {
        members::groups_of(self, account).await
    }

    async fn put_member(
        &self,
        group: PersonId,
        member: PersonId,
        is_steward: bool,
        event: &Event,
    ) -> Result<bool, StoreError> {
        members::put(self, group, member, is_steward, event).await
    }

    async fn remove_member(
        &self,
        group: PersonId,
        member: PersonId,
        event: &Event,
    ) -> Result<bool, StoreError> {
        members::remove(self, group, member, event).await
    }

    async fn stewarded_by(&self, person: PersonId) -> Result<Vec<Owner>, StoreError> {
        members::stewarded_by(self, person).await
    }

    async fn grants(&self, account: PersonId) -> Result<Grants, StoreError> {
        grants::own(&self.quick, account).await
    }

    async fn reach(&self, account: PersonId) -> Result<Reach, StoreError> {
        grants::reach(self, account).await
    }

    async fn change_grants(
        &self,
        account: PersonId,
        from: &Grants,
        to: &Grants,
        events: &[Event],
    ) -> Result<(), StoreError> {
        grants::change(self, account, from, to, events).await
    }

    async fn losses(&self, taking: &Taking<'_>, limit: u32) -> Result<Vec<Loss>, StoreError> {
        grants::losses(self, taking, limit).await
    }
}
