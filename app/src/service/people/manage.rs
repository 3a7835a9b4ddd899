//! Seeing and managing people; also from the command line, where anybody who can write to the data is trusted.

use crate::domain::{
    Aftermath, Caller, Consents, Cursor, CursorError, Email, Error, Event, EventKind, Field, PAGE_ROWS, Page,
    PeoplePage, Person, PersonId, PersonName, PersonRow, Right, Role, Standing, Target, Transition,
};
use crate::service::{
    Restanding, Service, StoreError, names,
    people::passwords,
    tokens::transition::{TRIES, decide},
};
use serde_json::json;

impl Service {
    /// One page of people, the newest first.
    pub async fn people(&self, caller: &Caller, cursor: Option<&str>) -> Result<PeoplePage, Error> {
        self.require(caller, Right::SeePeople, Target::Nothing).await?;
        let page = self.reading(caller).await?.people(&parse_cursor(cursor)?, PAGE_ROWS).await;
        let page = page?;
        let (next, previous) = (page.next.map(|c| c.to_string()), page.previous.map(|c| c.to_string()));
        Ok(PeoplePage { people: page.items, next, previous })
    }

    /// One page of up to `limit` people from a place on, the newest first.
    pub async fn list_people(
        &self,
        caller: &Caller,
        cursor: &Cursor,
        limit: u32,
    ) -> Result<Page<PersonRow>, Error> {
        self.require(caller, Right::SeePeople, Target::Nothing).await?;
        Ok(self.reading(caller).await?.people(cursor, limit).await?)
    }

    /// Gives somebody another role. Permissions that sleep in their tokens do not wake with it.
    pub async fn change_role(&self, caller: &Caller, id: PersonId, role: &str) -> Result<Person, Error> {
        self.change_role_with(caller, id, role, &Consents::default()).await.map(|(person, _)| person)
    }

    /// [`Self::change_role`], except that what `consents` asks for by name does wake.
    pub async fn change_role_with(
        &self,
        caller: &Caller,
        id: PersonId,
        role: &str,
        consents: &Consents,
    ) -> Result<(Person, Aftermath), Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        let role: Role = role.parse()?;
        let person = self.store.person(id).await?;
        if person.role == role {
            return Ok((person, Aftermath::default()));
        }
        self.require_fresh(caller, Target::Person(id)).await?;
        let event = self.event(caller, EventKind::RoleChanged).on_person(id);
        let changed = self.change_standing(id, &event, consents, |before| Standing { role, ..before });
        match changed.await {
            Err(Error::LastAdmin) => Err(self.last_admin(caller, id).await),
            done => done,
        }
    }

    /// Ends the person's sessions and links. Their tokens are refused from the next request on.
    pub async fn disable_person(&self, caller: &Caller, id: PersonId) -> Result<Person, Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        if id == caller.id {
            self.note_refusal(caller, Target::Person(id), "DisableThemselves").await?;
            return Err(Error::Forbidden {
                why: "Nobody can disable themselves. Another admin can.".to_owned(),
            });
        }
        let person = self.store.person(id).await?;
        if person.role == Role::Admin {
            self.require_fresh(caller, Target::Person(id)).await?;
        }
        let event = self.event(caller, EventKind::PersonDisabled).on_person(id);
        match self.store.disable_person(id, &event).await {
            Err(StoreError::LastAdmin) => Err(self.last_admin(caller, id).await),
            done => done.map(|()| person).map_err(Error::from),
        }
    }

    /// Notes an attempt to leave nobody who can manage people.
    async fn last_admin(&self, caller: &Caller, id: PersonId) -> Error {
        let noted = self.note_refusal(caller, Target::Person(id), "LastAdmin").await;
        noted.err().unwrap_or(Error::LastAdmin)
    }

    /// Lets somebody sign in again. Their tokens stay refused: they are disabled from then on.
    pub async fn enable_person(&self, caller: &Caller, id: PersonId) -> Result<(), Error> {
        self.enable_person_with(caller, id, &Consents::default()).await.map(|_| ())
    }

    /// [`Self::enable_person`], except that the tokens that `consents` names work again.
    pub async fn enable_person_with(
        &self,
        caller: &Caller,
        id: PersonId,
        consents: &Consents,
    ) -> Result<(Person, Aftermath), Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        if self.store.person(id).await?.role == Role::Admin {
            self.require_fresh(caller, Target::Person(id)).await?;
        }
        let event = self.event(caller, EventKind::PersonEnabled).on_person(id);
        let enabled = |before| Standing { is_disabled: false, ..before };
        self.change_standing(id, &event, consents, enabled).await
    }

    /// Changes the standing of somebody, and whatever has to change with it in their tokens.
    pub(in crate::service) async fn change_standing(
        &self,
        id: PersonId,
        event: &Event,
        consents: &Consents,
        to: impl Fn(Standing) -> Standing,
    ) -> Result<(Person, Aftermath), Error> {
        for _ in 0..TRIES {
            let before = Standing::of(&self.store.person(id).await?);
            let after = to(before);
            let transition = Transition { before, after, is_handed_over: false };
            let tokens = self.store.owned_tokens(id).await?;
            let decided = match decide(transition, tokens, consents) {
                Ok(decided) => decided,
                Err(id) => return Err(self.changed_meanwhile(id).await),
            };
            let aftermath = decided.aftermath();
            let event = match before.role == after.role {
                true if aftermath.tokens == 0 => event.clone(),
                true => event.clone().with(&json!({ "tokens": aftermath.tokens })),
                false => event.clone().with(&json!({ "before": before.role, "after": after.role })),
            };
            let event = event.with(&decided.details());
            let change = Restanding { person: id, before, after, tokens: decided.effects() };
            match self.store.change_standing(&change, &event).await {
                Err(StoreError::Outdated) => {}
                changed => return changed.map(|person| (person, aftermath)).map_err(Error::from),
            }
        }
        Err(StoreError::Outdated.into())
    }

    /// Signs somebody out everywhere.
    pub async fn end_sessions_of(&self, caller: &Caller, id: PersonId) -> Result<Person, Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        let person = self.store.person(id).await?;
        let event = self.event(caller, EventKind::SignedOutEverywhere).on_person(id);
        let keep = caller.session().filter(|_| id == caller.id);
        self.store.end_sessions(id, keep, &event).await?;
        Ok(person)
    }

    /// To be called before anybody can sign in.
    pub async fn warm_up(&self) -> Result<(), Error> {
        let passwords: &passwords::Passwords = &self.passwords;
        passwords.warm_up().await
    }
}

