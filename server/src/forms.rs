//! The console without WASM: plain forms, posted to the URL of their own prompt. A success leads back to the
//! list; what was refused is shown again with what was typed; a new secret is in the answer itself.

use crate::{
    guard,
    render::{answer, error_page, status_of},
    router::Console,
};
use app::{
    Posted,
    domain::{Error, TokenForm, TokenId},
    paths,
};
use axum::{
    extract::{FromRequest, Path, Request, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Form;
use serde::Deserialize;

/// The fields of a token form, as they arrive: those that are missing are empty.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    permissions: Vec<String>,
    #[serde(default)]
    version: i64,
}

impl Fields {
    fn split(self) -> (TokenForm, i64) {
        let Self { name, description, permissions, version } = self;
        (TokenForm { name, description, permissions }, version)
    }
}

pub async fn create(State(console): State<Console>, uri: Uri, request: Request) -> Response {
    let form = match read(request).await {
        Ok(fields) => fields.split().0,
        Err(error) => return error_page(&console, &uri, error).await,
    };
    match console.service.create_token(&form).await {
        Ok(created) => answer(&console, &uri, StatusCode::CREATED, Posted::Created(Box::new(created))).await,
        Err(error) => refuse(&console, &uri, form, 0, error).await,
    }
}

pub async fn edit(
    State(console): State<Console>,
    Path(id): Path<String>,
    uri: Uri,
    request: Request,
) -> Response {
    let (form, version) = match read(request).await {
        Ok(fields) => fields.split(),
        Err(error) => return error_page(&console, &uri, error).await,
    };
    let saved = async { console.service.edit_token(id.parse()?, version, &form).await }.await;
    match saved {
        Ok(_) => back_to_the_list(&uri),
        Err(error) => refuse(&console, &uri, form, version, error).await,
    }
}

pub async fn delete(State(console): State<Console>, Path(id): Path<String>, uri: Uri) -> Response {
    let deleted = async { console.service.delete_token(id.parse::<TokenId>()?).await }.await;
    match deleted {
        Ok(()) => back_to_the_list(&uri),
        Err(error) => error_page(&console, &uri, error).await,
    }
}

/// Shows the form again with what was typed. After a conflict, the next attempt begins from what is stored.
async fn refuse(console: &Console, uri: &Uri, form: TokenForm, version: i64, error: Error) -> Response {
    match error {
        Error::Invalid { .. } | Error::Conflict { .. } => {
            let version = if let Error::Conflict { current } = &error { current.version } else { version };
            answer(console, uri, status_of(&error), Posted::Refused { form, version, error }).await
        }
        other => error_page(console, uri, other).await,
    }
}

/// 303, with the list's own state kept.
fn back_to_the_list(uri: &Uri) -> Response {
    Redirect::to(&paths::with_search(paths::TOKENS, uri.query().unwrap_or_default())).into_response()
}

async fn read(request: Request) -> Result<Fields, Error> {
    if !guard::is_content_type(request.headers(), "application/x-www-form-urlencoded") {
        return Err(Error::UnsupportedMediaType);
    }
    Form::from_request(request, &()).await.map(|Form(fields)| fields).map_err(|_| Error::Malformed)
}
