//! Server functions about the catalogue of permissions.

#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use super::{
    change,
    codec::{Fields, Wire},
};
use crate::domain::{
    Done, Error, HoldersData, PermissionsData, ResourceEdit, ResourceForm, ResourceRemoval, ResourceToEdit,
};
use leptos::prelude::server;

#[server(prefix = "/_fn", endpoint = "load_permissions", input = Wire, output = Wire)]
pub async fn load_permissions(url: String) -> Result<PermissionsData, Error> {
    let _ = url;
    service().permissions(&caller()?).await
}

/// The tokens that hold the permission of the URL (`?permission=`).
#[server(prefix = "/_fn", endpoint = "load_holders", input = Wire, output = Wire)]
pub async fn load_holders(url: String) -> Result<HoldersData, Error> {
    service().holders_of(&caller()?, &At::new(&url).field("permission").unwrap_or_default()).await
}

/// For the prompt that adds a resource: there is nothing to read, but the caller may be refused.
#[server(prefix = "/_fn", endpoint = "load_new_resource", input = Wire, output = Wire)]
pub async fn load_new_resource(url: String) -> Result<(), Error> {
    let _ = url;
    service().may_manage_catalogue(&caller()?).await
}

/// The resource that the URL of a prompt names.
#[server(prefix = "/_fn", endpoint = "load_resource", input = Wire, output = Wire)]
pub async fn load_resource(url: String) -> Result<ResourceToEdit, Error> {
    service().resource_to_edit(&caller()?, At::new(&url).after("permissions")).await
}

#[server(prefix = "/_fn", endpoint = "add_resource", input = Fields, output = Wire)]
pub async fn add_resource(form: ResourceForm) -> Result<Done, Error> {
    let resource = service().add_resource(&caller()?, &form).await?;
    Ok(Done::said(format!("Added “{}”.", resource.label)))
}

#[server(prefix = "/_fn", endpoint = "edit_resource", input = Fields, output = Wire)]
pub async fn edit_resource(edit: ResourceEdit) -> Result<Done, Error> {
    let resource = service().edit_resource(&caller()?, &edit).await?;
    Ok(Done::said(format!("Saved “{}”.", resource.label)))
}

#[server(prefix = "/_fn", endpoint = "remove_resource", input = Fields, output = Wire)]
pub async fn remove_resource(removal: ResourceRemoval) -> Result<Done, Error> {
    let resource = service().remove_resource(&caller()?, &removal).await?;
    Ok(Done::said(format!(
        "Removed “{}”. Permissions that tokens still hold are listed below.",
        resource.label
    )))
}

change! { AddResource(ResourceForm), EditResource(ResourceEdit), RemoveResource(ResourceRemoval) }
