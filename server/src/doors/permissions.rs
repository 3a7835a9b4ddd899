//! Settings > Permissions: the catalogue, the prompts that change it, and who holds a permission.

use super::done;
use crate::{
    desk::{Desk, Sent, Wanted},
    render::status_of,
};
use app::{
    documents::{self, PermissionsPrompt},
    domain::{Error, Field, HOLDERS_LISTED, Permission, PermissionError, ResourceForm},
    paths,
    service::{ResourceEdit, ResourceToEdit},
};
use axum::{extract::Path, http::StatusCode, response::Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

#[derive(Deserialize)]
pub struct AskedHolders {
    #[serde(default)]
    permission: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddFields {
    name: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    actions: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditFields {
    version: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    actions: String,
    /// The names of the actions that may go, once that has been asked.
    #[serde(default)]
    removing: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveFields {
    version: String,
}

pub async fn show(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    match async { desk.console.service.permissions(desk.caller()?).await }.await {
        Ok(page) => desk.show(StatusCode::OK, documents::permissions(&desk.frame, &page, None, &asked.done)),
        Err(error) => desk.fail(&error),
    }
}

pub async fn show_holders(desk: Desk, Wanted(asked): Wanted<AskedHolders>) -> Response {
    let prompt = async {
        let malformed = |e: PermissionError| Error::field(Field::Permissions, "malformed", e.to_string());
        let permission: Permission = asked.permission.parse().map_err(malformed)?;
        let wanted = std::slice::from_ref(&permission);
        let holders = desk.console.service.holders(desk.caller()?, wanted, HOLDERS_LISTED).await?;
        Ok(PermissionsPrompt::Holders { permission, holders })
    };
    over_the_catalogue(&desk, StatusCode::OK, prompt.await).await
}

pub async fn show_add(desk: Desk) -> Response {
    let prompt = async {
        desk.console.service.may_manage_catalogue(desk.caller()?).await?;
        Ok(PermissionsPrompt::Add { form: ResourceForm::new(), error: None })
    };
    over_the_catalogue(&desk, StatusCode::OK, prompt.await).await
}

pub async fn add(desk: Desk, Sent(fields): Sent<AddFields>) -> Response {
    let AddFields { name, label, description, actions } = fields;
    let form = ResourceForm { name, label, description, actions };
    match async { desk.console.service.add_resource(desk.caller()?, &form).await }.await {
        Ok(()) => done(paths::PERMISSIONS, "resource-added"),
        Err(error @ Error::Invalid { .. }) => again(&desk, form, error).await,
        Err(error) => desk.fail(&error),
    }
}

pub async fn show_edit(desk: Desk, Path(name): Path<String>) -> Response {
    let prompt = async {
        let found = desk.console.service.resource_to_edit(desk.caller()?, &name).await?;
        let (form, version) = (ResourceForm::of(&found.resource), found.version);
        Ok(PermissionsPrompt::Edit { name, version, form, asks: None, error: None })
    };
    over_the_catalogue(&desk, StatusCode::OK, prompt.await).await
}

pub async fn edit(desk: Desk, Path(name): Path<String>, Sent(fields): Sent<EditFields>) -> Response {
    let EditFields { version, label, description, actions, removing } = fields;
    let form = ResourceForm { name: name.clone(), label, description, actions };
    let removing: Vec<&str> = removing.split_whitespace().collect();
    let edited =
        async { desk.console.service.edit_resource(desk.caller()?, &name, &version, &form, &removing).await };
    let (status, version, asks, error) = match edited.await {
        Ok(ResourceEdit::Saved) => return done(paths::PERMISSIONS, "resource-saved"),
        Ok(ResourceEdit::Asks(removal)) => (StatusCode::CONFLICT, version, Some(removal), None),
        // It is gone; what was typed can be added as it stands.
        Err(error @ Error::NoSuchResource) => return again(&desk, form, error).await,
        // The next attempt begins from what is stored now, and what people then see.
        Err(Error::ResourceChanged { current }) => {
            let version = ResourceToEdit::from((*current).clone()).version;
            (StatusCode::CONFLICT, version, None, Some(Error::ResourceChanged { current }))
        }
        Err(error @ Error::Invalid { .. }) => (status_of(&error), version, None, Some(error)),
        Err(error) => return desk.fail(&error),
    };
    let prompt = PermissionsPrompt::Edit { name, version, form, asks, error };
    over_the_catalogue(&desk, status, Ok(prompt)).await
}

pub async fn show_remove(desk: Desk, Path(name): Path<String>) -> Response {
    let found = async { desk.console.service.resource_to_edit(desk.caller()?, &name).await };
    match found.await {
        Ok(about) => ask_to_remove(&desk, about, None).await,
        Err(error) => desk.fail(&error),
    }
}

pub async fn remove(desk: Desk, Path(name): Path<String>, Sent(fields): Sent<RemoveFields>) -> Response {
    let service = &desk.console.service;
    match async { service.remove_resource(desk.caller()?, &name, &fields.version).await }.await {
        Ok(()) => done(paths::PERMISSIONS, "resource-removed"),
        Err(Error::ResourceChanged { current }) => {
            let about = ResourceToEdit::from((*current).clone());
            ask_to_remove(&desk, about, Some(Error::ResourceChanged { current })).await
        }
        Err(Error::LastResource) => {
            match async { service.resource_to_edit(desk.caller()?, &name).await }.await {
                Ok(about) => ask_to_remove(&desk, about, Some(Error::LastResource)).await,
                Err(error) => desk.fail(&error),
            }
        }
        Err(error) => desk.fail(&error),
    }
}

async fn ask_to_remove(desk: &Desk, about: ResourceToEdit, error: Option<Error>) -> Response {
    let status = error.as_ref().map_or(StatusCode::OK, status_of);
    let prompt = async {
        let removal = desk.console.service.removal_of(desk.caller()?, &about.resource).await?;
        Ok(PermissionsPrompt::Remove { about, removal, error })
    };
    over_the_catalogue(desk, status, prompt.await).await
}

/// The prompt that adds, with what was typed and what is wrong.
async fn again(desk: &Desk, form: ResourceForm, error: Error) -> Response {
    let status = status_of(&error);
    let prompt = PermissionsPrompt::Add { form, error: Some(error) };
    over_the_catalogue(desk, status, Ok(prompt)).await
}

async fn over_the_catalogue(
    desk: &Desk,
    status: StatusCode,
    prompt: Result<PermissionsPrompt, Error>,
) -> Response {
    let page = async { desk.console.service.permissions(desk.caller()?).await };
    match async { Ok((prompt?, page.await?)) }.await {
        Ok((prompt, page)) => desk.show(status, documents::permissions(&desk.frame, &page, Some(prompt), "")),
        Err(error) => desk.fail(&error),
    }
}
