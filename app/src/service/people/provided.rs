//! Signing in through an identity provider (OpenID Connect). Who has checked the provider's answer hands it over here;
//! who somebody is, and what they may do, is decided by this file.
//!
//! 1. An account that is known is its person's, whatever its address says today.
//! 2. An account that is not known belongs to the person with its address only if the operator trusts the provider
//!    with addresses, and that person has no other account there: addresses are given to newcomers.
//! 3. Everybody else is a new person, if their address is free.

use crate::domain::{
    Caller, Consents, EVERYONE, Email, Error, EventKind, PROVIDED_SIGN_IN_MS, Person, PersonDetails,
    PersonId, PersonName, PersonStatus, Role, Standing, Timestamp, Visit,
};
use crate::service::{
    BrowserKeys, Key, NewIdentity, Service, SessionOrigin, SignedIn, StoreError,
    audit::event,
    names::{email_key, look_key},
    people::links::described,
};
use serde_json::json;

/// What a provider says about somebody, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provided {
    /// The name of the provider in the configuration.
    pub provider: String,
    pub issuer: String,
    pub subject: String,
    pub name: String,
    /// `None` when the provider names none, or none that it has verified.
    pub email: Option<String>,
    /// May the address alone say which person this is?
    pub is_trusted_for_email: bool,
    pub role: ProvidedRole,
    /// The names of their groups there.
    pub groups: Vec<String>,
    pub memberships: Vec<Membership>,
    /// When they proved to the provider who they are; `None` when it does not say.
    pub proved_at: Option<Timestamp>,
}

/// Whether somebody belongs to a group of this installation, by what a provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The name of the group.
    pub group: String,
    pub is_member: bool,
}

/// The role that somebody has by what a provider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvidedRole {
    /// At every sign-in.
    Is(Role),
    /// At the first one; then admins decide.
    BeginsAs(Role),
}

impl Provided {
    fn identity(&self, at: Timestamp) -> NewIdentity {
        NewIdentity {
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
            provider: self.provider.clone(),
            groups: self.groups.clone(),
            at,
        }
    }

    fn refused(why: &str) -> Error {
        Error::ProviderRefused { why: why.to_owned() }
    }
}

impl Service {
    pub const fn has_password_sign_in(&self) -> bool {
        self.password_sign_in
    }

    /// Goes on only where people sign in by password, or by what can stand for one. Elsewhere they come through a provider
    /// each time, which may have ended their access or changed their role.
    pub(in crate::service) fn require_password_sign_in(&self) -> Result<(), Error> {
        let why = "People sign in through an identity provider here, and in no other way.";
        if self.password_sign_in { Ok(()) } else { Err(Error::Forbidden { why: why.to_owned() }) }
    }

    /// Goes on only where links to a password are of use. The operator is let in by them in any case.
    pub(in crate::service) fn may_make_links(&self, caller: &Caller) -> Result<(), Error> {
        let why = "Passwords are switched off here: people join by signing in through an identity provider.";
        match caller.session() {
            Some(_) if !self.password_sign_in => Err(Error::Forbidden { why: why.to_owned() }),
            _ => Ok(()),
        }
    }

    /// Can this person sign in by password?
    pub async fn has_password(&self, caller: &Caller) -> Result<bool, Error> {
        let person = self.myself(caller).await?;
        let found = self.store.credentials(&email_key(person.email.as_str())).await?;
        Ok(self.password_sign_in && found.is_some_and(|found| found.password_hash.is_some()))
    }

    /// The name of the provider that the caller's session came through.
    pub async fn session_provider(&self, caller: &Caller) -> Result<Option<String>, Error> {
        let Some(session) = caller.session() else { return Ok(None) };
        Ok(self.store.session_origin(session).await?.map(|origin| origin.provider))
    }

    /// To be called when somebody comes back from a provider, before anything is asked there: each sign-in comes back
    /// once, and a source may only try so often.
    pub async fn finish_provided_sign_in(&self, key: &Key, visit: &Visit) -> Result<(), Error> {
        self.within_budget(self.throttle.source(&visit.address), visit).await?;
        let now = self.clock.now();
        let ends_at = Timestamp::from_millis(now.as_millis() + 2 * PROVIDED_SIGN_IN_MS);
        match self.store.finish_sign_in(&key.digest(), now, ends_at).await {
            Err(StoreError::LinkEnded) => {
                Err(Provided::refused("This sign-in was finished before. Sign in again."))
            }
            done => Ok(done?),
        }
    }

