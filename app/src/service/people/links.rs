//! One-time links: setting an installation up, and choosing a password after an invitation or a lost one. There is no
//! mail: the maker of a link hands it on.

use crate::domain::{
    ADMIN_LINK_MS, Caller, Error, EventKind, Field, LINK_MS, Password, PasswordError, Person, PersonDetails,
    PersonForm, PersonId, PersonStatus, Right, Role, SETUP_LINK_MS, Target, Timestamp, Visit,
};
use crate::service::{
    BrowserKeys, Key, Link, NewLink, NewPerson, Service, SignedIn,
    audit::event,
    crypto,
    people::manage::check_name,
    people::passwords::{self, normal},
    people::second_step::{Proven, SignInStep, WithCode},
    throttle,
};
use serde_json::json;
use std::sync::atomic::Ordering;

/// A person, and the code of the link with which they choose their password. It is shown once, to the caller who made
/// it.
#[derive(Clone, Debug)]
pub struct Invited {
    pub person: Person,
    pub code: Key,
}

impl Service {
    /// The code of a new set-up link, as long as there is nobody. Earlier ones end.
    pub async fn make_setup_link(&self) -> Result<Option<Key>, Error> {
        if self.store.has_people().await? {
            return Ok(None);
        }
        let code = Key::generate()?;
        let ends_at = later(self.clock.now(), SETUP_LINK_MS);
        self.store.replace_setup_link(&code.digest(), ends_at).await?;
        Ok(Some(code))
    }

    /// Is there anybody who could sign in? The store is asked until there is.
    pub async fn is_set_up(&self) -> Result<bool, Error> {
        let known = self.has_people.load(Ordering::Relaxed);
        let is_set_up = known || self.store.has_people().await?;
        self.has_people.store(is_set_up, Ordering::Relaxed);
        Ok(is_set_up)
    }

    /// The purpose of a link; `LinkEnded` when it does not work.
    pub async fn link(&self, code: &str, visit: &Visit) -> Result<Link, Error> {
        let code = Key::parse(code).ok_or(Error::LinkEnded)?;
        let source = throttle::source(&visit.address);
        let _pass = self.throttle.cookies.enter(&source).await?;
        let found = self.store.link(&code.digest(), self.clock.now()).await?;
        found.ok_or_else(|| self.throttle.cookies.missed(&source).err().unwrap_or(Error::LinkEnded))
    }

    /// Makes the first person, an admin, and signs them in.
    pub async fn finish_setup(
        &self,
        code: &str,
        form: &PersonForm,
        passwords: (&str, &str),
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignedIn, Error> {
        self.throttle.source(&visit.address)?;
        let Link::Setup = self.link(code, visit).await? else { return Err(Error::LinkEnded) };
        let form = PersonForm { role: Role::Admin.to_string(), ..form.clone() };
        let (details, password) = together(form.parse(), |details| {
            let known = details.map(|d| [d.name.as_str(), d.email.as_str()]).unwrap_or_default();
            chosen(passwords, &known)
        })?;
        let hash = self.hash(password, visit).await?;
        let person = self.new_person(details, Some(hash.clone()))?;
        let event =
            event::event(EventKind::SetupFinished, person.at, Some(person.id), visit).on_person(person.id);
        let digest = Key::parse(code).ok_or(Error::LinkEnded)?.digest();
        let event = event.with(&described(&person.details));
        let person = self.store.finish_setup(&digest, &person, &event).await?;
        self.begin_session(person.id, Some(hash), BrowserKeys { browser: None, ..keys }, visit).await
    }

    pub async fn invite(&self, caller: &Caller, form: &PersonForm) -> Result<Invited, Error> {
        self.require(caller, Right::ManagePeople, Target::Nothing).await?;
        self.may_make_links(caller)?;
        let details = form.parse()?;
        self.require_fresh(caller, Target::Nothing).await?;
        let person = self.new_person(details, None)?;
        let (code, link) = self.new_link(person.id, person.details.role)?;
        let event = self.event(caller, EventKind::PersonInvited).on_person(person.id);
        let event = event.with(&described(&person.details));
        let person = self.store.insert_invitation(&person, &link, &event).await?;
        Ok(Invited { person, code })
    }

    /// A link for somebody who has lost theirs, or their password. The present password works until the link is used.
    pub async fn make_link(&self, caller: &Caller, id: PersonId) -> Result<Invited, Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        self.may_make_links(caller)?;
        self.require_fresh(caller, Target::Person(id)).await?;
        if id == caller.id {
            self.note_refusal(caller, Target::Person(id), "LinkForThemselves").await?;
            let why = "You change your own password in your profile, where the current one is asked for.";
            return Err(Error::Forbidden { why: why.to_owned() });
        }
        let person = self.store.person(id).await?;
        if person.status == PersonStatus::Disabled {
            self.note_refusal(caller, Target::Person(id), "LinkForDisabled").await?;
            let why = format!("{} is disabled. Enable them first.", person.name.as_str());
            return Err(Error::Forbidden { why });
        }
        let (code, link) = self.new_link(id, person.role)?;
        let event = self.event(caller, EventKind::LinkMade).on_person(id);
        self.store.insert_link(&link, &event).await?;
        Ok(Invited { person, code })
    }

