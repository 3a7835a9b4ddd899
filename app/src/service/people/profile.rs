//! Use cases about one's own account: name, password, theme, sessions.

use crate::domain::{
    Caller, Error, EventKind, Field, LINK_TOLD_MS, LinkNews, Password, Person, PersonName, ProfileData,
    Session, SessionId, SessionRow, Theme, Timestamp,
};
use crate::service::{
    BrowserKeys, KeptSession, Key, PasswordChange, Service, SignedIn, names::email_key, people::links,
    people::manage::check_name, people::passwords::Line, throttle::Throttle,
};
use serde_json::json;

impl Service {
    /// The person who asks.
    pub async fn myself(&self, caller: &Caller) -> Result<Person, Error> {
        Ok(self.store.person(caller.id).await?)
    }

    /// Everything that the profile page shows.
    pub async fn profile(&self, caller: &Caller) -> Result<ProfileData, Error> {
        let (person, sessions) = (self.myself(caller).await?, self.sessions(caller).await?);
        let (link, notices) = (self.link_news(caller).await?, self.notices(caller).await?);
        let (identities, has_password) =
            (self.store.identities(caller.id).await?, self.has_password(caller).await?);
        let factors = self.factors(caller).await?;
        Ok(ProfileData { person, sessions, link, factors, notices, identities, has_password })
    }

    /// The link to a new password that somebody lately made for the caller: its holder could sign in as them.
    async fn link_news(&self, caller: &Caller) -> Result<Option<LinkNews>, Error> {
        let since = Timestamp::from_millis(self.clock.now().as_millis() - LINK_TOLD_MS);
        Ok(self.store.link_made_for(caller.id, since).await?)
    }

    pub async fn rename(&self, caller: &Caller, name: &str) -> Result<PersonName, Error> {
        let name = PersonName::parse(name).map_err(|e| Error::field(Field::Name, e.code(), e.to_string()))?;
        if name == caller.name {
            return Ok(name);
        }
        check_name(&name, &self.myself(caller).await?.email)?;
        let details = json!({ "before": caller.name, "after": name });
        let event = self.event(caller, EventKind::PersonRenamed).on_person(caller.id).with(&details);
        self.store.rename_person(caller.id, &name, &event).await?;
        Ok(name)
    }

    pub async fn choose_theme(&self, caller: &Caller, theme: &str) -> Result<Theme, Error> {
        let theme: Theme = theme.parse()?;
        self.store.set_theme(caller.id, theme).await?;
        Ok(theme)
    }

    /// Asks for the current password, ends all other sessions, and gives this one a new key, so that a copy of the old
    /// one is worthless.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: &str,
        passwords: (&str, &str),
        keys: BrowserKeys,
    ) -> Result<SignedIn, Error> {
        self.require_password_sign_in()?;
        let person = self.myself(caller).await?;
        let hash = self.own_password(caller, &person, current).await?;
        let password = links::chosen(passwords, &[person.name.as_str(), person.email.as_str()])?;
        let (instead_of, hash) = (Some(hash), self.passwords.hash(password).await?);
        let session = Key::generate()?;
        let browser = match self.known_browser(caller.id, keys.browser).await? {
            Some(browser) => browser,
            None => Key::generate()?,
        };
        let id = caller.session().ok_or(Error::SignedOut)?;
        let keep = KeptSession { id, digest: session.digest(), browser: browser.digest() };
        let change = PasswordChange { person: caller.id, hash, instead_of, keep: Some(keep) };
        let event = self.event(caller, EventKind::PasswordChanged).on_person(caller.id);
        self.store.set_password(&change, &event).await?;
        Ok(SignedIn { session, browser })
    }

    /// The hash of the caller's password, if `typed` is it. Attempts have a budget, so that somebody who finds an open
    /// browser cannot guess.
    pub(in crate::service) async fn own_password(
        &self,
        caller: &Caller,
        person: &Person,
        typed: &str,
    ) -> Result<String, Error> {
        let email_key = email_key(person.email.as_str());
        self.within_budget(self.throttle.account(&email_key, true), &caller.visit).await?;
        let found = self.store.credentials(&email_key).await?;
        let hash = found.and_then(|found| found.password_hash);
        let same = self.passwords.verify(Line::Known, Password::attempt(typed), hash.clone()).await;
        let same = same.inspect_err(|_| self.throttle.not_heard(None, Some((&email_key, true))))?;
        let attempt = Throttle::attempt(None, &email_key, true);
        self.within_budget(self.spend_together(&attempt).await, &caller.visit).await?;
        match (same, hash) {
            (true, Some(hash)) => Ok(hash),
            _ => {
                let event = self.event(caller, EventKind::PasswordRefused).on_person(caller.id);
                self.store.record(&event).await?;
                Err(Error::field(Field::CurrentPassword, "wrong", "This is not your current password."))
            }
        }
    }

    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<SessionRow>, Error> {
        let now = self.clock.now();
        let sessions = self.store.sessions(caller.id).await?;
        let alive = sessions.into_iter().filter(|session| !session.is_over(now));
        Ok(alive
            .map(|session| SessionRow { is_this: Some(session.id) == caller.session(), session })
            .collect())
    }

    /// Ends a session and returns it.
    pub async fn end_session(&self, caller: &Caller, id: SessionId) -> Result<Session, Error> {
        let sessions = self.store.sessions(caller.id).await?;
        let session = sessions.into_iter().find(|session| session.id == id).ok_or(Error::NoSuchSession)?;
        let event = self.event(caller, EventKind::SessionEnded).on_person(caller.id);
        self.store.end_session(caller.id, id, true, &event).await?;
        Ok(session)
    }

    pub async fn end_other_sessions(&self, caller: &Caller) -> Result<(), Error> {
        let event = self.event(caller, EventKind::SessionsEnded).on_person(caller.id);
        Ok(self.store.end_sessions(caller.id, caller.session(), &event).await?)
    }
}