    /// Signs the person in whom a provider has named. They join if they are new, and have the role that it gives them.
    pub async fn sign_in_provided(
        &self,
        provided: &Provided,
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignedIn, Error> {
        let identity = provided.identity(self.clock.now());
        let person = match self.store.person_of(&provided.issuer, &provided.subject).await? {
            Some(person) => {
                self.store.touch_identity(&identity).await?;
                person
            }
            None => self.first_provided(provided, &identity, visit).await?,
        };
        if person.status == PersonStatus::Disabled {
            self.provided_failed(&provided.provider, "disabled", Some(&person), visit).await?;
            return Err(Provided::refused("Your account is disabled. Ask an admin."));
        }
        self.follow_role(provided, &person, visit).await?;
        self.follow_groups(provided, person.id, visit).await?;
        let origin = SessionOrigin { provider: provided.provider.clone(), proved_at: provided.proved_at };
        let browser = self.known_browser(person.id, keys.browser).await?;
        let keys = BrowserKeys { browser, ..keys };
        self.begin_session_from(person.id, None, Some(origin), keys, visit).await
    }

    /// Notes a sign-in through a provider that came to nothing. `reason` is a word of ours.
    pub async fn provided_failed(
        &self,
        provider: &str,
        reason: &str,
        person: Option<&Person>,
        visit: &Visit,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        if person.is_none() && !self.strangers.is_worth_a_line(now) {
            return Ok(());
        }
        let event = event::event(EventKind::SignInFailed, now, None, visit);
        let mut event = event.with(&json!({ "provider": provider, "reason": reason }));
        event.person = person.map(|person| person.id);
        Ok(self.store.record(&event).await?)
    }

    /// The person of an account that is seen for the first time.
    async fn first_provided(
        &self,
        provided: &Provided,
        identity: &NewIdentity,
        visit: &Visit,
    ) -> Result<Person, Error> {
        let refuse = async |reason: &str, why: &str| -> Error {
            let noted = self.provided_failed(&provided.provider, reason, None, visit).await;
            noted.err().unwrap_or_else(|| Provided::refused(why))
        };
        let email = provided.email.as_deref().and_then(|email| Email::parse(email).ok());
        let Some(email) = email else {
            let why = "Your identity provider does not say that an e-mail address is yours.";
            return Err(refuse("no_email", why).await);
        };
        let details = json!({ "provider": provided.provider, "subject": provided.subject });
        match self.store.credentials(&email_key(email.as_str())).await?.map(|found| found.person) {
            Some(person) if person.status == PersonStatus::Disabled => Ok(person),
            Some(person) if provided.is_trusted_for_email => {
                let event = event::event(EventKind::IdentityLinked, identity.at, Some(person.id), visit);
                let event = event.on_person(person.id).with(&details);
                match self.store.link_identity(person.id, identity, &event).await {
                    Err(StoreError::DoneBefore) => {
                        let why = "Your address belongs to somebody who signs in with another account. Ask an admin.";
                        Err(refuse("another_account", why).await)
                    }
                    linked => Ok(linked.map(|()| person)?),
                }
            }
            Some(_) => {
                let why = "Somebody has your e-mail address here already, and nobody has said that it is you. Ask the operator.";
                Err(refuse("email_taken", why).await)
            }
            None => {
                let (ProvidedRole::Is(role) | ProvidedRole::BeginsAs(role)) = provided.role;
                self.join(provided, email, role, identity, visit).await
            }
        }
    }

    /// Makes a person of somebody whom only the provider knew. A name that is taken is told apart by the address.
    async fn join(
        &self,
        provided: &Provided,
        email: Email,
        role: Role,
        identity: &NewIdentity,
        visit: &Visit,
    ) -> Result<Person, Error> {
        let address = email.as_str().to_owned();
        let local = address.split('@').next().unwrap_or_default().to_owned();
        let names = [provided.name.clone(), format!("{} ({local})", provided.name), local, address];
        let mut refused =
            Provided::refused("Your identity provider names you in a way that cannot be shown.");
        for name in names.iter().filter_map(|name| PersonName::parse(name).ok()) {
            let details = PersonDetails { name, email: email.clone(), role };
            let Ok(new) = self.new_person(details, None) else { continue };
            let event = event::event(EventKind::PersonProvisioned, new.at, Some(new.id), visit);
            let event = event.on_person(new.id).with(&described(&new.details));
            let event = event.with(&json!({ "provider": provided.provider, "subject": provided.subject }));
            match self.store.insert_provided(&new, identity, &event).await {
                Err(StoreError::PersonNameTaken) => refused = StoreError::PersonNameTaken.into(),
                made => return Ok(made?),
            }
        }
        Err(refused)
    }

    /// Gives somebody the role that their provider names now. Whoever is the only admin stays outside instead of
    /// leaving nobody in charge.
    async fn follow_role(&self, provided: &Provided, person: &Person, visit: &Visit) -> Result<(), Error> {
        let ProvidedRole::Is(role) = provided.role else { return Ok(()) };
        if person.role == role {
            return Ok(());
        }
        let event = event::event(EventKind::RoleChanged, self.clock.now(), None, visit).on_person(person.id);
        let event = event.with(&json!({ "provider": provided.provider }));
        let to = |before| Standing { role, ..before };
        match self.change_standing(person.id, &event, &Consents::default(), to).await {
            Err(Error::LastAdmin) => {
                self.provided_failed(&provided.provider, "last_admin", Some(person), visit).await?;
                let why = "Your identity provider says that you are not an admin any more, and nobody else is one here. Ask \
                           the operator.";
                Err(Provided::refused(why))
            }
            changed => changed.map(|_| ()),
        }
    }

    /// Puts somebody into the groups that their provider names, and takes them out of the others that follow it. A
    /// steward stays one. A group that is not there yet is followed from the first sign-in after it was made.
    async fn follow_groups(&self, provided: &Provided, person: PersonId, visit: &Visit) -> Result<(), Error> {
        if provided.memberships.is_empty() {
            return Ok(());
        }
        let known = self.store.groups_of(person).await?;
        for Membership { group, is_member } in &provided.memberships {
            let found = self.store.group_named(&look_key(group)).await?;
            let Some(group) = found.filter(|found| found.id != EVERYONE) else {
                tracing::warn!(provider = provided.provider, group, "a group of a provider is not here");
                continue;
            };
            let event = |kind, details| {
                event::event(kind, self.clock.now(), None, visit).on_person(person).with(&details)
            };
            let is_known = known.iter().any(|known| known.id == group.id);
            if *is_member && !is_known {
                let details = json!({ "group": group.name, "steward": false, "provider": provided.provider });
                let event = event(EventKind::MemberAdded, details);
                self.store.put_member(group.id, person, false, &event).await?;
            } else if is_known && !is_member {
                let details = json!({ "group": group.name, "provider": provided.provider });
                self.store.remove_member(group.id, person, &event(EventKind::MemberRemoved, details)).await?;
            }
        }
        Ok(())
    }
}
