//! Server functions about tokens.

use super::wire::Wire;
#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use crate::domain::{Created, Error, PromptData, Token, TokenForm, TokenId};
use leptos::prelude::server;
use serde::{Deserialize, Serialize};

/// The table, drawn: its rows are nothing that a browser would have to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableHtml {
    pub count: String,
    pub html: String,
}

/// The table that the query of the page's address asks for.
#[server(prefix = "/_fn", endpoint = "load_table", input = Wire, output = Wire)]
pub async fn load_table(query: String) -> Result<TableHtml, Error> {
    let form = crate::documents::list_form(&query);
    let page = async { service().token_page(&caller()?, &form).await }.await;
    // What cannot be asked for is said in the place of the table.
    answer(match page {
        Err(error) if !matches!(error, Error::Invalid { .. }) => Err(error),
        page => Ok(crate::documents::tokens_table(form, page)),
    })
}

/// Everything that a prompt needs: about the token with this id, or about one that is yet to be made, as a copy of the
/// one with this id or from nothing.
#[server(prefix = "/_fn", endpoint = "load_prompt", input = Wire, output = Wire)]
pub async fn load_prompt(id: Option<String>, #[server(default)] is_copy: bool) -> Result<PromptData, Error> {
    answer(async { service().prompt(&caller()?, id.as_deref(), is_copy).await }.await)
}

/// The answer holds the secret; the server marks it `no-store`.
#[server(prefix = "/_fn", endpoint = "create_token", input = Wire, output = Wire)]
pub async fn create_token(form: TokenForm) -> Result<Created, Error> {
    answer(async { service().create_token(&caller()?, &form).await }.await)
}

#[server(prefix = "/_fn", endpoint = "edit_token", input = Wire, output = Wire)]
pub async fn edit_token(id: TokenId, version: i64, form: TokenForm) -> Result<Token, Error> {
    answer(async { service().edit_token(&caller()?, id, version, &form).await }.await)
}

#[server(prefix = "/_fn", endpoint = "delete_token", input = Wire, output = Wire)]
pub async fn delete_token(id: TokenId) -> Result<(), Error> {
    answer(async { service().delete_token(&caller()?, id).await }.await)
}
