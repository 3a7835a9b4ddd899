//! The catalogue of permissions: looking at it, and changing it one resource at a time.

use super::{ResourceChange, Service, StoreError, audit::event, crypto};
use crate::domain::{
    CATALOGUE_OF_A_FILE, COUNT_MAX, Caller, Catalogue, Error, EventKind, Field, Folded, HOLDERS_LISTED,
    HOLDERS_SHOWN, Holders, HoldersData, Permission, PermissionError, PermissionsData, READ_TOKENS,
    RESOURCES_MAX, Removal, Resource, ResourceEdit, ResourceForm, ResourceRemoval, ResourceToEdit, Right,
    Target, Visit, actions_in_lines,
};
use serde_json::{Value, json};

/// Two versions are the same when they read the same.
fn version_of(resource: &Resource) -> String {
    crypto::fingerprint(json!(resource).to_string().as_bytes())
}

/// The error of a conflict, without the holders of the resource.
pub(super) fn changed(current: Resource) -> Error {
    let version = version_of(&current);
    let current = ResourceToEdit { version, resource: current, holders: Holders::default() };
    Error::ResourceChanged { current: Folded::new(&current) }
}

impl Service {
    pub async fn catalogue(&self) -> Result<Catalogue, Error> {
        Ok(self.store.catalogue().await?)
    }

    /// Replaces the stored catalogue with a checked one. An equal one changes nothing.
    pub async fn replace_catalogue(&self, catalogue: &Catalogue) -> Result<(), Error> {
        if self.catalogue().await? == *catalogue {
            return Ok(());
        }
        let event =
            event::event(EventKind::CatalogueReplaced, self.clock.now(), None, &Visit::command_line());
        let event = event.with(&json!(catalogue));
        Ok(self.store.replace_catalogue(catalogue, &event).await?)
    }

