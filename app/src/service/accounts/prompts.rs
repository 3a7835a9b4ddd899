//! The facts to know before an account is made or changed.

use crate::domain::{
    AccountKind, AccountPrompt, Caller, EVERYONE, Error, GroupMember, Losses, Owner, PersonId,
    RECIPIENTS_MAX, Right, Target,
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

    /// For a prompt about an account, and one of its members.
    pub async fn account_prompt(
        &self,
        caller: &Caller,
        id: PersonId,
        member: Option<&str>,
    ) -> Result<AccountPrompt, Error> {
        self.require(caller, Right::ManageAccounts, Target::Person(id)).await?;
        let page = self.account(caller, id).await?;
        let member: Option<GroupMember> = member
            .and_then(|member| member.parse::<PersonId>().ok())
            .and_then(|member| page.members.iter().find(|known| known.account.id == member).cloned());
        let losses = match &member {
            Some(member) => self.losses_without_member(caller, id, member.account.id).await?,
            None => Losses::default(),
        };
        let (groups, catalogue) = (self.groups(caller).await?, self.catalogue().await?);
        let candidates = self.reading(caller).await?.recipients(RECIPIENTS_MAX).await?;
        let candidates =
            candidates.into_iter().filter(|owner| groups.iter().all(|group| group.id != owner.id)).collect();
        let kind = page.row.account.kind;
        Ok(AccountPrompt { kind, page: Some(page), groups, candidates, member, losses, catalogue })
    }

    async fn groups(&self, caller: &Caller) -> Result<Vec<Owner>, Error> {
        let rows = self.reading(caller).await?.accounts(AccountKind::Group).await?;
        let rows = rows.into_iter().map(|row| row.account).filter(|account| account.id != EVERYONE);
        Ok(rows.map(|account| Owner { id: account.id, name: account.name }).collect())
    }
}