/// The cursor of an earlier page; without one, the start.
pub(in crate::service) fn parse_cursor(cursor: Option<&str>) -> Result<Cursor, Error> {
    cursor.map_or(Ok(Cursor::start()), |text| {
        text.parse().map_err(|e: CursorError| Error::field(Field::Cursor, "malformed", e.to_string()))
    })
}

/// Tokenry's own names for nobody in particular.
const NOBODYS_NAMES: [&str; 3] = ["The operator", "Tokenry", "Nobody signed in"];

/// A name contains no e-mail address, unless it is the person's own, and is not one of [`NOBODYS_NAMES`]: names stand
/// alone in answers and in the audit log.
pub(in crate::service) fn check_name(name: &PersonName, email: &Email) -> Result<(), Error> {
    let (name, email) = (name.as_str(), email.as_str());
    let folded = names::folded(name);
    let mut words = folded.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    if words.any(|word| word.contains('@')) && names::email_key(name) != names::email_key(email) {
        let detail = "A name has no e-mail address in it: others could take it for somebody else’s.";
        return Err(Error::field(Field::Name, "address", detail));
    }
    let key = names::look_key(name);
    match NOBODYS_NAMES.into_iter().any(|taken| names::look_key(taken) == key) {
        true => Err(name_taken()),
        false => Ok(()),
    }
}

/// [`check_name`] for an account that has no address.
pub(in crate::service) fn check_account_name(name: &PersonName) -> Result<(), Error> {
    let is_address = name.as_str().contains('@');
    let key = names::look_key(name.as_str());
    if is_address || NOBODYS_NAMES.into_iter().any(|taken| names::look_key(taken) == key) {
        let detail = "This could be taken for somebody else. Choose another name, without an e-mail address.";
        return Err(Error::field(Field::Name, "address", detail));
    }
    Ok(())
}

pub(in crate::service) fn name_taken() -> Error {
    let detail = "Somebody here has this name, or one that looks the same. Add what tells you apart, such as a \
        second name or a team.";
    Error::field(Field::Name, "taken", detail)
}

pub(in crate::service) fn email_taken() -> Error {
    Error::field(Field::Email, "taken", "Somebody here has this e-mail address already.")
}
