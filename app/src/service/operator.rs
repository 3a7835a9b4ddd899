//! The operator: somebody at the machine itself, who can write to the data and so is trusted with everything. Their
//! changes to tokens go through the same use cases as everybody's, and are noted as the operator's.

use super::{
    BrowserKeys, PasswordChange, Service, SignedIn,
    names::email_key,
    people::links::{chosen, described},
};
use crate::domain::{
    Caller, Cursor, Error, EventKind, Field, Person, PersonForm, PersonStatus, Right, Role, Visit,
};

/// People read at once in the search for the only admin.
const PEOPLE_AT_ONCE: u32 = 200;

impl Service {
    /// The operator, making tokens for the person with this e-mail address; without one, for the only admin.
    pub async fn operator_for(&self, email: Option<&str>) -> Result<Caller, Error> {
        let owner = match email {
            Some(email) => self.operator_find(email).await?,
            None => self.only_admin().await?,
        };
        owner.role.require(Right::ManageOwnTokens)?;
        if owner.status == PersonStatus::Disabled {
            let why = format!("{} is disabled, and so would the token be.", owner.name.as_str());
            return Err(Error::Forbidden { why });
        }
        // The owner's role decides what the token can do.
        Ok(Caller { id: owner.id, name: owner.name, role: owner.role, ..Caller::operator() })
    }

    /// Begins a person's session without their password, for this visit.
    pub async fn operator_begin_session(&self, email: &str, visit: &Visit) -> Result<SignedIn, Error> {
        let found = self.store.credentials(&email_key(email)).await?;
        let found = found.filter(|found| found.person.status == PersonStatus::Active);
        let found = found.ok_or(Error::NoSuchPerson)?;
        self.begin_session(found.person.id, found.password_hash, BrowserKeys::default(), visit).await
    }

    /// Adds a person who can sign in at once.
    pub async fn operator_add_person(&self, form: &PersonForm, password: &str) -> Result<Person, Error> {
        let details = form.parse()?;
        let password = chosen((password, password), &[&form.name, &form.email])?;
        let person = self.new_person(details, Some(self.passwords.hash(password).await?))?;
        let event = self.event(&Caller::operator(), EventKind::PersonAdded);
        let event = event.on_person(person.id).with(&described(&person.details));
        Ok(self.store.insert_person(&person, &event).await?)
    }

    /// Sets a new password at once. All sessions of the person end.
    pub async fn operator_set_password(&self, email: &str, password: &str) -> Result<Person, Error> {
        let person = self.operator_find(email).await?;
        let known = [person.name.as_str(), person.email.as_str()];
        let password = chosen((password, password), &known)?;
        let hash = self.passwords.hash(password).await?;
        let event = self.event(&Caller::operator(), EventKind::PasswordChanged).on_person(person.id);
        let change = PasswordChange { person: person.id, hash, instead_of: None, keep: None };
        self.store.set_password(&change, &event).await?;
        Ok(person)
    }

    /// The person with this e-mail address.
    pub async fn operator_find(&self, email: &str) -> Result<Person, Error> {
        let found = self.store.credentials(&email_key(email)).await?;
        found.map(|found| found.person).ok_or(Error::NoSuchPerson)
    }

    async fn only_admin(&self) -> Result<Person, Error> {
        let (mut admins, mut cursor) = (Vec::new(), Cursor::start());
        loop {
            let page = self.store.people(&cursor, PEOPLE_AT_ONCE).await?;
            let people = page.items.into_iter().map(|row| row.person);
            admins.extend(people.filter(|p| p.role == Role::Admin && p.status == PersonStatus::Active));
            match page.next {
                Some(next) => cursor = next,
                None => break,
            }
        }
        match (admins.pop(), admins.is_empty()) {
            (Some(only), true) => Ok(only),
            (None, _) => {
                let detail = "There is nobody yet whose token it could be. Add somebody: tokenry person add.";
                Err(Error::field(Field::Owner, "empty", detail))
            }
            (Some(_), false) => {
                let detail =
                    "There are several admins. Say whose token it is, with --owner and an e-mail address.";
                Err(Error::field(Field::Owner, "ambiguous", detail))
            }
        }
    }
}