    /// Gives the person of a link the password they chose, and signs them in. A second factor is asked for like after any
    /// password: whoever made the link does not have it.
    pub async fn accept_link(
        &self,
        code: &str,
        passwords: (&str, &str),
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignInStep, Error> {
        self.throttle.source(&visit.address)?;
        let Link::Password(person) = self.link(code, visit).await? else { return Err(Error::LinkEnded) };
        let password = chosen(passwords, &[person.name.as_str(), person.email.as_str()])?;
        let hash = self.hash(password, visit).await?;
        let digest = Key::parse(code).ok_or(Error::LinkEnded)?.digest();
        let kind = match person.status {
            PersonStatus::Invited => EventKind::PersonJoined,
            _ => EventKind::PasswordReset,
        };
        let event = event::event(kind, self.clock.now(), Some(person.id), visit).on_person(person.id);
        self.store.spend_link(&digest, &hash, &event).await?;
        let keys = BrowserKeys { browser: None, ..keys };
        let proven = Proven { person: *person, hash, is_known: false, keys };
        self.after_password(proven, WithCode::Later, visit).await
    }

    async fn hash(&self, password: Password, visit: &Visit) -> Result<String, Error> {
        let hash = self.passwords.hash(password).await;
        hash.inspect_err(|_| self.throttle.not_heard(Some(&visit.address), None))
    }

    pub(in crate::service) fn new_person(
        &self,
        details: PersonDetails,
        password_hash: Option<String>,
    ) -> Result<NewPerson, Error> {
        check_name(&details.name, &details.email)?;
        let at = self.clock.now();
        let id = PersonId::from_uuid(crypto::generate_id(at)?);
        Ok(NewPerson { id, details, password_hash, at })
    }

    fn new_link(&self, person: PersonId, role: Role) -> Result<(Key, NewLink), Error> {
        let code = Key::generate()?;
        let lives = if role == Role::Admin { ADMIN_LINK_MS } else { LINK_MS };
        let link = NewLink { digest: code.digest(), person, ends_at: later(self.clock.now(), lives) };
        Ok((code, link))
    }
}

/// A new password, typed twice, that is long enough and not one of the common ones.
pub(in crate::service) fn chosen((password, again): (&str, &str), known: &[&str]) -> Result<Password, Error> {
    let refuse = |e: PasswordError| Error::field(Field::Password, e.code(), e.to_string());
    let (password, again) = (normal(password), normal(again));
    if password != again {
        return Err(refuse(PasswordError::Different));
    }
    let password = Password::choose(&password).map_err(refuse)?;
    // Both the whole address or name, and the words it is made of.
    let known: Vec<&str> = known.iter().flat_map(|text| text.split(['@', ' ']).chain([*text])).collect();
    passwords::check_common(&password, &known).map_err(refuse)?;
    Ok(password)
}

/// Reports the errors of both at once, since they stand in one form.
fn together<A, B>(
    first: Result<A, Error>,
    second: impl FnOnce(Option<&A>) -> Result<B, Error>,
) -> Result<(A, B), Error> {
    let second = second(first.as_ref().ok());
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(Error::Invalid { mut errors }), Err(Error::Invalid { errors: more })) => {
            errors.extend(more);
            Err(Error::Invalid { errors })
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

pub(in crate::service) fn described(details: &PersonDetails) -> serde_json::Value {
    json!({ "name": details.name, "email": details.email, "role": details.role })
}

fn later(now: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(now.as_millis() + millis)
}
