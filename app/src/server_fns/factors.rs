//! Server functions about the second factors of the current person.

#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use super::{
    change,
    codec::{Fields, Wire},
};
use crate::domain::{
    AboutPasskey, CodeForm, Done, Error, FactorsData, NewApp, NoFields, PasskeyForm, PasskeyNameForm,
};
#[cfg(feature = "ssr")]
use crate::paths;
use leptos::prelude::server;

#[server(prefix = "/_fn", endpoint = "load_factors", input = Wire, output = Wire)]
pub async fn load_factors(url: String) -> Result<FactorsData, Error> {
    let _ = url;
    service().factors(&caller()?).await
}

/// The app that was begun in this session; the server marks the answer `no-store`.
#[server(prefix = "/_fn", endpoint = "load_app", input = Wire, output = Wire)]
pub async fn load_app(url: String) -> Result<Option<NewApp>, Error> {
    let _ = url;
    service().app_begun(&caller()?).await
}

#[server(prefix = "/_fn", endpoint = "begin_app", input = Fields, output = Wire)]
pub async fn begin_app(form: NoFields) -> Result<Done, Error> {
    let NoFields {} = form;
    service().begin_app(&caller()?).await?;
    let said = "Scan the picture with your app.".to_owned();
    Ok(Done::Elsewhere { to: paths::PROFILE_APP.to_owned(), said, undo: None })
}

#[server(prefix = "/_fn", endpoint = "confirm_app", input = Fields, output = Wire)]
pub async fn confirm_app(form: CodeForm) -> Result<Done, Error> {
    let codes = service().confirm_app(&caller()?, form.code.trim()).await?;
    let said = || Done::said("Set up the authenticator app.");
    Ok(codes.map_or_else(said, |codes| Done::Codes(Box::new(codes))))
}

#[server(prefix = "/_fn", endpoint = "remove_app", input = Fields, output = Wire)]
pub async fn remove_app(form: NoFields) -> Result<Done, Error> {
    let NoFields {} = form;
    service().remove_app(&caller()?).await?;
    Ok(Done::said("Removed the authenticator app."))
}

/// The answer holds the codes.
#[server(prefix = "/_fn", endpoint = "make_codes", input = Fields, output = Wire)]
pub async fn make_codes(form: NoFields) -> Result<Done, Error> {
    let NoFields {} = form;
    Ok(Done::Codes(Box::new(service().make_codes(&caller()?).await?)))
}

#[server(prefix = "/_fn", endpoint = "add_passkey", input = Fields, output = Wire)]
pub async fn add_passkey(form: PasskeyForm) -> Result<Done, Error> {
    let codes = service().add_passkey(&caller()?, &form.name, &form.passkey).await?;
    let said = || Done::said(format!("Added the passkey {}.", form.name.trim()));
    Ok(codes.map_or_else(said, |codes| Done::Codes(Box::new(codes))))
}

#[server(prefix = "/_fn", endpoint = "rename_passkey", input = Fields, output = Wire)]
pub async fn rename_passkey(form: PasskeyNameForm) -> Result<Done, Error> {
    let name = service().rename_passkey(&caller()?, form.id.parse()?, &form.name).await?;
    Ok(Done::said(format!("The passkey is now called {}.", name.as_str())))
}

#[server(prefix = "/_fn", endpoint = "remove_passkey", input = Fields, output = Wire)]
pub async fn remove_passkey(about: AboutPasskey) -> Result<Done, Error> {
    let name = service().remove_passkey(&caller()?, about.id.parse()?).await?;
    Ok(Done::said(format!("Removed the passkey {}.", name.as_str())))
}

change! {
    BeginApp(NoFields),
    ConfirmApp(CodeForm),
    RemoveApp(NoFields),
    MakeCodes(NoFields),
    AddPasskey(PasskeyForm),
    RenamePasskey(PasskeyNameForm),
    RemovePasskey(AboutPasskey),
}
