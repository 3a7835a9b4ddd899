//! The catalogue of permissions: looking at it, and changing it one resource at a time.

use super::{ResourceChange, Service, StoreError, by, crypto, hide_cause};
use crate::domain::{
    CATALOGUE_OF_A_FILE, COUNT_MAX, Caller, Catalogue, Error, EventKind, Field, HOLDERS_SHOWN, Held, Holders,
    Permission, READ_TOKENS, RESOURCES_MAX, Resource, ResourceForm, Right, Target, Visit, actions_in_lines,
};
use serde_json::{Value, json};

/// What the Permissions tab shows.
#[derive(Clone, Debug)]
pub struct PermissionsPage {
    pub catalogue: Catalogue,
    /// By the tokens that exist for the caller.
    pub held: Held,
    /// Why the caller cannot change the catalogue; nothing when they can.
    pub why_not: Option<&'static str>,
}

/// A resource, and the version that a change of it begins from.
#[derive(Clone, Debug)]
pub struct ResourceToEdit {
    pub resource: Resource,
    pub version: String,
}

impl From<Resource> for ResourceToEdit {
    fn from(resource: Resource) -> Self {
        // Two versions are the same when they read the same.
        Self { version: crypto::fingerprint(json!(resource).to_string().as_bytes()), resource }
    }
}

/// What is about to leave the catalogue, and who holds it.
#[derive(Clone, Debug)]
pub struct Removal {
    pub permissions: Vec<Permission>,
    pub holders: Holders,
}

/// How an edit went.
#[derive(Clone, Debug)]
pub enum ResourceEdit {
    Saved,
    /// It takes actions away. Nothing has been changed: whoever sends it again with their names means it.
    Asks(Removal),
}

impl Service {
    pub async fn catalogue(&self) -> Result<Catalogue, Error> {
        self.store.catalogue().await.map_err(hide_cause)
    }

    /// Puts a checked catalogue in the place of the stored one. Replacing it by itself changes nothing.
    pub async fn replace_catalogue(&self, catalogue: &Catalogue) -> Result<(), Error> {
        if self.catalogue().await? == *catalogue {
            return Ok(());
        }
        let event = by::event(EventKind::CatalogueReplaced, self.clock.now(), None, &Visit::command_line());
        let event = event.with(&json!(catalogue));
        self.store.replace_catalogue(catalogue, &event).await.map_err(hide_cause)
    }

    /// The catalogue is no secret; how many tokens hold what is told of those that exist for the caller.
    pub async fn permissions(&self, caller: &Caller) -> Result<PermissionsPage, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let held = self.store.held(caller.scope(), COUNT_MAX + 1).await.map_err(hide_cause)?;
        let of_a_file = self.catalogue_is_a_file.then_some(CATALOGUE_OF_A_FILE);
        let why_not = caller.role.why_not(Right::ManageCatalogue).or(of_a_file);
        Ok(PermissionsPage { catalogue: self.catalogue().await?, held, why_not })
    }

    /// The tokens that exist for the caller and hold a permission, up to `shown` of them by name.
    pub async fn holders(
        &self,
        caller: &Caller,
        permissions: &[Permission],
        shown: usize,
    ) -> Result<Holders, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let enough = u32::try_from(COUNT_MAX + 1).unwrap_or(u32::MAX);
        let found = self.store.holders(permissions, caller.scope(), enough).await;
        let mut first = found.map_err(hide_cause)?;
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
        self.may_manage_catalogue(caller).await?;
        let mut resources = self.catalogue().await?.resources.into_iter();
        resources.find(|r| r.name == name).map(ResourceToEdit::from).ok_or(Error::NoSuchResource)
    }

    pub async fn add_resource(&self, caller: &Caller, form: &ResourceForm) -> Result<(), Error> {
        self.may_manage_catalogue(caller).await?;
        let resource = form.parse()?;
        let event = self.event(caller, EventKind::ResourceAdded).with(&named(&resource));
        match self.store.change_resource(ResourceChange::Add(&resource), &event).await {
            Err(StoreError::ResourceChanged(known)) => Err(Error::field(
                Field::Name,
                "taken",
                format!("“{}” is in the catalogue already.", known.name),
            )),
            done => done.map_err(hide_cause),
        }
    }

    /// Saves an edit that began from `version`. Actions that are missing from the form are taken away only if
    /// their names are among `removing`. Saving what is already there changes nothing.
    pub async fn edit_resource(
        &self,
        caller: &Caller,
        name: &str,
        version: &str,
        form: &ResourceForm,
        removing: &[&str],
    ) -> Result<ResourceEdit, Error> {
        let from = self.unchanged(caller, name, version).await?;
        let to = form.parse_for(name)?;
        if to == from {
            return Ok(ResourceEdit::Saved);
        }
        let lost = from.lost_to(&to);
        if !lost.iter().all(|permission| removing.contains(&permission.action())) {
            return Ok(ResourceEdit::Asks(self.removal(caller, lost).await?));
        }
        let details = json!({ "resource": name, "before": described(&from), "after": described(&to) });
        let event = self.event(caller, EventKind::ResourceEdited).with(&details);
        let change = ResourceChange::Edit { from: &from, to: &to };
        self.store.change_resource(change, &event).await.map_err(hide_cause)?;
        Ok(ResourceEdit::Saved)
    }

    /// What a removal of this resource would take out of the catalogue.
    pub async fn removal_of(&self, caller: &Caller, resource: &Resource) -> Result<Removal, Error> {
        self.removal(caller, resource.permissions().map(|(_, permission)| permission).collect()).await
    }

    /// Takes a resource out that was looked at when it had `version`.
    pub async fn remove_resource(&self, caller: &Caller, name: &str, version: &str) -> Result<(), Error> {
        let resource = self.unchanged(caller, name, version).await?;
        let event = self.event(caller, EventKind::ResourceRemoved).with(&named(&resource));
        self.store.change_resource(ResourceChange::Remove(&resource), &event).await.map_err(hide_cause)
    }

    async fn removal(&self, caller: &Caller, permissions: Vec<Permission>) -> Result<Removal, Error> {
        let holders = self.holders(caller, &permissions, HOLDERS_SHOWN).await?;
        Ok(Removal { permissions, holders })
    }

    /// The resource, if it still is what the caller has seen.
    async fn unchanged(&self, caller: &Caller, name: &str, version: &str) -> Result<Resource, Error> {
        let found = self.resource_to_edit(caller, name).await?;
        if found.version == version {
            Ok(found.resource)
        } else {
            Err(Error::ResourceChanged { current: Box::new(found.resource) })
        }
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
