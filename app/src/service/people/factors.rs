//! Second factors: setting them up, removing them, and accepting their codes.

use super::app;
use crate::domain::{
    CEREMONY_MS, Caller, Error, Event, EventKind, FactorRule, Factors, FactorsData, Field, NewApp, NewCodes,
    Person, PersonId, RECOVERY_CODES, Right, Target, Timestamp, Visit,
};
use crate::service::{
    AppSeed, Ceremony, CeremonyKind, KeyDigest, Service, StoreError,
    audit::event,
    crypto::{self, recovery_digest},
    names::email_key,
    throttle::Throttle,
};

/// Recovery codes that were just made, and what is kept of them.
pub(in crate::service) struct RecoveryCodes {
    pub shown: String,
    pub digests: Vec<KeyDigest>,
}

impl RecoveryCodes {
    pub fn generate(person: PersonId) -> Result<Self, Error> {
        let codes: Vec<String> =
            (0..RECOVERY_CODES).map(|_| crypto::generate_recovery_code()).collect::<Result<_, _>>()?;
        let digests = codes.iter().map(|code| recovery_digest(person, code)).collect();
        Ok(Self { shown: codes.join("\n"), digests })
    }

    pub fn revealed(self, said: &str) -> NewCodes {
        NewCodes { codes: self.shown, said: said.to_owned() }
    }
}

impl Service {
    /// The caller's second factors, and what they can do about them.
    pub async fn factors(&self, caller: &Caller) -> Result<FactorsData, Error> {
        let factors = self.store.factors(caller.id).await?;
        let is_required = self.factor_rule().await?.binds(caller.role);
        Ok(FactorsData { factors, is_required, has_passkeys: self.has_passkeys() })
    }

    pub(in crate::service) async fn factor_rule(&self) -> Result<FactorRule, Error> {
        Ok(self.workspace().await?.second_factor)
    }

    /// Begins to set up an authenticator app. The one before, if there is one, works until the new one does.
    pub async fn begin_app(&self, caller: &Caller) -> Result<(), Error> {
        self.require_fresh(caller, Target::Nothing).await?;
        let now = self.clock.now();
        let ceremony = Ceremony {
            kind: CeremonyKind::App,
            person: Some(caller.id),
            state: crypto::in_hex(&crypto::generate_seed()?),
            ends_at: ceremony_end(now),
        };
        Ok(self.store.begin_ceremony(&app_digest(caller)?, &ceremony, now).await?)
    }

    /// Sets up the app that was begun, if this is its code. Returns recovery codes if there were none.
    pub async fn confirm_app(&self, caller: &Caller, code: &str) -> Result<Option<NewCodes>, Error> {
        let seed = self.seed_begun(caller).await?.ok_or(Error::NoSuchFactor)?;
        let event = self.event(caller, EventKind::AppAdded).on_person(caller.id);
        let app = self.app_with(seed, code)?;
        let codes = self.record_app(caller.id, &app, false, &event).await?;
        let (digest, now) = (app_digest(caller)?, self.clock.now());
        self.store.take_ceremony(&digest, CeremonyKind::App, now).await?;
        Ok(codes.map(|codes| codes.revealed("Set up the authenticator app.")))
    }

    /// The app with this seed, if this is its code: its owner has it then.
    pub(in crate::service) fn app_with(&self, seed: Vec<u8>, code: &str) -> Result<AppSeed, Error> {
        let last_step = app::step_of(&seed, code, self.clock.now()).ok_or_else(wrong_code)?;
        Ok(AppSeed { seed, last_step })
    }

    /// Records an app. One `as_first` factor replaces no other that was set up meanwhile: `SignedOut`.
    pub(in crate::service) async fn record_app(
        &self,
        person: PersonId,
        app: &AppSeed,
        as_first: bool,
        event: &Event,
    ) -> Result<Option<RecoveryCodes>, Error> {
        let codes = RecoveryCodes::generate(person)?;
        match self.store.insert_app(person, app, as_first, &codes.digests, event).await {
            Err(StoreError::DoneBefore) => Err(Error::SignedOut),
            inserted => Ok(inserted?.then_some(codes)),
        }
    }

    pub async fn remove_app(&self, caller: &Caller) -> Result<(), Error> {
        self.require_fresh(caller, Target::Nothing).await?;
        let is_required = self.factor_rule().await?.binds(caller.role);
        let event = self.event(caller, EventKind::AppRemoved).on_person(caller.id);
        Ok(self.store.remove_app(caller.id, is_required, &event).await?)
    }

