//! Making, changing and ending groups and service accounts.

use crate::domain::{
    ACCOUNTS_MAX, AccountDetails, AccountForm, AccountKind, AccountPage, AccountRow, Caller, EVERYONE, Error,
    EventKind, Field, GroupMember, Metadata, MetadataFilter, Owner, PersonId, PersonName, Right, Role,
    Target, TrustRow,
};
use crate::service::{
    NewAccount, Service, StoreError, crypto,
    names::{email_key, look_key},
    people::manage::check_account_name,
    reading::Reading,
};
use serde_json::json;
use std::collections::BTreeMap;

/// Most members that the line about a deleted group names.
const MEMBERS_NAMED: usize = 100;

impl Service {
    /// All groups, or all service accounts, by name; with a filter, those whose metadata fits.
    pub async fn accounts(
        &self,
        caller: &Caller,
        kind: AccountKind,
        metadata: Option<&MetadataFilter>,
    ) -> Result<Vec<AccountRow>, Error> {
        self.require(caller, Right::SeePeople, Target::Nothing).await?;
        let mut rows = self.reading(caller).await?.accounts(kind).await?;
        rows.retain(|row| metadata.is_none_or(|filter| filter.fits(&row.account.metadata)));
        Ok(rows)
    }

    pub async fn account(&self, caller: &Caller, id: PersonId) -> Result<AccountPage, Error> {
        self.require(caller, Right::SeePeople, Target::Nothing).await?;
        let reading = self.reading(caller).await?;
        let row = reading.account(id).await?;
        let (members, groups) = (reading.members(id).await?, reading.groups_of(id).await?);
        let (grants, reach) = (reading.grants(id).await?, reading.reach(id).await?);
        let (may_give, is_admin) = (reach.grants, reach.role == Role::Admin);
        let services = match row.account.kind {
            AccountKind::Group => reading.accounts(AccountKind::Service).await?,
            _ => Vec::new(),
        };
        let is_theirs = |row: &AccountRow| row.account.stewards.as_ref().is_some_and(|group| group.id == id);
        let stewards = services
            .into_iter()
            .filter(is_theirs)
            .map(|row| Owner { id: row.account.id, name: row.account.name })
            .collect();
        let trust = self.trust_rules_of(&reading, id).await?;
        Ok(AccountPage { row, members, groups, grants, may_give, is_admin, stewards, trust })
    }

    /// The trust rules of the operator's configuration that make tokens of this account.
    async fn trust_rules_of(&self, reading: &Reading<'_>, id: PersonId) -> Result<Vec<TrustRow>, Error> {
        let mut rows = Vec::new();
        for rule in self.trust_rules.iter() {
            let (email, name) = (email_key(&rule.account), look_key(&rule.account));
            if reading.account_named(&email, &name).await?.is_some_and(|account| account.id == id) {
                let last_used_at = reading.last_exchanged(&rule.name).await?;
                rows.push(TrustRow { rule: rule.clone(), last_used_at });
            }
        }
        Ok(rows)
    }

    /// Makes a group or a service account. It may give what *Everyone* may, until it is granted more.
    pub async fn create_account(
        &self,
        caller: &Caller,
        kind: AccountKind,
        form: &AccountForm,
    ) -> Result<AccountRow, Error> {
        self.require(caller, Right::ManageAccounts, Target::Nothing).await?;
        let details = form.parse()?;
        check_account_name(&details.name)?;
        let stewards = self.stewards_of(kind, &details).await?;
        let at = self.clock.now();
        let id = PersonId::from_uuid(crypto::generate_id(at)?);
        let event = self.event(caller, EventKind::AccountCreated).on_person(id);
        let event = event.with(&json!({
            "kind": kind.in_words(), "purpose": details.purpose, "stewards": stewards,
            "metadata": entries(&details.metadata),
        }));
        let new = NewAccount { id, kind, details, at, most: ACCOUNTS_MAX };
        self.store.insert_account(&new, &event).await.map_err(refused)
    }

