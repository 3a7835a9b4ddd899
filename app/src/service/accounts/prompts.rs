//! The facts to know before an account is made or changed.

use crate::domain::{
    AccountAsk, AccountKind, AccountPrompt, CANDIDATES_MAX, Caller, EVERYONE, Error, Grants, GroupMember,
    Losses, Owner, PersonId, Right, Target,
};
use crate::service::Service;

impl Service {
    pub async fn new_account_prompt(
        &self,
        caller: &Caller,
        kind: AccountKind,
    ) -> Result<AccountPrompt, Error> {
        self.require(caller, Right::ManageAccounts, Target::Nothing).await?;
        Ok(AccountPrompt { kind, page: None, groups: self.groups(caller).await?, ..AccountPrompt::default() })
    }

    /// For a prompt about an account, or one of its members.
    pub async fn account_prompt(
        &self,
        caller: &Caller,
        id: PersonId,
        about: AccountAsk,
    ) -> Result<AccountPrompt, Error> {
        self.require(caller, Right::ManageAccounts, Target::Person(id)).await?;
        let page = self.account(caller, id).await?;
        let named: Option<PersonId> = match &about {
            AccountAsk::Member(member) => member.parse().ok(),
            _ => None,
        };
        let member: Option<GroupMember> =
            named.and_then(|named| page.members.iter().find(|known| known.account.id == named).cloned());
        let losses = match (&member, &about) {
            (Some(member), _) => self.losses_without_member(caller, id, member.account.id).await?,
            (None, AccountAsk::Deletion) => self.losses_to(caller, id, &Grants::default()).await?,
            (None, _) => Losses::default(),
        };
        let candidates = match (&member, &about) {
            (None, AccountAsk::NewMember | AccountAsk::Member(_)) => {
                self.reading(caller).await?.candidates(id, CANDIDATES_MAX).await?
            }
            _ => Vec::new(),
        };
        let (groups, catalogue) = (self.groups(caller).await?, self.catalogue().await?);
        let kind = page.row.account.kind;
        Ok(AccountPrompt { kind, page: Some(page), groups, candidates, member, losses, catalogue })
    }

    async fn groups(&self, caller: &Caller) -> Result<Vec<Owner>, Error> {
        let rows = self.reading(caller).await?.accounts(AccountKind::Group).await?;
        let rows = rows.into_iter().map(|row| row.account).filter(|account| account.id != EVERYONE);
        Ok(rows.map(|account| Owner { id: account.id, name: account.name }).collect())
    }
}
