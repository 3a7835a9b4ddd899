//! The second step of a sign-in: after the password, a code. What was proven by then is kept in the data for ten minutes,
//! under a key that the browser has, and ends with the session that it becomes.

use super::factors::ceremony_end;
use crate::domain::{Error, EventKind, Field, NewApp, NewCodes, Person, PersonId, Visit};
use crate::service::{
    BrowserKeys, Ceremony, CeremonyKind, Key, Service, SignedIn, audit::event, crypto,
    people::factors::wrong_code, throttle,
};
use serde::{Deserialize, Serialize};

/// What a right password leads to.
#[derive(Clone, Debug)]
pub enum SignInStep {
    SignedIn(SignedIn),
    /// A second factor is asked for, or has to be set up first. Whoever has the key goes on.
    Second(Key),
}

/// The page that comes after the password.
#[derive(Clone, Debug)]
pub enum SecondStep {
    Ask {
        has_app: bool,
        has_passkeys: bool,
        has_codes: bool,
    },
    /// Their role needs a second factor, and they have none.
    SetUp(NewApp),
}

/// The code that comes with a password.
#[derive(Clone, Copy)]
pub enum WithCode<'a> {
    /// It is asked for on a page of its own.
    Later,
    /// As typed; perhaps empty.
    Typed(&'a str),
}

/// Somebody whose password was right.
pub(in crate::service) struct Proven {
    pub person: Person,
    pub hash: String,
    /// Has the person signed in with this browser before?
    pub is_known: bool,
    pub keys: BrowserKeys,
}

/// What is kept of a sign-in between its two steps.
#[derive(Serialize, Deserialize)]
pub(in crate::service) struct Begun {
    /// The hash that the password was compared with: another one ends this.
    hash: String,
    /// What the app that has to be set up makes its codes of, in hexadecimal.
    seed: Option<String>,
}

impl Service {
    /// Begins the session, or asks for the second factor first.
    pub(in crate::service) async fn after_password(
        &self,
        proven: Proven,
        code: WithCode<'_>,
        visit: &Visit,
    ) -> Result<SignInStep, Error> {
        let Proven { person, hash, is_known, keys } = proven;
        let has_any = self.store.factors(person.id).await?.has_any();
        let seed = match has_any {
            false if !self.factor_rule().await?.binds(person.role) => {
                return self
                    .begin_session(person.id, Some(hash), keys, visit)
                    .await
                    .map(SignInStep::SignedIn);
            }
            false => Some(crypto::in_hex(&crypto::generate_seed()?)),
            true => None,
        };
        if let (true, WithCode::Typed(code)) = (has_any, code) {
            if code.is_empty() {
                return Err(code_needed());
            }
            self.accept_code(&person, is_known, code, visit).await?;
            return self.begin_session(person.id, Some(hash), keys, visit).await.map(SignInStep::SignedIn);
        }
        let (key, now) = (Key::generate()?, self.clock.now());
        let state = serde_json::to_string(&Begun { hash, seed }).map_err(|_| Error::Unavailable)?;
        let (kind, ends_at) = (CeremonyKind::SignIn, ceremony_end(now));
        let ceremony = Ceremony { kind, person: Some(person.id), state, ends_at };
        self.store.begin_ceremony(&key.digest(), &ceremony, now).await?;
        Ok(SignInStep::Second(key))
    }

    /// What is asked of whoever has this key; `SignedOut` when it leads nowhere any more.
    pub async fn second_step(&self, key: &Key, visit: &Visit) -> Result<SecondStep, Error> {
        let (person, Begun { seed, .. }) = self.begun(key, visit).await?;
        match seed.and_then(|seed| crypto::from_hex(&seed)) {
            Some(seed) => {
                let person = self.store.person(person).await?;
                Ok(SecondStep::SetUp(self.shown_app(&seed, &person).await?))
            }
            None => {
                let factors = self.store.factors(person).await?;
                Ok(SecondStep::Ask {
                    has_app: factors.app_since.is_some(),
                    has_passkeys: self.has_passkeys() && !factors.passkeys.is_empty(),
                    has_codes: factors.codes_left > 0,
                })
            }
        }
    }

    /// Goes on with a code: of the person's app, a recovery code, or the first of the app that they have to set up. That
    /// one is answered with recovery codes.
    pub async fn second_factor(
        &self,
        key: &Key,
        code: &str,
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<(SignedIn, Option<NewCodes>), Error> {
        self.within_budget(self.throttle.source(&visit.address), visit).await?;
        let (id, Begun { hash, seed }) = self.begun(key, visit).await?;
        let person = self.store.person(id).await?;
        let browser = self.known_browser(id, keys.browser).await?;
        let mut codes = None;
        match seed.and_then(|seed| crypto::from_hex(&seed)) {
            Some(seed) => {
                let app = self.app_with(seed, code)?;
                // Taken before anything is recorded: the recovery codes belong to the one request that goes on.
                self.end_begun(key).await?;
                let event =
                    event::event(EventKind::AppAdded, self.clock.now(), Some(id), visit).on_person(id);
                codes = self.record_app(id, &app, true, &event).await?;
            }
            None if code.is_empty() => return Err(wrong_code()),
            None => {
                self.accept_code(&person, browser.is_some(), code, visit).await?;
                self.end_begun(key).await?;
            }
        }
        let signed_in =
            self.begin_session(id, Some(hash), BrowserKeys { session: keys.session, browser }, visit).await?;
        Ok((signed_in, codes.map(|codes| codes.revealed(""))))
    }

    pub(in crate::service) async fn begun(
        &self,
        key: &Key,
        visit: &Visit,
    ) -> Result<(PersonId, Begun), Error> {
        let source = throttle::source(&visit.address);
        let _pass = self.throttle.cookies.enter(&source).await?;
        let found = self.store.ceremony(&key.digest(), CeremonyKind::SignIn, self.clock.now()).await?;
        let begun = found.and_then(|(person, state)| Some((person?, serde_json::from_str(&state).ok()?)));
        begun.ok_or_else(|| self.throttle.cookies.missed(&source).err().unwrap_or(Error::SignedOut))
    }

    /// Of two requests that go on with one key, the first one does.
    async fn end_begun(&self, key: &Key) -> Result<(), Error> {
        let taken = self.store.take_ceremony(&key.digest(), CeremonyKind::SignIn, self.clock.now()).await?;
        taken.map(drop).ok_or(Error::SignedOut)
    }
}

fn code_needed() -> Error {
    let detail = "Enter a code of your authenticator app, or a recovery code.";
    Error::field(Field::Code, "required", detail)
}
