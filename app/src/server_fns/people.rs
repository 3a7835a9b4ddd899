//! Server functions about people.

#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use super::{
    change,
    codec::{Fields, Wire},
};
use crate::domain::{
    AboutPerson, Done, Error, PeopleData, PersonEnabling, PersonForm, PersonHandOver, PersonPromptData,
    RoleForm,
};
#[cfg(feature = "ssr")]
use crate::{
    domain::{NewLink, Person, PersonPrompt, PersonStatus, Role, Ticked},
    paths,
    service::{HandedOver, Invited},
};
use leptos::prelude::server;

/// One page of people.
#[server(prefix = "/_fn", endpoint = "load_people", input = Wire, output = Wire)]
pub async fn load_people(url: String) -> Result<PeopleData, Error> {
    let caller = caller()?;
    let page = service().people(&caller, At::new(&url).field("cursor").as_deref()).await?;
    Ok(PeopleData { page, me: caller.id })
}

/// There is nothing to read for an invitation, but not everybody may invite.
#[server(prefix = "/_fn", endpoint = "load_invitation", input = Wire, output = Wire)]
pub async fn load_invitation(url: String) -> Result<(), Error> {
    let _ = url;
    service().may_manage_people(&caller()?).await
}

/// The person in the URL, and the texts of the prompt about them.
#[server(prefix = "/_fn", endpoint = "load_person", input = Wire, output = Wire)]
pub async fn load_person(url: String) -> Result<PersonPromptData, Error> {
    let at = At::new(&url);
    let word = at.after("people");
    let id = word.parse()?;
    let about = PersonPrompt::named(at.after(word)).ok_or(Error::NoSuchRoute)?;
    service().person_prompt(&caller()?, id, about).await
}

#[server(prefix = "/_fn", endpoint = "invite_person", input = Fields, output = Wire)]
pub async fn invite_person(form: PersonForm) -> Result<Done, Error> {
    let invited = service().invite(&caller()?, &form).await?;
    let said = format!("Invited {}.", invited.person.name.as_str());
    Ok(link_for(&invited, said))
}

/// The answer holds the link; the server marks it `no-store`.
#[server(prefix = "/_fn", endpoint = "make_link", input = Fields, output = Wire)]
pub async fn make_link(about: AboutPerson) -> Result<Done, Error> {
    let invited = service().make_link(&caller()?, about.id.parse()?).await?;
    let said = format!("Created a link for {}.", invited.person.name.as_str());
    Ok(link_for(&invited, said))
}

#[cfg(feature = "ssr")]
fn link_for(Invited { person, code }: &Invited, said: String) -> Done {
    let name = person.name.as_str();
    let time = if person.role == Role::Admin { "for one day" } else { "for three days" };
    let then = match person.status {
        PersonStatus::Invited => "lets them choose a password.",
        _ => "lets them choose a new password. The current password works until then.",
    };
    Done::Link(Box::new(NewLink {
        title: format!("A link for {name}"),
        about: format!("Send this link to {name}. It works once, {time}, and {then}"),
        link: address(&format!("{}?code={}", paths::PASSWORD, code.expose())),
        said,
    }))
}

#[server(prefix = "/_fn", endpoint = "change_role", input = Fields, output = Wire)]
pub async fn change_role(form: RoleForm) -> Result<Done, Error> {
    let RoleForm { id, role, keep, work } = form;
    let consents = Ticked { keep, work }.parse()?;
    let (person, aftermath) = service().change_role_with(&caller()?, id.parse()?, &role, &consents).await?;
    let role = person.role;
    let article = if role == Role::Admin { "an" } else { "a" };
    let after = aftermath.in_words(false);
    Ok(Done::said(format!("{} is now {article} {role}.{after}", person.name.as_str())))
}

#[server(prefix = "/_fn", endpoint = "hand_over_all", input = Fields, output = Wire)]
pub async fn hand_over_all(form: PersonHandOver) -> Result<Done, Error> {
    let PersonHandOver { id, owner, keep } = form;
    let consents = Ticked { keep, work: Vec::new() }.parse()?;
    let given = service().hand_over_all_with(&caller()?, id.parse()?, &owner, &consents).await?;
    let HandedOver { from, to, aftermath } = given;
    let many =
        if aftermath.tokens == 1 { "1 token".to_owned() } else { format!("{} tokens", aftermath.tokens) };
    let (from, to, after) = (from.name.as_str(), to.name.as_str(), aftermath.in_words(true));
    Ok(Done::said(format!("Transferred {many} from {from} to {to}.{after} Rotate those that matter.")))
}

#[server(prefix = "/_fn", endpoint = "sign_out_person", input = Fields, output = Wire)]
pub async fn sign_out_person(about: AboutPerson) -> Result<Done, Error> {
    let person = service().end_sessions_of(&caller()?, about.id.parse()?).await?;
    Ok(said(&person, "Signed out", " everywhere."))
}

#[server(prefix = "/_fn", endpoint = "reset_factors", input = Fields, output = Wire)]
pub async fn reset_factors(about: AboutPerson) -> Result<Done, Error> {
    let person = service().reset_factors(&caller()?, about.id.parse()?).await?;
    Ok(said(&person, "Reset the second factors of", ". They are signed out everywhere."))
}

#[server(prefix = "/_fn", endpoint = "disable_person", input = Fields, output = Wire)]
pub async fn disable_person(about: AboutPerson) -> Result<Done, Error> {
    let person = service().disable_person(&caller()?, about.id.parse()?).await?;
    Ok(said(&person, "Disabled", ". They are signed out everywhere and can no longer sign in."))
}

#[server(prefix = "/_fn", endpoint = "enable_person", input = Fields, output = Wire)]
pub async fn enable_person(form: PersonEnabling) -> Result<Done, Error> {
    let PersonEnabling { id, work } = form;
    let consents = Ticked { keep: Vec::new(), work }.parse()?;
    let (person, aftermath) = service().enable_person_with(&caller()?, id.parse()?, &consents).await?;
    Ok(said(&person, "Enabled", &format!(". They can sign in again.{}", aftermath.in_words(false))))
}

#[cfg(feature = "ssr")]
fn said(person: &Person, verb: &str, rest: &str) -> Done {
    Done::said(format!("{verb} {}{rest}", person.name.as_str()))
}

change! {
    InvitePerson(PersonForm),
    MakeLink(AboutPerson),
    ChangeRole(RoleForm),
    HandOverAll(PersonHandOver),
    SignOutPerson(AboutPerson),
    ResetFactors(AboutPerson),
    DisablePerson(AboutPerson),
    EnablePerson(PersonEnabling),
}