    /// New recovery codes in place of all others.
    pub async fn make_codes(&self, caller: &Caller) -> Result<NewCodes, Error> {
        self.require_fresh(caller, Target::Nothing).await?;
        let codes = RecoveryCodes::generate(caller.id)?;
        let event = self.event(caller, EventKind::CodesMade).on_person(caller.id);
        self.store.replace_codes(caller.id, &codes.digests, &event).await?;
        Ok(codes.revealed("Created new recovery codes. Earlier ones no longer work."))
    }

    /// Removes all second factors of somebody who has lost them.
    pub async fn reset_factors(&self, caller: &Caller, id: PersonId) -> Result<Person, Error> {
        self.require(caller, Right::ManagePeople, Target::Person(id)).await?;
        self.require_fresh(caller, Target::Person(id)).await?;
        if id == caller.id {
            self.note_refusal(caller, Target::Person(id), "ResetThemselves").await?;
            let why = "You manage your own second factors in your profile.";
            return Err(Error::Forbidden { why: why.to_owned() });
        }
        let person = self.store.person(id).await?;
        let event = self.event(caller, EventKind::FactorsReset).on_person(id);
        self.store.reset_factors(id, &event).await?;
        Ok(person)
    }

    /// Accepts a code of the person's app, or one of their recovery codes. Every attempt is one on their account, and
    /// every refusal sounds alike.
    pub(in crate::service) async fn accept_code(
        &self,
        person: &Person,
        is_known: bool,
        code: &str,
        visit: &Visit,
    ) -> Result<(), Error> {
        let key = email_key(person.email.as_str());
        self.within_budget(self.throttle.account(&key, is_known), visit).await?;
        let attempt = Throttle::attempt(None, &key, is_known);
        self.within_budget(self.spend_together(&attempt).await, visit).await?;
        let now = self.clock.now();
        let step = match self.store.app_seed(person.id).await? {
            Some(app) => app::step_of(&app.seed, code, now),
            None => None,
        };
        let of = |kind| event::event(kind, now, Some(person.id), visit).on_person(person.id);
        let is_accepted = match step {
            Some(step) => self.store.spend_step(person.id, step).await?,
            None => {
                let digest = recovery_digest(person.id, code);
                self.store.spend_code(person.id, &digest, &of(EventKind::CodeUsed)).await?
            }
        };
        if is_accepted {
            return Ok(());
        }
        self.store.record(&Event { actor: None, ..of(EventKind::FactorRefused) }).await?;
        Err(wrong_code())
    }

    async fn seed_begun(&self, caller: &Caller) -> Result<Option<Vec<u8>>, Error> {
        // Whoever asks with a token has no session, and sets nothing up.
        let Ok(digest) = app_digest(caller) else { return Ok(None) };
        let begun = self.store.ceremony(&digest, CeremonyKind::App, self.clock.now()).await?;
        Ok(begun.and_then(|(_, seed)| crypto::from_hex(&seed)))
    }

    /// The app that was begun in the caller's session, as it is shown until its code has come.
    pub async fn app_begun(&self, caller: &Caller) -> Result<Option<NewApp>, Error> {
        let Some(seed) = self.seed_begun(caller).await? else { return Ok(None) };
        let person = self.myself(caller).await?;
        Ok(Some(self.shown_app(&seed, &person).await?))
    }

    pub(in crate::service) async fn shown_app(&self, seed: &[u8], person: &Person) -> Result<NewApp, Error> {
        let name = String::from(self.workspace().await?.name);
        let issuer = if name.is_empty() { "Tokenry" } else { &name };
        Ok(app::shown(seed, issuer, person.email.as_str()))
    }

    /// The second factors of somebody who signs in again.
    pub async fn factors_of(&self, person: PersonId) -> Result<Factors, Error> {
        Ok(self.store.factors(person).await?)
    }
}

/// One app at a time is set up in a session.
fn app_digest(caller: &Caller) -> Result<KeyDigest, Error> {
    let session = caller.session().ok_or(Error::SignedOut)?;
    Ok(KeyDigest::of(format!("app begun in {session}").as_bytes()))
}

pub(in crate::service) fn ceremony_end(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.as_millis() + CEREMONY_MS)
}

pub(in crate::service) fn wrong_code() -> Error {
    let detail = "This code is wrong, or was used before. Enter the next one that your app shows.";
    Error::field(Field::Code, "wrong", detail)
}
