//! The data of the prompts over the tokens, and the list of deleted tokens.

use super::codec::Wire;
#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use crate::domain::{BulkPrompt, DeletedPage, Error, ToDisable, ToHandOver, ToRotate, Undo};
use leptos::prelude::server;

#[server(prefix = "/_fn", endpoint = "load_rotate_prompt", input = Wire, output = Wire)]
pub async fn load_rotate_prompt(url: String) -> Result<ToRotate, Error> {
    service().rotate_prompt(&caller()?, At::new(&url).after("tokens").parse()?).await
}

#[server(prefix = "/_fn", endpoint = "load_disable_prompt", input = Wire, output = Wire)]
pub async fn load_disable_prompt(url: String) -> Result<ToDisable, Error> {
    service().disable_prompt(&caller()?, At::new(&url).after("tokens").parse()?).await
}

#[server(prefix = "/_fn", endpoint = "load_hand_over_prompt", input = Wire, output = Wire)]
pub async fn load_hand_over_prompt(url: String) -> Result<ToHandOver, Error> {
    service().hand_over_prompt(&caller()?, At::new(&url).after("tokens").parse()?).await
}

/// The prompt about the tokens that the query names.
#[server(prefix = "/_fn", endpoint = "load_bulk_prompt", input = Wire, output = Wire)]
pub async fn load_bulk_prompt(url: String) -> Result<BulkPrompt, Error> {
    let at = At::new(&url);
    let action = at.field("action").unwrap_or_default();
    let ids: Vec<String> = at.query().filter(|(name, _)| name == "id").map(|(_, id)| id).collect();
    let prompt = service().bulk_prompt(&caller()?, &action, &ids).await?;
    if let Some(error) = prompt.failure() {
        set_status(error.status());
    }
    Ok(prompt)
}

#[server(prefix = "/_fn", endpoint = "load_deleted_tokens", input = Wire, output = Wire)]
pub async fn load_deleted_tokens(url: String) -> Result<DeletedPage, Error> {
    service().deleted_tokens(&caller()?, At::new(&url).field("cursor").as_deref()).await
}

#[server(prefix = "/_fn", endpoint = "load_restore_prompt", input = Wire, output = Wire)]
pub async fn load_restore_prompt(url: String) -> Result<Undo, Error> {
    let undo = service().restore_prompt(&caller()?, At::new(&url).after("tokens").parse()?).await?;
    if let Undo::Over { .. } = undo {
        set_status(Error::NotFound.status());
    }
    Ok(undo)
}