    /// The catalogue is not secret. The numbers of holders count only the tokens that exist for the caller.
    pub async fn permissions(&self, caller: &Caller) -> Result<PermissionsData, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let held = self.reading(caller).await?.held(caller.scope(), COUNT_MAX + 1).await?;
        let is_of_a_file = self.catalogue_is_a_file;
        Ok(PermissionsData { catalogue: self.catalogue().await?, held, is_of_a_file })
    }

    /// The tokens that hold the permission that a URL names.
    pub async fn holders_of(&self, caller: &Caller, permission: &str) -> Result<HoldersData, Error> {
        let malformed = |e: PermissionError| Error::field(Field::Permissions, "malformed", e.to_string());
        let permission: Permission = permission.parse().map_err(malformed)?;
        let holders = self.holders(caller, std::slice::from_ref(&permission), HOLDERS_LISTED).await?;
        Ok(HoldersData { permission, holders })
    }

    /// The tokens that exist for the caller and hold one of these permissions, with up to `shown` of them listed.
    pub async fn holders(
        &self,
        caller: &Caller,
        permissions: &[Permission],
        shown: usize,
    ) -> Result<Holders, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let enough = u32::try_from(COUNT_MAX + 1).unwrap_or(u32::MAX);
        let found = self.reading(caller).await?.holders(permissions, caller.scope(), enough).await;
        let mut first = found?;
        let count = u64::try_from(first.len()).unwrap_or(u64::MAX);
        first.truncate(shown);
        Ok(Holders { first, count })
    }

    /// For a prompt that asks before anything is done.
    pub async fn may_manage_catalogue(&self, caller: &Caller) -> Result<(), Error> {
        self.require(caller, Right::ManageCatalogue, Target::Nothing).await?;
        if self.catalogue_is_a_file {
            self.note_refusal(caller, Target::Nothing, "CatalogueOfAFile").await?;
            return Err(Error::Forbidden { why: CATALOGUE_OF_A_FILE.to_owned() });
        }
        Ok(())
    }

    /// The resource that a prompt is about.
    pub async fn resource_to_edit(&self, caller: &Caller, name: &str) -> Result<ResourceToEdit, Error> {
        let resource = self.resource(caller, name).await?;
        self.with_holders(caller, resource).await
    }

    pub async fn add_resource(&self, caller: &Caller, form: &ResourceForm) -> Result<Resource, Error> {
        self.may_manage_catalogue(caller).await?;
        let resource = form.parse()?;
        let event = self.event(caller, EventKind::ResourceAdded).with(&named(&resource));
        match self.store.change_resource(ResourceChange::Add(&resource), &event).await {
            Err(StoreError::ResourceChanged(known)) => Err(Error::field(
                Field::Name,
                "taken",
                format!("“{}” is in the catalogue already.", known.name),
            )),
            done => done.map(|()| resource).map_err(Error::from),
        }
    }

    /// Saves an edit. Actions that are missing from the form are removed only if `removing` names them; otherwise
    /// [`Error::Removes`] asks. Saving what is already there changes nothing.
    pub async fn edit_resource(&self, caller: &Caller, edit: &ResourceEdit) -> Result<Resource, Error> {
        let name = edit.name.as_str();
        let from = self.unchanged(caller, name, &edit.version).await?;
        let to = edit.form().parse_for(name)?;
        if to == from {
            return Ok(to);
        }
        let lost = from.lost_to(&to);
        let may_go: Vec<&str> = edit.removing.split_whitespace().collect();
        if !lost.iter().all(|permission| may_go.contains(&permission.action())) {
            return Err(Error::Removes { removal: Folded::new(&self.removal(caller, lost).await?) });
        }
        let details = json!({ "resource": name, "before": described(&from), "after": described(&to) });
        let event = self.event(caller, EventKind::ResourceEdited).with(&details);
        let change = ResourceChange::Edit { from: &from, to: &to };
        self.store.change_resource(change, &event).await?;
        Ok(to)
    }

    pub async fn remove_resource(
        &self,
        caller: &Caller,
        removal: &ResourceRemoval,
    ) -> Result<Resource, Error> {
        let resource = self.unchanged(caller, &removal.name, &removal.version).await?;
        let event = self.event(caller, EventKind::ResourceRemoved).with(&named(&resource));
        self.store.change_resource(ResourceChange::Remove(&resource), &event).await?;
        Ok(resource)
    }

    async fn resource(&self, caller: &Caller, name: &str) -> Result<Resource, Error> {
        self.may_manage_catalogue(caller).await?;
        let mut resources = self.catalogue().await?.resources.into_iter();
        resources.find(|resource| resource.name == name).ok_or(Error::NoSuchResource)
    }

    async fn with_holders(&self, caller: &Caller, resource: Resource) -> Result<ResourceToEdit, Error> {
        let all: Vec<Permission> = resource.permissions().map(|(_, permission)| permission).collect();
        let holders = self.holders(caller, &all, HOLDERS_SHOWN).await?;
        Ok(ResourceToEdit { version: version_of(&resource), resource, holders })
    }

    async fn removal(&self, caller: &Caller, permissions: Vec<Permission>) -> Result<Removal, Error> {
        let holders = self.holders(caller, &permissions, HOLDERS_SHOWN).await?;
        Ok(Removal { permissions, holders })
    }

    /// The resource, if it still is what the caller has seen.
    async fn unchanged(&self, caller: &Caller, name: &str, version: &str) -> Result<Resource, Error> {
        let resource = self.resource(caller, name).await?;
        if version_of(&resource) == version {
            return Ok(resource);
        }
        let current = Folded::new(&self.with_holders(caller, resource).await?);
        Err(Error::ResourceChanged { current })
    }
}

pub(super) fn full() -> Error {
    let detail = format!("The catalogue holds {RESOURCES_MAX} resources, and no more fit.");
    Error::field(Field::Name, "too_many", detail)
}

/// A resource in the audit log, as the form has it.
fn described(resource: &Resource) -> Value {
    let actions = actions_in_lines(&resource.actions).replace('\n', ", ");
    json!({ "label": resource.label, "description": resource.description, "actions": actions })
}

fn named(resource: &Resource) -> Value {
    let mut details = described(resource);
    details["resource"] = json!(resource.name);
    details
}
