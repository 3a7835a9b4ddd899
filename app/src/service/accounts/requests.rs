//! Asking for a permission, and the answer. An admin answers, or a steward who may give the permission themselves: of a
//! group of the asker's, or of the account that they ask for. Nobody passes on more than they have.

use crate::domain::{
    AccessRequest, AnswerForm, AskForm, Caller, Error, EventKind, Field, GRANTS_MAX, OPEN_REQUESTS_MAX,
    Owner, Permission, PersonId, READ_PEOPLE, REQUESTS_SHOWN, RequestId, RequestRow, RequestsData, Right,
    Target, ToAsk,
};
use crate::service::{NewRequest, Service, StoreError, crypto};
use serde_json::json;

impl Service {
    /// The requests that the caller may answer, and their own.
    pub async fn requests(&self, caller: &Caller) -> Result<RequestsData, Error> {
        let open = self.list_requests(caller, true).await?;
        Ok(RequestsData { open, answered: self.list_requests(caller, false).await? })
    }

    /// The open requests that the caller may see, the oldest first, or the answered ones, the last answer first. A token
    /// sees those of everybody if it reads people.
    pub async fn list_requests(&self, caller: &Caller, are_open: bool) -> Result<Vec<RequestRow>, Error> {
        let is_everybody = caller.role.require(Right::ManageAccounts).is_ok()
            && caller.require_permissions(&[READ_PEOPLE]).is_ok();
        let viewer = (!is_everybody).then_some(caller.id);
        let found = self.reading(caller).await?.requests(are_open, viewer, REQUESTS_SHOWN).await?;
        let may_answer_all = caller.require(Right::ManageAccounts).is_ok();
        let reach = self.store.reach(caller.id).await?;
        let row = |request: AccessRequest| {
            let permission = request.permission.as_str().parse::<Permission>();
            let may_answer = may_answer_all
                || caller.session().is_some()
                    && request.asker.id != caller.id
                    && permission.is_ok_and(|permission| reach.covers(&permission));
            let is_shown = is_everybody || may_answer || request.asker.id == caller.id;
            is_shown.then_some(RequestRow { request, may_answer: may_answer && are_open })
        };
        Ok(found.into_iter().filter_map(row).collect())
    }

    /// For the prompt that asks. `account` is written as in a URL.
    pub async fn ask_prompt(&self, caller: &Caller, account: Option<&str>) -> Result<ToAsk, Error> {
        self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
        let own = Owner { id: caller.id, name: caller.name.clone() };
        let accounts: Vec<Owner> = std::iter::once(own).chain(self.stewarded_by(caller).await?).collect();
        let chosen = account.and_then(|id| id.parse().ok()).unwrap_or(caller.id);
        let chosen = accounts.iter().find(|owner| owner.id == chosen).map_or(caller.id, |owner| owner.id);
        let permissions = self.not_given_by(&accounts).await?;
        Ok(ToAsk { accounts, account: chosen, permissions })
    }

    /// The permissions of the catalogue that at least one of these may not give now.
    async fn not_given_by(&self, accounts: &[Owner]) -> Result<Vec<Permission>, Error> {
        let mut reaches = Vec::new();
        for account in accounts {
            reaches.push(self.store.reach(account.id).await?);
        }
        let catalogue = self.catalogue().await?;
        let all = catalogue.resources.iter().flat_map(|resource| resource.permissions().map(|(_, p)| p));
        Ok(all.filter(|permission| reaches.iter().any(|reach| !reach.covers(permission))).collect())
    }

