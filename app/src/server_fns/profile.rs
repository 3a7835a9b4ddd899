//! Server functions about the current person.

#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use super::{
    change,
    codec::{Fields, Wire},
};
use crate::domain::{
    Done, Error, NameForm, NoFields, NoticesForm, PasswordForm, ProfileData, SessionEnd, ThemeForm,
};
use leptos::prelude::server;

#[server(prefix = "/_fn", endpoint = "load_profile", input = Wire, output = Wire)]
pub async fn load_profile(url: String) -> Result<ProfileData, Error> {
    let _ = url;
    service().profile(&caller()?).await
}

#[server(prefix = "/_fn", endpoint = "save_name", input = Fields, output = Wire)]
pub async fn save_name(form: NameForm) -> Result<Done, Error> {
    let name = service().rename(&caller()?, &form.name).await?;
    Ok(Done::said(format!("Changed your name to {}.", name.as_str())))
}

#[server(prefix = "/_fn", endpoint = "choose_theme", input = Fields, output = Wire)]
pub async fn choose_theme(form: ThemeForm) -> Result<Done, Error> {
    let theme = service().choose_theme(&caller()?, &form.theme).await?;
    Ok(Done::said(format!("Changed the theme to {theme}.")))
}

#[server(prefix = "/_fn", endpoint = "choose_notices", input = Fields, output = Wire)]
pub async fn choose_notices(form: NoticesForm) -> Result<Done, Error> {
    service().choose_notices(&caller()?, &form).await?;
    Ok(Done::said("Saved your notifications."))
}

/// The browser gets new keys with the answer.
#[server(prefix = "/_fn", endpoint = "change_password", input = Fields, output = Wire)]
pub async fn change_password(form: PasswordForm) -> Result<Done, Error> {
    let (service, caller, keys) = (service(), caller()?, keyring());
    let passwords = (form.password.as_str(), form.again.as_str());
    keys.keep(service.change_password(&caller, &form.current_password, passwords, keys.brought()).await?);
    Ok(Done::said("Changed your password. Your other sessions are signed out."))
}

#[server(prefix = "/_fn", endpoint = "end_session", input = Fields, output = Wire)]
pub async fn end_session(form: SessionEnd) -> Result<Done, Error> {
    let session = service().end_session(&caller()?, form.id.parse()?).await?;
    Ok(Done::said(format!("Signed out {}.", session.client_in_words())))
}

#[server(prefix = "/_fn", endpoint = "end_other_sessions", input = Fields, output = Wire)]
pub async fn end_other_sessions(form: NoFields) -> Result<Done, Error> {
    let NoFields {} = form;
    service().end_other_sessions(&caller()?).await?;
    Ok(Done::said("Signed out all your other sessions."))
}

change! {
    SaveName(NameForm),
    ChooseTheme(ThemeForm),
    ChooseNotices(NoticesForm),
    ChangePassword(PasswordForm),
    EndSession(SessionEnd),
    EndOtherSessions(NoFields),
}
