//! The console without WASM: plain forms, posted to the URL of their own prompt. A success leads back to the
//! list; what was refused is shown again with what was typed; a new secret is in the answer itself.

use crate::{
    desk::{Desk, Sent},
    doors::bulk::tell,
    render::{answer, status_of},
};
use app::{
    Posted,
    domain::{Error, TokenForm},
    paths,
    service::Terms,
};
use axum::{
    extract::Path,
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use serde::{Deserialize, Deserializer};

/// The fields of a token form, as they arrive: those that are missing are empty, or not spoken of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    permissions: Vec<String>,
    #[serde(default, deserialize_with = "said")]
    expires_at: Option<String>,
    #[serde(default, deserialize_with = "said")]
    allowed_addresses: Option<String>,
    #[serde(default, deserialize_with = "said")]
    rate_requests: Option<String>,
    #[serde(default, deserialize_with = "said")]
    rate_seconds: Option<String>,
    #[serde(default)]
    version: i64,
}

/// An emptied field says something, unlike one that is not there.
fn said<'de, D: Deserializer<'de>>(field: D) -> Result<Option<String>, D::Error> {
    String::deserialize(field).map(Some)
}

impl Fields {
    fn split(self) -> (TokenForm, i64) {
        let form = TokenForm {
            name: self.name,
            description: self.description,
            permissions: self.permissions,
            expires_at: self.expires_at,
            allowed_addresses: self.allowed_addresses,
            rate_requests: self.rate_requests,
            rate_seconds: self.rate_seconds,
        };
        (form, self.version)
    }
}

pub async fn create(desk: Desk, uri: Uri, Sent(fields): Sent<Fields>) -> Response {
    let (form, _) = fields.split();
    match async { desk.console.service.create_token(desk.caller()?, &form).await }.await {
        Ok(created) => show(&desk, &uri, StatusCode::CREATED, Posted::Created(Box::new(created))).await,
        Err(error) => refuse(&desk, &uri, form, 0, error).await,
    }
}

pub async fn edit(desk: Desk, Path(id): Path<String>, uri: Uri, Sent(fields): Sent<Fields>) -> Response {
    let (form, version) = fields.split();
    let saved = async { desk.console.service.edit_token(desk.caller()?, id.parse()?, version, &form).await };
    match saved.await {
        Ok(_) => back_to_the_list(&uri),
        Err(error) => refuse(&desk, &uri, form, version, error).await,
    }
}

/// What the prompt that deletes a token sends.
#[derive(Deserialize)]
pub struct Deletion {
    /// Is what it made to be deleted, too?
    #[serde(default)]
    with_children: bool,
}

pub async fn delete(
    desk: Desk,
    Path(id): Path<String>,
    uri: Uri,
    Sent(deletion): Sent<Deletion>,
) -> Response {
    let deleted = async {
        let (caller, terms) = (desk.caller()?, Terms::default());
        desk.console.service.delete_token_and(caller, id.parse()?, &terms, deletion.with_children).await
    };
    match deleted.await {
        Ok(None) => back_to_the_list(&uri),
        Ok(Some(result)) => tell(&desk, &result, uri.query().unwrap_or_default()),
        Err(error) => desk.fail(&error),
    }
}

/// Shows the form again with what was typed. After a conflict, the next attempt begins from what is stored.
async fn refuse(desk: &Desk, uri: &Uri, form: TokenForm, version: i64, error: Error) -> Response {
    match error {
        Error::Invalid { .. } | Error::Conflict { .. } | Error::Full { .. } => {
            let version = if let Error::Conflict { current } = &error { current.version } else { version };
            show(desk, uri, status_of(&error), Posted::Refused { form: Box::new(form), version, error }).await
        }
        other => desk.fail(&other),
    }
}

async fn show(desk: &Desk, uri: &Uri, status: StatusCode, posted: Posted) -> Response {
    match desk.caller() {
        Ok(caller) => answer(&desk.console, caller.clone(), uri, status, posted).await,
        Err(error) => desk.fail(&error),
    }
}

/// 303, with the list's own state kept.
fn back_to_the_list(uri: &Uri) -> Response {
    Redirect::to(&paths::with_search(paths::TOKENS, uri.query().unwrap_or_default())).into_response()
}
