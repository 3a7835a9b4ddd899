//! Stewards: people who manage the tokens of groups and service accounts as their own.

use crate::domain::{
    AccountKind, Caller, Catalogue, EVERYONE, Error, Field, Owner, PermissionSet, PersonId, READ_TOKENS,
    Right, Scope, Target, TokenFilter,
};
use crate::service::{Service, StoreError};

impl Service {
    /// Does the caller manage the tokens of this account as a steward? A token acts for its owner alone.
    pub(in crate::service) async fn stewards(
        &self,
        caller: &Caller,
        account: PersonId,
    ) -> Result<bool, Error> {
        if caller.session().is_none() || caller.require(Right::ManageAllTokens).is_ok() {
            return Ok(false);
        }
        Ok(self.store.stewarded_by(caller.id).await?.iter().any(|owner| owner.id == account))
    }

    /// The accounts whose tokens the caller manages as a steward.
    pub async fn stewarded_by(&self, caller: &Caller) -> Result<Vec<Owner>, Error> {
        self.permit(caller, READ_TOKENS).await?;
        match caller.session() {
            Some(_) => Ok(self.store.stewarded_by(caller.id).await?),
            None => Ok(Vec::new()),
        }
    }

    /// The scope of a list. A member sees their own tokens, or those of one account that they steward.
    pub(in crate::service) async fn list_scope(
        &self,
        caller: &Caller,
        filter: &TokenFilter,
    ) -> Result<Scope, Error> {
        match (caller.scope(), filter.owner) {
            (Scope::Owner(own), Some(account))
                if own != account && self.stewards(caller, account).await? =>
            {
                Ok(Scope::Owner(account))
            }
            (scope, _) => Ok(scope),
        }
    }

    /// The owners that a new token of the caller's can have. An admin may name any other account.
    pub(in crate::service) async fn owners_of_new(
        &self,
        caller: &Caller,
        named: Option<&str>,
    ) -> Result<Vec<Owner>, Error> {
        let own = Owner { id: caller.id, name: caller.name.clone() };
        let mut owners: Vec<Owner> = std::iter::once(own).chain(self.stewarded_by(caller).await?).collect();
        let named = named.and_then(|id| id.parse::<PersonId>().ok());
        let is_new = |id: &PersonId| owners.iter().all(|owner| owner.id != *id);
        if let Some(id) = named.filter(is_new)
            && caller.require(Right::ManageAllTokens).is_ok()
            && let Ok(row) = self.store.account(id).await
            && row.account.kind != AccountKind::Person
            && !row.account.is_everyone()
        {
            owners.push(Owner { id, name: row.account.name });
        }
        Ok(owners)
    }

    /// The permissions of the catalogue that none of these accounts may give.
    pub(in crate::service) async fn beyond_all(
        &self,
        accounts: &[PersonId],
        catalogue: &Catalogue,
    ) -> Result<PermissionSet, Error> {
        let all = catalogue.resources.iter().flat_map(|resource| resource.permissions().map(|(_, p)| p));
        let mut beyond: PermissionSet = all.filter(|permission| !permission.is_own()).collect();
        for account in accounts {
            beyond = self.store.reach(*account).await?.beyond(&beyond);
        }
        Ok(beyond)
    }

    /// The owner of a new token: its maker, or a group or service account that they may make tokens for.
    pub(in crate::service) async fn chosen_owner(
        &self,
        caller: &Caller,
        chosen: Option<&str>,
    ) -> Result<PersonId, Error> {
        let id: PersonId = match chosen {
            None | Some("") => return Ok(caller.id),
            Some(id) => id.parse().map_err(|_| unknown_owner())?,
        };
        if id == caller.id {
            return Ok(id);
        }
        if !self.stewards(caller, id).await? {
            self.require(caller, Right::ManageAllTokens, Target::Nothing).await?;
        }
        match self.store.account(id).await {
            Ok(row)
                if row.account.kind != AccountKind::Person && !row.account.is_disabled && id != EVERYONE => {}
            Ok(_) | Err(StoreError::NoSuchAccount) => return Err(unknown_owner()),
            Err(other) => return Err(other.into()),
        }
        Ok(id)
    }
}

pub(in crate::service) fn unknown_owner() -> Error {
    let detail = "Choose yourself, or a group or service account that is not disabled.";
    Error::field(Field::Owner, "unknown", detail)
}
