//! Signing in and out.
//!
//! 1. A source, and then an account, may only try so often (`throttle`).
//! 2. Whether the address is unknown, the password wrong or the person disabled: the answer is the same, after
//!    the same work.
//! 3. A second factor, if there is one or one is needed, is asked for after that (`second_step`).
//! 4. Every sign-in begins a session with a new key; the cookie holds the key, the store its digest.

use crate::domain::{
    CLIENT_CHARS_MAX, Caller, Credential, Error, EventKind, Field, KNOWN_BROWSER_MS, Password, Person,
    PersonId, PersonStatus, SEEN_EVERY_MS, Session, SessionId, Timestamp, Visit,
};
use crate::service::{
    Key, NewSession, Service, SessionOrigin, StoreError,
    audit::event,
    crypto,
    names::email_key,
    people::{
        passwords::{Line, Match},
        second_step::{Proven, SignInStep, WithCode},
    },
    throttle::{self, Throttle},
};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// Longest wait for the note that a session was used.
const TOUCH_TIME: Duration = Duration::from_millis(100);

/// The keys that a browser brings along from earlier.
#[derive(Clone, Debug, Default)]
pub struct BrowserKeys {
    pub session: Option<Key>,
    pub browser: Option<Key>,
}

/// The keys that a browser is to keep.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: Key,
    pub browser: Key,
}