    /// Saves the details. Saving what is already there changes nothing.
    pub async fn edit_account(
        &self,
        caller: &Caller,
        id: PersonId,
        form: &AccountForm,
    ) -> Result<AccountRow, Error> {
        let current = self.account_to_manage(caller, id).await?;
        let to = form.parse()?;
        check_account_name(&to.name)?;
        let account = &current.account;
        let stewards = account.stewards.as_ref().map(|group| group.id);
        let now = (&account.name, &account.purpose, stewards, &account.metadata);
        if now == (&to.name, &to.purpose, to.stewards, &to.metadata) {
            return Ok(current);
        }
        if to.stewards.is_some() && to.stewards != stewards {
            self.require_fresh(caller, Target::Person(id)).await?;
        }
        let before = account.stewards.as_ref().map(|group| &group.name);
        let after = self.stewards_of(account.kind, &to).await?;
        let details = json!({
            "before": {
                "name": account.name, "purpose": account.purpose, "stewards": before,
                "metadata": entries(&account.metadata),
            },
            "after": {
                "name": to.name, "purpose": to.purpose, "stewards": after, "metadata": entries(&to.metadata),
            },
        });
        let event = self.event(caller, EventKind::AccountEdited).on_person(id).with(&details);
        self.store.edit_account(id, &to, &event).await.map_err(refused)
    }

    /// Disables an account, whose tokens are refused from the next request on, or enables it, whose tokens then work
    /// as before.
    pub async fn set_account_disabled(
        &self,
        caller: &Caller,
        id: PersonId,
        is_disabled: bool,
    ) -> Result<AccountRow, Error> {
        let current = self.account_to_manage(caller, id).await?;
        if current.account.is_disabled == is_disabled {
            return Ok(current);
        }
        if !is_disabled {
            self.require_fresh(caller, Target::Person(id)).await?;
        }
        let kind = if is_disabled { EventKind::AccountDisabled } else { EventKind::AccountEnabled };
        let event = self.event(caller, kind).on_person(id);
        Ok(self.store.set_account_disabled(id, is_disabled, &event).await?)
    }

    /// Deletes an account that owns nothing any more, with its members and its grants.
    pub async fn delete_account(&self, caller: &Caller, id: PersonId) -> Result<AccountRow, Error> {
        let current = self.account_to_manage(caller, id).await?;
        let (grants, members) = (self.store.grants(id).await?, self.store.members(id).await?);
        let event = self.event(caller, EventKind::AccountDeleted).on_person(id);
        let event = event.with(&json!({ "grants": grants.to_line(), "members": in_words(&members) }));
        self.store.delete_account(id, &event).await?;
        Ok(current)
    }

    /// The name of the group whose stewards manage it. The stewards of a group are among its members.
    async fn stewards_of(
        &self,
        kind: AccountKind,
        details: &AccountDetails,
    ) -> Result<Option<PersonName>, Error> {
        let Some(group) = details.stewards else { return Ok(None) };
        if kind != AccountKind::Service {
            let detail = "Only a service account is managed by another group: leave this out, and make a member a steward.";
            return Err(Error::field(Field::Stewards, "not_a_service", detail));
        }
        Ok(Some(self.store.account(group).await.map_err(refused)?.account.name))
    }

    /// A group or a service account that the caller may change. *Everyone* stays as it is.
    pub async fn account_to_manage(&self, caller: &Caller, id: PersonId) -> Result<AccountRow, Error> {
        self.require(caller, Right::ManageAccounts, Target::Person(id)).await?;
        if id == EVERYONE {
            let why = "Everyone is every account here: its grants can be changed, and nothing else.";
            return Err(Error::AccountInUse { why: why.to_owned() });
        }
        let row = self.store.account(id).await?;
        if row.account.kind == AccountKind::Person { Err(Error::NoSuchAccount) } else { Ok(row) }
    }
}

/// `Ada Moreau, Ines Okafor and 12 more`.
fn in_words(members: &[GroupMember]) -> String {
    let shown: Vec<_> = members.iter().take(MEMBERS_NAMED).map(|one| one.account.name.as_str()).collect();
    let more = members.len() - shown.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &rest
}

fn entries(metadata: &Metadata) -> BTreeMap<&str, &str> {
    metadata.iter().collect()
}

fn refused(error: StoreError) -> Error {
    match error {
        StoreError::PersonNameTaken => {
            let detail =
                "Somebody or something here has this name, or one that looks the same. Choose another one.";
            Error::field(Field::Name, "taken", detail)
        }
        StoreError::NoSuchAccount => Error::field(Field::Stewards, "unknown", "Choose a group, or nobody."),
        other => other.into(),
    }
}

pub(in crate::service) fn in_use() -> Error {
    let why = "It still owns tokens, or is the steward group of a service account. Transfer or delete the tokens, and \
        choose other stewards, first.";
    Error::AccountInUse { why: why.to_owned() }
}

pub(in crate::service) fn full() -> Error {
    let why =
        format!("There are {ACCOUNTS_MAX} of these, which is as many as there can be. Delete one first.");
    Error::AccountInUse { why }
}