    /// Asks for a permission, for the caller or an account that they steward.
    pub async fn ask(&self, caller: &Caller, form: &AskForm) -> Result<AccessRequest, Error> {
        self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
        let (permission, reason) = form.parse()?;
        let account = self.chosen_account(caller, &form.account).await?;
        if !self.catalogue().await?.contains(&permission) {
            let detail = "The catalogue has no such permission.";
            return Err(Error::field(Field::Permissions, "unknown", detail));
        }
        if self.store.reach(account).await?.covers(&permission) {
            let detail = "It can be given already: there is nothing to ask for.";
            return Err(Error::field(Field::Permissions, "granted", detail));
        }
        let at = self.clock.now();
        let id = RequestId::from_uuid(crypto::generate_id(at)?);
        let grant = permission.as_str().parse().map_err(|_| Error::Malformed)?;
        let details = json!({ "permission": permission, "reason": reason, "request": id });
        let event = self.event(caller, EventKind::PermissionAsked).on_person(account).with(&details);
        let new = NewRequest {
            id,
            asker: caller.id,
            account,
            permission: grant,
            reason,
            at,
            most: OPEN_REQUESTS_MAX,
        };
        match self.store.insert_request(&new, &event).await {
            Err(StoreError::Outdated) => {
                let detail = "This was asked for already. Somebody will answer it.";
                Err(Error::field(Field::Permissions, "asked", detail))
            }
            Err(StoreError::AccountsFull) => {
                let detail = format!("You have {OPEN_REQUESTS_MAX} open requests. Wait for an answer first.");
                Err(Error::field(Field::Permissions, "too_many", detail))
            }
            done => {
                done?;
                Ok(self.store.request(id).await?)
            }
        }
    }

    async fn chosen_account(&self, caller: &Caller, chosen: &str) -> Result<PersonId, Error> {
        let unknown =
            || Error::field(Field::Owner, "unknown", "Choose yourself, or an account that you steward.");
        if chosen.is_empty() {
            return Ok(caller.id);
        }
        let id: PersonId = chosen.parse().map_err(|_| unknown())?;
        match id == caller.id || self.stewarded_by(caller).await?.iter().any(|owner| owner.id == id) {
            true => Ok(id),
            false => Err(unknown()),
        }
    }

    /// The request that a prompt is about, which may have been answered meanwhile. Callers who may not answer it are
    /// refused.
    pub async fn request_prompt(&self, caller: &Caller, id: &str) -> Result<AccessRequest, Error> {
        let id: RequestId = id.parse()?;
        let request = self.store.request(id).await?;
        match self.may_answer(caller, &request).await? {
            true => Ok(request),
            false if request.asker.id == caller.id => {
                let why =
                    "Somebody else answers your request: an admin, or a steward of your group.".to_owned();
                self.note_refusal(caller, Target::Person(request.account.id), "ManageAccounts").await?;
                Err(Error::Forbidden { why })
            }
            false => {
                self.note_refusal(caller, Target::Person(request.account.id), "ManageAccounts").await?;
                Err(Error::NoSuchRequest)
            }
        }
    }

    /// Grants what was asked for, or declines it.
    pub async fn answer(&self, caller: &Caller, form: &AnswerForm) -> Result<AccessRequest, Error> {
        let request = self.request_prompt(caller, &form.id).await?;
        if request.answer.is_some() {
            return Err(Error::NoSuchRequest);
        }
        let (is_granted, word) = form.parse()?;
        if is_granted {
            self.require_fresh(caller, Target::Person(request.account.id)).await?;
        }
        let said = |kind, details| self.event(caller, kind).on_person(request.account.id).with(&details);
        let kind = if is_granted { EventKind::PermissionGranted } else { EventKind::PermissionDeclined };
        let answered =
            said(kind, json!({ "permission": request.permission, "answer": word, "request": request.id }));
        match self.store.answer_request(request.id, caller.id, is_granted, &word, &[answered]).await {
            Err(StoreError::AccountsFull) => {
                let detail = format!("{} has {GRANTS_MAX} grants already.", request.account.name.as_str());
                return Err(Error::field(Field::Permissions, "too_many", detail));
            }
            done => done?,
        }
        Ok(self.store.request(request.id).await?)
    }

    /// Nobody answers what they asked for themselves, unless they are an admin.
    async fn may_answer(&self, caller: &Caller, request: &AccessRequest) -> Result<bool, Error> {
        if caller.require(Right::ManageAccounts).is_ok() {
            return Ok(true);
        }
        match caller.session() {
            None => Ok(false),
            Some(_) => Ok(self.store.may_answer(caller.id, request.id).await?),
        }
    }
}
