//! Server functions about tokens.

#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use super::{
    change,
    codec::{Fields, Wire},
};
use crate::domain::{Done, Error, PromptData, TokenData, TokenDeletion, TokenEdit, TokenForm, TokensData};
#[allow(unused_imports, reason = "the browser's half has no bodies")]
use crate::{
    domain::{Created, NewSecret},
    paths,
};
use leptos::prelude::server;

/// The table that the query of the page's URL asks for.
#[server(prefix = "/_fn", endpoint = "load_tokens", input = Wire, output = Wire)]
pub async fn load_tokens(url: String) -> Result<TokensData, Error> {
    let (service, caller) = (service(), caller()?);
    let form = At::new(&url).query().collect();
    // An invalid query is explained in the place of the table.
    let page = match service.token_page(&caller, &form).await {
        Err(error) if !matches!(error, Error::Invalid { .. }) => return Err(error),
        page => answer(page),
    };
    let choices = service.token_choices(&caller).await?;
    Ok(TokensData { form, page, choices })
}

/// Everything about the token in the page's URL, over the range given there.
#[server(prefix = "/_fn", endpoint = "load_token", input = Wire, output = Wire)]
pub async fn load_token(url: String) -> Result<TokenData, Error> {
    let (at, caller) = (At::new(&url), caller()?);
    let range = at.field("range").unwrap_or_default();
    let record = service().token_record(&caller, at.after("tokens").parse()?, &range).await?;
    Ok(TokenData::of(record, caller.id, at.field(paths::HANDED_OVER).is_some()))
}

/// Everything that a prompt needs: about the token in its URL, or about one that is yet to be created, as a copy of
/// another one (`?from=`) or from scratch.
#[server(prefix = "/_fn", endpoint = "load_token_prompt", input = Wire, output = Wire)]
pub async fn load_token_prompt(url: String) -> Result<PromptData, Error> {
    let at = At::new(&url);
    let (id, from) = (at.after("tokens"), at.field("from").filter(|id| !id.is_empty()));
    let about = if id == "new" { from.as_deref() } else { Some(id) };
    let is_copy = id == "new" && from.is_some();
    service().prompt(&caller()?, about, is_copy, at.field("owner").as_deref()).await
}

/// The answer holds the secret; the server marks it `no-store`.
#[server(prefix = "/_fn", endpoint = "create_token", input = Fields, output = Wire)]
pub async fn create_token(form: TokenForm) -> Result<Done, Error> {
    let Created { token, secret } = service().create_token(&caller()?, &form).await?;
    let name = token.name.as_str();
    let (title, said) = (format!("“{name}” is ready"), format!("Created “{name}”."));
    Ok(Done::Secret(Box::new(NewSecret { title, said, secret, notes: Vec::new(), name: token.name.clone() })))
}

#[server(prefix = "/_fn", endpoint = "edit_token", input = Fields, output = Wire)]
pub async fn edit_token(edit: TokenEdit) -> Result<Done, Error> {
    let TokenEdit { id, version, form } = edit;
    let token = service().edit_token(&caller()?, id.parse()?, version, &form).await?;
    Ok(Done::said(format!("Saved “{}”.", token.name.as_str())))
}

#[server(prefix = "/_fn", endpoint = "delete_token", input = Fields, output = Wire)]
pub async fn delete_token(deletion: TokenDeletion) -> Result<Done, Error> {
    let (service, caller) = (service(), caller()?);
    let TokenDeletion { id, with_children, from_page } = deletion;
    let id = id.parse()?;
    if with_children
        && let Some(result) = service.delete_token_and(&caller, id, &Terms::default(), true).await?
    {
        return Ok(Done::Bulk(Box::new(result)));
    }
    let name = service.token(&caller, id).await?.name;
    service.delete_token(&caller, id).await?;
    let said = format!("Deleted “{}”. Its secret no longer works.", name.as_str());
    let undo = Some(paths::token_restore(id));
    Ok(match from_page {
        true => Done::Elsewhere { to: paths::TOKENS.to_owned(), said, undo },
        false => Done::Said { said, undo },
    })
}

change! { CreateToken(TokenForm), EditToken(TokenEdit), DeleteToken(TokenDeletion) }
