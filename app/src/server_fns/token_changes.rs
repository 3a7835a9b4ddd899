//! Server functions that change existing tokens, one or several at once: secrets, owners, disabling.

#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use super::{
    change,
    codec::{Fields, Wire},
};
use crate::domain::{
    BulkForm, DisableForm, Done, EnableForm, Error, HandOverForm, OldSecretForm, RestoreForm, RotateForm,
};
#[allow(unused_imports, reason = "the browser's half has no bodies")]
use crate::{
    domain::{Created, NewSecret, Overlap, Ticked, Undo, retiring_in_words},
    paths,
};
use leptos::prelude::server;

/// The answer holds the new secret.
#[server(prefix = "/_fn", endpoint = "rotate_token", input = Fields, output = Wire)]
pub async fn rotate_token(form: RotateForm) -> Result<Done, Error> {
    let overlap = Overlap::parse(&form.overlap_seconds, &form.quiet_seconds)?;
    let Created { token, secret } =
        service().rotate_token(&caller()?, form.id.parse()?, form.version, overlap).await?;
    let old = token.rotating_until.map_or_else(
        || "The old secret no longer works.".to_owned(),
        |end| format!("The old secret {}.", retiring_in_words(end, overlap.quiet_ms(token.updated_at, end))),
    );
    let name = token.name.as_str();
    let (title, said) = (format!("“{name}” has a new secret"), format!("Rotated “{name}”."));
    let notes = std::iter::once(old).chain(token.why_no_secret_works(token.updated_at)).collect();
    Ok(Done::Secret(Box::new(NewSecret { title, said, secret, notes, name: token.name })))
}

/// Changes nothing if no old secret is left.
#[server(prefix = "/_fn", endpoint = "end_old_secret", input = Fields, output = Wire)]
pub async fn end_old_secret(form: OldSecretForm) -> Result<Done, Error> {
    let token = service().end_old_secret(&caller()?, form.id.parse()?).await?;
    Ok(Done::said(format!("The old secret of “{}” no longer works.", token.name.as_str())))
}

#[server(prefix = "/_fn", endpoint = "disable_token", input = Fields, output = Wire)]
pub async fn disable_token(form: DisableForm) -> Result<Done, Error> {
    let (service, caller) = (service(), caller()?);
    let DisableForm { id, version, with_children } = form;
    let id = id.parse()?;
    if let Some(result) = service.disable_token_and(&caller, id, version, with_children).await? {
        return Ok(Done::Bulk(Box::new(result)));
    }
    let said = format!("Disabled “{}”.", service.token(&caller, id).await?.name.as_str());
    Ok(Done::Said { said, undo: Some(paths::token_prompt(id, "enable")) })
}

#[server(prefix = "/_fn", endpoint = "enable_token", input = Fields, output = Wire)]
pub async fn enable_token(form: EnableForm) -> Result<Done, Error> {
    let token = service().set_disabled(&caller()?, form.id.parse()?, form.version, false).await?;
    Ok(Done::said(format!("Enabled “{}”.", token.name.as_str())))
}

#[server(prefix = "/_fn", endpoint = "hand_over_token", input = Fields, output = Wire)]
pub async fn hand_over_token(form: HandOverForm) -> Result<Done, Error> {
    let HandOverForm { id, version, owner, keep } = form;
    let (id, consents) = (id.parse()?, Ticked { keep, ..Ticked::default() }.parse()?);
    let given = service().hand_over_token_with(&caller()?, id, version, &owner, &consents).await?;
    // Anyone who had its secret still has it: the page of the token offers to rotate it.
    let said = given.0.handed_over_in_words(&given.1);
    Ok(Done::Elsewhere { to: paths::token_handed_over(id), said, undo: None })
}

#[server(prefix = "/_fn", endpoint = "change_tokens", input = Fields, output = Wire)]
pub async fn change_tokens(form: BulkForm) -> Result<Done, Error> {
    let result = service().bulk(&caller()?, form).await?;
    if let Some(error) = result.failure() {
        set_status(error.status());
    }
    Ok(result.into_done())
}

/// The answer holds the new secret.
#[server(prefix = "/_fn", endpoint = "restore_token", input = Fields, output = Wire)]
pub async fn restore_token(form: RestoreForm) -> Result<Done, Error> {
    let (service, caller) = (service(), caller()?);
    let RestoreForm { id, name, expires_at } = form;
    let id = id.parse()?;
    let Created { token, secret } =
        match service.restore_token(&caller, id, name.as_deref(), expires_at.as_deref()).await? {
            Restored::Done(created) => *created,
            Restored::Not(Undo::Live { id, .. }) => {
                return Err(Error::conflict(service.token(&caller, id).await?));
            }
            Restored::Not(_) => return Err(Error::NotFound),
        };
    let name = token.name.as_str();
    let (title, said) = (format!("“{name}” is restored with a new secret"), format!("Restored “{name}”."));
    let old =
        "Its revoked secrets never work again: give this one to every program that is to use the token.";
    let notes = std::iter::once(old.to_owned()).chain(token.why_no_secret_works(token.updated_at)).collect();
    Ok(Done::Secret(Box::new(NewSecret { title, said, secret, notes, name: token.name })))
}

change! {
    RotateToken(RotateForm), EndOldSecret(OldSecretForm), DisableToken(DisableForm), EnableToken(EnableForm),
    HandOverToken(HandOverForm), ChangeTokens(BulkForm), RestoreToken(RestoreForm),
}
