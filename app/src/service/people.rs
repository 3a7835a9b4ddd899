//! Seeing and managing people; also from the command line, where whoever can write to the data is trusted.

use super::{Invited, PasswordChange, Service, by, hide_cause, links::described, passwords};
use crate::domain::{
    Caller, Cursor, CursorError, Error, EventKind, Field, PAGE_ROWS, Page, Password, Person, PersonForm,
    PersonId, PersonRow, Right, Role, Target, Visit,
};
use serde_json::json;

/// One page of the list.
#[derive(Clone, Debug)]
pub struct PeoplePage {
    pub people: Vec<PersonRow>,
    pub next: Option<String>,
    pub previous: Option<String>,
}

impl Service {
    /// One page of people, the newest first.
    pub async fn people(&self, caller: &Caller, cursor: Option<&str>) -> Result<PeoplePage, Error> {
        self.require(caller, Right::SeePeople, Target::Nothing).await?;
        let page = self.store.people(&parse_cursor(cursor)?, PAGE_ROWS).await.map_err(hide_cause)?;
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
        self.store.people(cursor, limit).await.map_err(hide_cause)
    }

    /// One line of the list.
    pub async fn person_row(&self, caller: &Caller, id: PersonId) -> Result<PersonRow, Error> {
        self.require(caller, Right::SeePeople, Target::Person(id)).await?;
        self.store.person_row(id).await.map_err(hide_cause)
    }

    /// For a prompt that asks before anything is done.
    pub async fn may_manage_people(&self, caller: &Caller) -> Result<(), Error> {
        self.require(caller, Right::ManagePeople, Target::Nothing).await
    }

    pub async fn change_role(&self, caller: &Caller, id: PersonId, role: &str) -> Result<Person, Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        let role: Role = role.parse()?;
        let person = self.store.person(id).await.map_err(hide_cause)?;
        if person.role == role {
            return Ok(person);
        }
        self.require_fresh(caller, Target::Person(id)).await?;
        let details = json!({ "before": person.role, "after": role });
        let event = self.event(caller, EventKind::RoleChanged).on_person(id).with(&details);
        self.store.set_role(id, role, &event).await.map_err(hide_cause)
    }

    /// Ends the person's sessions and links, and with the next request their tokens.
    pub async fn disable_person(&self, caller: &Caller, id: PersonId) -> Result<(), Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        if id == caller.id {
            self.note_refusal(caller, Target::Person(id), "DisableThemselves").await?;
            return Err(Error::Forbidden {
                why: "Nobody can disable themselves. Another admin can.".to_owned(),
            });
        }
        if self.store.person(id).await.map_err(hide_cause)?.role == Role::Admin {
            self.require_fresh(caller, Target::Person(id)).await?;
        }
        let event = self.event(caller, EventKind::PersonDisabled).on_person(id);
        self.store.disable_person(id, &event).await.map_err(hide_cause)
    }

    pub async fn enable_person(&self, caller: &Caller, id: PersonId) -> Result<(), Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        if self.store.person(id).await.map_err(hide_cause)?.role == Role::Admin {
            self.require_fresh(caller, Target::Person(id)).await?;
        }
        let event = self.event(caller, EventKind::PersonEnabled).on_person(id);
        self.store.enable_person(id, &event).await.map_err(hide_cause)
    }

    /// Signs somebody out everywhere.
    pub async fn end_sessions_of(&self, caller: &Caller, id: PersonId) -> Result<(), Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        self.store.person(id).await.map_err(hide_cause)?;
        let event = self.event(caller, EventKind::SignedOutEverywhere).on_person(id);
        let keep = caller.session().filter(|_| id == caller.id);
        self.store.end_sessions(id, keep, &event).await.map_err(hide_cause)
    }

    /// From the command line: somebody who can sign in at once.
    pub async fn operator_add_person(&self, form: &PersonForm, password: &str) -> Result<Person, Error> {
        let details = form.parse()?;
        let password = super::links::chosen((password, password), &[&form.name, &form.email])?;
        let person = self.new_person(details, Some(self.passwords.hash(password).await?))?;
        let event = by::event(EventKind::PersonAdded, person.at, None, &Visit::command_line());
        let event = event.on_person(person.id).with(&described(&person.details));
        self.store.insert_person(&person, &event).await.map_err(hide_cause)
    }

    /// From the command line: everybody, the newest first, a page at a time.
    pub async fn operator_people(&self, cursor: Option<&str>) -> Result<PeoplePage, Error> {
        let page = self.store.people(&parse_cursor(cursor)?, PAGE_ROWS).await.map_err(hide_cause)?;
        let (next, previous) = (page.next.map(|c| c.to_string()), page.previous.map(|c| c.to_string()));
        Ok(PeoplePage { people: page.items, next, previous })
    }

    pub async fn operator_disable_person(&self, email: &str) -> Result<Person, Error> {
        let person = self.operator_find(email).await?;
        let event = by::event(EventKind::PersonDisabled, self.clock.now(), None, &Visit::command_line());
        self.store.disable_person(person.id, &event.on_person(person.id)).await.map_err(hide_cause)?;
        Ok(person)
    }

    /// From the command line: a link with which somebody chooses a new password.
    pub async fn operator_make_link(&self, email: &str) -> Result<Invited, Error> {
        let person = self.operator_find(email).await?;
        let event = by::event(EventKind::LinkMade, self.clock.now(), None, &Visit::command_line());
        self.link_for(person.id, event.on_person(person.id)).await
    }

    /// From the command line: a new password at once; all sessions end.
    pub async fn operator_set_password(&self, email: &str, password: &str) -> Result<Person, Error> {
        let person = self.operator_find(email).await?;
        let known = [person.name.as_str(), person.email.as_str()];
        let password: Password = super::links::chosen((password, password), &known)?;
        let hash = self.passwords.hash(password).await?;
        let event = by::event(EventKind::PasswordChanged, self.clock.now(), None, &Visit::command_line());
        let event = event.on_person(person.id);
        let change = PasswordChange { person: person.id, hash, instead_of: None, keep: None };
        self.store.set_password(&change, &event).await.map_err(hide_cause)?;
        Ok(person)
    }

    pub(super) async fn operator_find(&self, email: &str) -> Result<Person, Error> {
        let found = self.store.credentials(&email.trim().to_lowercase()).await.map_err(hide_cause)?;
        found.map(|found| found.person).ok_or(Error::NoSuchPerson)
    }

    /// To be called before anybody can sign in.
    pub async fn warm_up(&self) -> Result<(), Error> {
        let passwords: &passwords::Passwords = &self.passwords;
        passwords.warm_up().await
    }
}

/// A cursor comes from an earlier page, or is nothing.
pub(super) fn parse_cursor(cursor: Option<&str>) -> Result<Cursor, Error> {
    cursor.map_or(Ok(Cursor::start()), |text| {
        text.parse().map_err(|e: CursorError| Error::field(Field::Cursor, "malformed", e.to_string()))
    })
}

pub(super) fn email_taken() -> Error {
    Error::field(Field::Email, "taken", "Somebody here has this e-mail address already.")
}