impl Service {
    /// With a password. A second factor is asked for afterwards.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignInStep, Error> {
        self.sign_in_with((email, password), WithCode::Later, keys, visit).await
    }

    /// [`Self::sign_in`], with the code of a second factor at once; empty if none was typed.
    pub async fn sign_in_with_code(
        &self,
        (email, password, code): (&str, &str, &str),
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignInStep, Error> {
        self.sign_in_with((email, password), WithCode::Typed(code), keys, visit).await
    }

    async fn sign_in_with(
        &self,
        (email, password): (&str, &str),
        code: WithCode<'_>,
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignInStep, Error> {
        self.require_password_sign_in()?;
        let key = email_key(email);
        self.within_budget(self.throttle.source(&visit.address), visit).await?;
        let found = self.store.credentials(&key).await?;
        let person = found.as_ref().map(|found| found.person.clone());
        let known = match &keys.browser {
            // An unknown address is looked up as well, so that the time taken does not tell who is here.
            Some(browser) => {
                let id = person.as_ref().map_or(PersonId::from_uuid(Uuid::nil()), |person| person.id);
                self.knows(id, browser).await? && person.is_some()
            }
            None => false,
        };
        self.within_budget(self.throttle.account(&key, known), visit).await?;
        // A mark that somebody else may have set is not taken over.
        let keys = BrowserKeys { browser: keys.browser.filter(|_| known), ..keys };

        let hash = found.and_then(|found| found.password_hash);
        let line = if known { Line::Known } else { Line::Strangers };
        let found = match self.passwords.compare(line, Password::attempt(password), hash.clone()).await {
            Err(Error::Busy) => {
                self.throttle.not_heard(Some(&visit.address), Some((&key, known)));
                return Err(Error::Busy);
            }
            compared => compared?,
        };
        // Only what was heard is spent where all nodes count. Whoever is refused here does not learn whether it was right.
        let attempt = Throttle::attempt(Some(&visit.address), &key, known);
        self.within_budget(self.spend_together(&attempt).await, visit).await?;
        match (person, hash) {
            (Some(person), Some(hash)) if found != Match::No && person.status == PersonStatus::Active => {
                let hash = match found {
                    Match::AsTyped => self.rehashed(person.id, password, hash).await?,
                    _ => hash,
                };
                let proven = Proven { person, hash, is_known: known, keys };
                self.after_password(proven, code, visit).await
            }
            (person, _) => Err(self.sign_in_failed(person.map(|person| person.id), visit).await),
        }
    }

    /// Replaces the hash of a password by one that is made as hashes are now.
    async fn rehashed(&self, person: PersonId, password: &str, before: String) -> Result<String, Error> {
        let after = self.passwords.hash(Password::attempt(password)).await?;
        match self.store.rehash_password(person, &before, &after).await {
            Ok(()) => Ok(after),
            Err(StoreError::NoSuchPerson) => Err(Error::SignInRefused),
            Err(other) => Err(other.into()),
        }
    }

    /// Does this session go on? Asking does not count as using it.
    pub async fn is_signed_in(&self, key: &Key) -> bool {
        let found = self.store.session(&key.digest()).await;
        matches!(found, Ok(Some((session, _))) if !session.is_over(self.clock.now()))
    }

    /// The caller of this session, if it still goes on. This counts as a use, which keeps the session from ending.
    pub async fn caller(&self, key: &Key, visit: &Visit) -> Result<Option<Caller>, Error> {
        self.session_caller(key, visit, true).await
    }

    /// [`Self::caller`] for a request that a page makes while nobody may be there: it does not keep the session from
    /// ending.
    pub async fn absent_caller(&self, key: &Key, visit: &Visit) -> Result<Option<Caller>, Error> {
        self.session_caller(key, visit, false).await
    }

    async fn session_caller(&self, key: &Key, visit: &Visit, is_used: bool) -> Result<Option<Caller>, Error> {
        let source = throttle::source(&visit.address);
        let pass = self.throttle.cookies.enter(&source).await?;
        let found = self.store.session(&key.digest()).await?;
        drop(pass);
        let Some((session, person)) = found else {
            // The visitor is sent to sign in, even when the budget is spent.
            self.throttle.forget();
            let _ = self.throttle.cookies.missed(&source);
            return Ok(None);
        };
        let now = self.clock.now();
        if session.is_over(now) {
            return Ok(None);
        }
        if is_used && now.as_millis() - session.last_seen_at.as_millis() >= SEEN_EVERY_MS {
            // Reading goes on while the disk is full or busy; the session merely looks older than it is.
            let touched = timeout(TOUCH_TIME, self.store.touch_session(session.id, now)).await;
            if !matches!(touched, Ok(Ok(()))) {
                tracing::warn!("a session could not be marked as used");
            }
        }
        let Person { id, name, role, theme, .. } = person;
        let credential = Credential::Session { id: session.id, signed_in_at: session.created_at };
        Ok(Some(Caller { id, name, role, theme, credential, visit: visit.clone() }))
    }

    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Error> {
        let Some(session) = caller.session() else { return Ok(()) };
        let event = self.event(caller, EventKind::SignedOut);
        match self.store.end_session(caller.id, session, false, &event).await {
            Ok(()) | Err(StoreError::NoSuchSession) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// Signs the person of a session in once more, by their password and a code if they have a second factor, so that an action that asks for a recent sign-in
    /// can go on. The session has a new key from then on, as after every sign-in.
    pub async fn sign_in_again(
        &self,
        caller: &Caller,
        (password, code): (&str, &str),
        keys: BrowserKeys,
    ) -> Result<(Caller, SignedIn), Error> {
        self.require_password_sign_in()?;
        self.within_budget(self.throttle.source(&caller.visit.address), &caller.visit).await?;
        let person = self.myself(caller).await?;
        let hash = self.own_password(caller, &person, password).await?;
        let keys = BrowserKeys { browser: self.known_browser(caller.id, keys.browser).await?, ..keys };
        if self.store.factors(caller.id).await?.has_any() {
            self.accept_code(&person, keys.browser.is_some(), code, &caller.visit).await?;
        } else if self.factor_rule().await?.binds(person.role) {
            // A session like this one, which began before the rule, is not prolonged by what the rule asks more than.
            let detail = "Your role needs a second factor by now. Sign out: the next sign-in sets it up.";
            return Err(Error::field(Field::CurrentPassword, "second_factor_missing", detail));
        }
        let signed_in = self.begin_session(caller.id, Some(hash), keys, &caller.visit).await?;
        let caller = self.caller(&signed_in.session, &caller.visit).await?.ok_or(Error::SignedOut)?;
        Ok((caller, signed_in))
    }

    /// The browser's mark, if the person is known to use it. A mark that somebody else may have set is not taken over.
    pub(in crate::service) async fn known_browser(
        &self,
        person: PersonId,
        mark: Option<Key>,
    ) -> Result<Option<Key>, Error> {
        match mark {
            Some(mark) if self.knows(person, &mark).await? => Ok(Some(mark)),
            _ => Ok(None),
        }
    }

    pub(in crate::service) async fn begin_session(
        &self,
        person: PersonId,
        password_hash: Option<String>,
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignedIn, Error> {
        self.begin_session_from(person, password_hash, None, keys, visit).await
    }

    /// [`Self::begin_session`] of somebody who has proved to a provider who they are.
    pub(in crate::service) async fn begin_session_from(
        &self,
        person: PersonId,
        password_hash: Option<String>,
        origin: Option<SessionOrigin>,
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignedIn, Error> {
        let at = self.clock.now();
        let event = event::event(EventKind::SignedIn, at, Some(person), visit);
        let event = self.with_device(event, person, keys.browser.is_some()).await?;
        let event = match &origin {
            Some(origin) => event.with(&json!({ "provider": origin.provider })),
            None => event,
        };
        let browser = match keys.browser {
            Some(browser) => browser,
            None => Key::generate()?,
        };
        let session = Key::generate()?;
        let new = NewSession {
            person,
            session: Session {
                id: SessionId::from_uuid(crypto::generate_id(at)?),
                created_at: at,
                last_seen_at: at,
                client: visit.client.chars().take(CLIENT_CHARS_MAX).collect(),
                address: visit.address.clone(),
            },
            digest: session.digest(),
            password_hash,
            origin,
            replaces: keys.session.map(|key| key.digest()),
            browser: browser.digest(),
        };
        match self.store.insert_session(&new, &event).await {
            Ok(()) => Ok(SignedIn { session, browser }),
            // Disabled, or given another password, since the check.
            Err(StoreError::NoSuchPerson) => Err(Error::SignInRefused),
            Err(other) => Err(other.into()),
        }
    }

    /// Notes whose account was tried, if there is one. Other typed text is not noted: it may be a password in the wrong
    /// field.
    async fn sign_in_failed(&self, person: Option<PersonId>, visit: &Visit) -> Error {
        let now = self.clock.now();
        if person.is_none() && !self.strangers.is_worth_a_line(now) {
            return Error::SignInRefused;
        }
        let mut event = event::event(EventKind::SignInFailed, now, None, visit);
        event.person = person;
        match self.store.record(&event).await {
            Ok(()) => Error::SignInRefused,
            Err(failed) => failed.into(),
        }
    }

    pub(in crate::service) async fn knows(&self, person: PersonId, browser: &Key) -> Result<bool, Error> {
        let since = Timestamp::from_millis(self.clock.now().as_millis() - KNOWN_BROWSER_MS);
        Ok(self.store.knows_browser(person, &browser.digest(), since).await?)
    }

    /// Notes that a budget is spent, now and then: the log must not grow as fast as somebody can ask.
    pub(in crate::service) async fn within_budget(
        &self,
        budget: Result<(), Error>,
        visit: &Visit,
    ) -> Result<(), Error> {
        if let Err(Error::TooMany { seconds }) = &budget
            && self.throttle.is_worth_a_line(&visit.address)
        {
            let event = event::event(EventKind::SignInThrottled, self.clock.now(), None, visit);
            let event = event.with(&json!({ "wait_seconds": seconds }));
            self.store.record(&event).await?;
        }
        budget
    }
}
