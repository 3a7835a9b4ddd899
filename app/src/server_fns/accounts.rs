//! Server functions about groups, service accounts, what accounts may give, and requests for more.

#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use super::{
    change,
    codec::{Fields, Wire},
};
use crate::domain::{
    AboutPerson, AccessRequest, AccountEdit, AccountPage, AccountPrompt, AccountsData, AnswerForm, AskForm,
    Done, Error, GrantsForm, MemberForm, NewAccountForm, RequestsData, ToAsk,
};
#[cfg(feature = "ssr")]
use crate::{
    domain::{AccountAsk, AccountForm, AccountKind, Field, Grants, MetadataFilter},
    paths,
};
use leptos::prelude::server;

/// Groups or service accounts, as the URL says.
#[server(prefix = "/_fn", endpoint = "load_accounts", input = Wire, output = Wire)]
pub async fn load_accounts(url: String) -> Result<AccountsData, Error> {
    let (kind, metadata) = (kind_in(&url), At::new(&url).field("metadata").unwrap_or_default());
    let malformed = || Error::field(Field::Cursor, "malformed", MetadataFilter::SHAPE);
    let filter = match metadata.trim() {
        "" => None,
        text => Some(MetadataFilter::parse(text).ok_or_else(malformed)?),
    };
    let rows = service().accounts(&caller()?, kind, filter.as_ref()).await?;
    Ok(AccountsData { kind, metadata, rows })
}

#[server(prefix = "/_fn", endpoint = "load_account", input = Wire, output = Wire)]
pub async fn load_account(url: String) -> Result<AccountPage, Error> {
    let id = At::new(&url).after("accounts").parse().map_err(|_| Error::NoSuchAccount)?;
    service().account(&caller()?, id).await
}

/// What a prompt about an account needs, or the one that makes an account.
#[server(prefix = "/_fn", endpoint = "load_account_prompt", input = Wire, output = Wire)]
pub async fn load_account_prompt(url: String) -> Result<AccountPrompt, Error> {
    let (at, caller) = (At::new(&url), caller()?);
    match at.after("accounts") {
        "" => service().new_account_prompt(&caller, kind_in(&url)).await,
        id => {
            let about = AccountAsk::of(at.after(id), at.field("member"));
            let id = id.parse().map_err(|_| Error::NoSuchAccount)?;
            service().account_prompt(&caller, id, about).await
        }
    }
}

#[cfg(feature = "ssr")]
fn kind_in(url: &str) -> AccountKind {
    if url.starts_with(paths::GROUPS) { AccountKind::Group } else { AccountKind::Service }
}

#[server(prefix = "/_fn", endpoint = "create_account", input = Fields, output = Wire)]
pub async fn create_account(form: NewAccountForm) -> Result<Done, Error> {
    let NewAccountForm { kind, name, purpose, stewards, metadata } = form;
    let kind = AccountKind::from_name(&kind).filter(|kind| *kind != AccountKind::Person);
    let form = AccountForm { name, purpose, stewards, metadata };
    let made = service().create_account(&caller()?, kind.ok_or(Error::Malformed)?, &form).await?.account;
    let said = format!("Created {}.", made.name.as_str());
    Ok(Done::Elsewhere { to: paths::account(made.id), said, undo: None })
}

#[server(prefix = "/_fn", endpoint = "edit_account", input = Fields, output = Wire)]
pub async fn edit_account(form: AccountEdit) -> Result<Done, Error> {
    let AccountEdit { id, name, purpose, stewards, metadata } = form;
    let id = id.parse().map_err(|_| Error::NoSuchAccount)?;
    let form = AccountForm { name, purpose, stewards, metadata };
    let saved = service().edit_account(&caller()?, id, &form).await?;
    Ok(Done::said(format!("Saved {}.", saved.account.name.as_str())))
}

#[server(prefix = "/_fn", endpoint = "disable_account", input = Fields, output = Wire)]
pub async fn disable_account(about: AboutPerson) -> Result<Done, Error> {
    let id = about.id.parse().map_err(|_| Error::NoSuchAccount)?;
    let row = service().set_account_disabled(&caller()?, id, true).await?;
    Ok(Done::said(format!("Disabled {}. Its secrets are refused.", row.account.name.as_str())))
}

#[server(prefix = "/_fn", endpoint = "enable_account", input = Fields, output = Wire)]
pub async fn enable_account(about: AboutPerson) -> Result<Done, Error> {
    let id = about.id.parse().map_err(|_| Error::NoSuchAccount)?;
    let row = service().set_account_disabled(&caller()?, id, false).await?;
    Ok(Done::said(format!("Enabled {}. Its secrets work as before.", row.account.name.as_str())))
}

#[server(prefix = "/_fn", endpoint = "delete_account", input = Fields, output = Wire)]
pub async fn delete_account(about: AboutPerson) -> Result<Done, Error> {
    let id = about.id.parse().map_err(|_| Error::NoSuchAccount)?;
    let gone = service().delete_account(&caller()?, id).await?.account;
    let to = if gone.kind == AccountKind::Group { paths::GROUPS } else { paths::SERVICES };
    let said = format!("Deleted {}.", gone.name.as_str());
    Ok(Done::Elsewhere { to: to.to_owned(), said, undo: None })
}

#[server(prefix = "/_fn", endpoint = "put_member", input = Fields, output = Wire)]
pub async fn put_member(form: MemberForm) -> Result<Done, Error> {
    let (group, member) = form.parse()?;
    service().put_member(&caller()?, group, member, form.is_steward).await?;
    Ok(Done::said("Saved the member."))
}

#[server(prefix = "/_fn", endpoint = "take_out_member", input = Fields, output = Wire)]
pub async fn take_out_member(form: MemberForm) -> Result<Done, Error> {
    let (group, member) = form.parse()?;
    service().remove_member(&caller()?, group, member).await?;
    Ok(Done::said("Took the member out."))
}

#[server(prefix = "/_fn", endpoint = "change_grants", input = Fields, output = Wire)]
pub async fn change_grants(form: GrantsForm) -> Result<Done, Error> {
    let id = form.id.parse().map_err(|_| Error::NoSuchAccount)?;
    let seen = form.seen.as_deref().map(Grants::of_line).transpose()?;
    let to = Grants::parse(form.grants.iter().map(String::as_str))?;
    let losses = service().change_grants(&caller()?, id, seen.as_ref(), &to, form.confirmed).await?;
    let after = if losses.are_none() { String::new() } else { format!(" {}", losses.in_words()) };
    Ok(Done::said(format!("Saved what may be given.{after}")))
}

#[server(prefix = "/_fn", endpoint = "load_requests", input = Wire, output = Wire)]
pub async fn load_requests(url: String) -> Result<RequestsData, Error> {
    let _ = url;
    service().requests(&caller()?).await
}

/// The prompt that asks for a permission, for the account of the URL (`?account=`).
#[server(prefix = "/_fn", endpoint = "load_ask", input = Wire, output = Wire)]
pub async fn load_ask(url: String) -> Result<ToAsk, Error> {
    service().ask_prompt(&caller()?, At::new(&url).field("account").as_deref()).await
}

#[server(prefix = "/_fn", endpoint = "load_request", input = Wire, output = Wire)]
pub async fn load_request(url: String) -> Result<AccessRequest, Error> {
    service().request_prompt(&caller()?, At::new(&url).after("requests")).await
}

#[server(prefix = "/_fn", endpoint = "ask_for", input = Fields, output = Wire)]
pub async fn ask_for(form: AskForm) -> Result<Done, Error> {
    let request = service().ask(&caller()?, &form).await?;
    let said = format!("Asked for {}. The answer will be here.", request.permission);
    Ok(Done::Elsewhere { to: paths::REQUESTS.to_owned(), said, undo: None })
}

#[server(prefix = "/_fn", endpoint = "answer_request", input = Fields, output = Wire)]
pub async fn answer_request(form: AnswerForm) -> Result<Done, Error> {
    let request = service().answer(&caller()?, &form).await?;
    let is_granted = request.answer.as_ref().is_some_and(|answer| answer.is_granted);
    let verb = if is_granted { "Granted" } else { "Declined" };
    Ok(Done::said(format!("{verb} {} for {}.", request.permission, request.account.name.as_str())))
}

change! {
    CreateAccount(NewAccountForm),
    EditAccount(AccountEdit),
    DisableAccount(AboutPerson),
    EnableAccount(AboutPerson),
    DeleteAccount(AboutPerson),
    PutMember(MemberForm),
    TakeOutMember(MemberForm),
    ChangeGrants(GrantsForm),
    AskFor(AskForm),
    AnswerRequest(AnswerForm),
}
