//! Passkeys (W3C Web Authentication, level 3): adding them, and signing in with one, which proves both who somebody is and
//! that it is them. They belong to the name in the public URL, and never to what a request calls the server.
//!
//! Each ceremony has a challenge that is answered once. What was sent before, from a page of another origin, or by a copy
//! of the device is refused.

use super::factors::{RecoveryCodes, ceremony_end};
use crate::domain::{
    Caller, Error, Event, EventKind, Field, NewCodes, PASSKEYS_MAX, PasskeyId, PasskeyName, PersonId,
    PersonStatus, Target, Visit,
};
use crate::service::{
    BrowserKeys, Ceremony, CeremonyKind, Key, KnownPasskey, NewPasskey, Service, SignedIn, audit::event,
    crypto, names::email_key,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::sync::Arc;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

/// What a page hands to its browser, and the key of the ceremony.
#[derive(Serialize)]
pub struct PasskeyRequest {
    pub ceremony: String,
    #[serde(rename = "publicKey")]
    pub options: Value,
}

/// What the browser answers.
#[derive(Deserialize)]
struct PasskeyAnswer<T> {
    ceremony: String,
    credential: T,
}

impl Service {
    /// This service with passkeys for the site at this origin. Browsers have none for an address without a name, or one
    /// that is reached in the clear.
    #[must_use]
    pub fn with_passkeys_at(self, origin: &str) -> Self {
        Self { passkeys: relying_party(origin).map(Arc::new), ..self }
    }

    pub const fn has_passkeys(&self) -> bool {
        self.passkeys.is_some()
    }

    /// Does a passkey alone sign people in? Where providers are the only way in, it is a second step and nothing more.
    pub const fn has_passkey_sign_in(&self) -> bool {
        self.has_passkeys() && self.has_password_sign_in()
    }

    fn relying_party(&self) -> Result<&Webauthn, Error> {
        self.passkeys.as_deref().ok_or(Error::NoSuchRoute)
    }

    /// Begins to add a passkey.
    pub async fn begin_passkey(&self, caller: &Caller) -> Result<PasskeyRequest, Error> {
        let site = self.relying_party()?;
        self.require_fresh(caller, Target::Nothing).await?;
        let person = self.myself(caller).await?;
        let known = self.store.credential_ids(caller.id).await?;
        let (name, email) = (person.name.as_str(), person.email.as_str());
        let begun = site.start_passkey_registration(caller.id.as_uuid(), email, name, Some(known));
        let (options, state) = begun.map_err(unexpected)?;
        let mut options = plain(&options)?["publicKey"].take();
        // Without this, a device may keep a key that cannot say whose it is.
        options["authenticatorSelection"]["residentKey"] = json!("required");
        options["authenticatorSelection"]["requireResidentKey"] = json!(true);
        self.begin_ceremony(CeremonyKind::NewPasskey, Some(caller.id), &state, options).await
    }

    /// Adds the passkey that a browser has made. Returns recovery codes if there were none.
    pub async fn add_passkey(
        &self,
        caller: &Caller,
        name: &str,
        answer: &str,
    ) -> Result<Option<NewCodes>, Error> {
        let site = self.relying_party()?;
        self.require_fresh(caller, Target::Nothing).await?;
        let name = passkey_name(name)?;
        let (credential, person, state) = self
            .answered::<RegisterPublicKeyCredential, PasskeyRegistration>(answer, CeremonyKind::NewPasskey)
            .await?
            .filter(|(_, person, _)| *person == Some(caller.id))
            .ok_or_else(unusable)?;
        let passkey = site.finish_passkey_registration(&credential, &state).map_err(|cause| {
            tracing::warn!(person = ?person, %cause, "a passkey was not added");
            unusable()
        })?;
        if self.store.factors(caller.id).await?.passkeys.len() >= PASSKEYS_MAX {
            let why = format!("You have {PASSKEYS_MAX} passkeys. Remove one that you no longer use first.");
            return Err(Error::Forbidden { why });
        }
        let now = self.clock.now();
        let codes = RecoveryCodes::generate(caller.id)?;
        let new = NewPasskey {
            id: PasskeyId::from_uuid(crypto::generate_id(now)?),
            person: caller.id,
            credential_id: passkey.cred_id().to_vec(),
            credential: serde_json::to_string(&passkey).map_err(unexpected)?,
            name,
        };
        let event = self.event(caller, EventKind::PasskeyAdded).on_person(caller.id);
        let event = event.with(&json!({ "passkey": new.name.as_str() }));
        let are_new = self.store.insert_passkey(&new, &codes.digests, &event).await?;
        Ok(are_new.then(|| codes.revealed("Added the passkey.")))
    }

    pub async fn rename_passkey(
        &self,
        caller: &Caller,
        id: PasskeyId,
        name: &str,
    ) -> Result<PasskeyName, Error> {
        let name = passkey_name(name)?;
        let before = self.own_passkey(caller, id).await?;
        if before != name {
            let event = self.event(caller, EventKind::PasskeyRenamed).on_person(caller.id);
            let event = event.with(&json!({ "before": before.as_str(), "after": name.as_str() }));
            self.store.rename_passkey(caller.id, id, &name, &event).await?;
        }
        Ok(name)
    }

    /// Removes a passkey and returns its name.
    pub async fn remove_passkey(&self, caller: &Caller, id: PasskeyId) -> Result<PasskeyName, Error> {
        self.require_fresh(caller, Target::Nothing).await?;
        let name = self.own_passkey(caller, id).await?;
        let is_required = self.factor_rule().await?.binds(caller.role);
        let event = self.event(caller, EventKind::PasskeyRemoved).on_person(caller.id);
        let event = event.with(&json!({ "passkey": name.as_str() }));
        self.store.remove_passkey(caller.id, id, is_required, &event).await?;
        Ok(name)
    }

    async fn own_passkey(&self, caller: &Caller, id: PasskeyId) -> Result<PasskeyName, Error> {
        let factors = self.store.factors(caller.id).await?;
        let found = factors.passkeys.into_iter().find(|passkey| passkey.id == id);
        found.map(|passkey| passkey.name).ok_or(Error::NoSuchFactor)
    }

    /// Begins a sign-in with a passkey. Whose it is, it says itself.
    pub async fn begin_passkey_sign_in(&self, visit: &Visit) -> Result<PasskeyRequest, Error> {
        let site = self.relying_party()?;
        self.within_budget(self.throttle.source(&visit.address), visit).await?;
        let (options, state) = site.start_discoverable_authentication().map_err(unexpected)?;
        let options = plain(&options)?["publicKey"].take();
        self.begin_ceremony(CeremonyKind::Passkey, None, &state, options).await
    }

    /// Signs in whoever's passkey answers; with `only`, only that person.
    pub async fn sign_in_with_passkey(
        &self,
        answer: &str,
        only: Option<PersonId>,
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignedIn, Error> {
        if only.is_none() {
            self.require_password_sign_in()?;
        }
        self.within_budget(self.throttle.source(&visit.address), visit).await?;
        let id = self.accept_passkey(answer, only, visit).await?;
        let person = self.store.person(id).await?;
        let found = self.store.credentials(&email_key(person.email.as_str())).await?;
        let hash = found.and_then(|found| found.password_hash);
        if person.status != PersonStatus::Active {
            return Err(refused());
        }
        let browser = self.known_browser(id, keys.browser).await?;
        self.begin_session(id, hash, BrowserKeys { session: keys.session, browser }, visit).await
    }

    /// The second step of a sign-in, by a passkey of the person whose password it was.
    pub async fn second_factor_by_passkey(
        &self,
        key: &Key,
        answer: &str,
        keys: BrowserKeys,
        visit: &Visit,
    ) -> Result<SignedIn, Error> {
        let (id, _) = self.begun(key, visit).await?;
        let signed_in = self.sign_in_with_passkey(answer, Some(id), keys, visit).await?;
        // The passkey would have been enough, so nobody minds if the step is over.
        self.store.take_ceremony(&key.digest(), CeremonyKind::SignIn, self.clock.now()).await?;
        Ok(signed_in)
    }

    /// Signs the person of a session in once more, by a passkey.
    pub async fn sign_in_again_with_passkey(
        &self,
        caller: &Caller,
        answer: &str,
        keys: BrowserKeys,
    ) -> Result<(Caller, SignedIn), Error> {
        self.require_password_sign_in()?;
        let signed_in = self.sign_in_with_passkey(answer, Some(caller.id), keys, &caller.visit).await?;
        let caller = self.caller(&signed_in.session, &caller.visit).await?.ok_or(Error::SignedOut)?;
        Ok((caller, signed_in))
    }

    /// The person whose passkey has answered a challenge that nobody has answered before.
    async fn accept_passkey(
        &self,
        answer: &str,
        only: Option<PersonId>,
        visit: &Visit,
    ) -> Result<PersonId, Error> {
        let site = self.relying_party()?;
        let (credential, _, state) = self
            .answered::<PublicKeyCredential, DiscoverableAuthentication>(answer, CeremonyKind::Passkey)
            .await?
            .ok_or_else(refused)?;
        let Ok((owner, id)) = site.identify_discoverable_authentication(&credential) else {
            return Err(refused());
        };
        let Some(known) = self.store.passkey_by(id).await? else { return Err(refused()) };
        let now = self.clock.now();
        let of = |kind| {
            let about = json!({ "passkey": known.name.as_str() });
            event::event(kind, now, None, visit).on_person(known.person).with(&about)
        };
        let is_theirs = known.person.as_uuid() == owner && only.is_none_or(|only| only == known.person);
        if known.is_copied || !is_theirs {
            self.store.record(&of(EventKind::FactorRefused)).await?;
            return Err(if known.is_copied { copied() } else { refused() });
        }
        let Ok(mut passkey) = serde_json::from_str::<Passkey>(&known.credential) else {
            return Err(refused());
        };
        match site.finish_discoverable_authentication_v2(&credential, state, &passkey) {
            Ok(result) if result.user_verified() => {
                passkey.update_credential(&result);
                let after = serde_json::to_string(&passkey).map_err(unexpected)?;
                // Of two answers with one counter, the first is accepted.
                match self.store.note_passkey(&known, &after, now).await? {
                    true => Ok(known.person),
                    false => Err(refused()),
                }
            }
            Err(WebauthnError::CredentialPossibleCompromise) => {
                self.note_copy(&known, &of(EventKind::PasskeyCopied)).await?;
                Err(copied())
            }
            other => {
                tracing::warn!(person = %known.person, cause = ?other.err(), "a passkey was refused");
                self.store.record(&of(EventKind::FactorRefused)).await?;
                Err(refused())
            }
        }
    }

    async fn note_copy(&self, known: &KnownPasskey, event: &Event) -> Result<(), Error> {
        Ok(self.store.mark_copied(known.id, event).await?)
    }

    async fn begin_ceremony(
        &self,
        kind: CeremonyKind,
        person: Option<PersonId>,
        state: &impl Serialize,
        options: Value,
    ) -> Result<PasskeyRequest, Error> {
        let (key, now) = (Key::generate()?, self.clock.now());
        let state = serde_json::to_string(state).map_err(unexpected)?;
        let ceremony = Ceremony { kind, person, state, ends_at: ceremony_end(now) };
        self.store.begin_ceremony(&key.digest(), &ceremony, now).await?;
        Ok(PasskeyRequest { ceremony: key.expose().to_owned(), options })
    }

    /// The answer, and what its ceremony began with, which is over then. `None` if there is no such ceremony.
    async fn answered<A: DeserializeOwned, S: DeserializeOwned>(
        &self,
        answer: &str,
        kind: CeremonyKind,
    ) -> Result<Option<(A, Option<PersonId>, S)>, Error> {
        let Ok(PasskeyAnswer { ceremony, credential }) = serde_json::from_str::<PasskeyAnswer<A>>(answer)
        else {
            return Ok(None);
        };
        let Some(key) = Key::parse(&ceremony) else { return Ok(None) };
        let taken = self.store.take_ceremony(&key.digest(), kind, self.clock.now()).await?;
        Ok(taken.and_then(|(person, state)| Some((credential, person, serde_json::from_str(&state).ok()?))))
    }
}

fn relying_party(origin: &str) -> Option<Webauthn> {
    let url = Url::parse(origin).ok()?;
    let name = url.domain()?;
    let is_safe = url.scheme() == "https" || name == "localhost";
    let site = is_safe.then(|| WebauthnBuilder::new(name, &url)).and_then(Result::ok)?;
    site.rp_name("Tokenry").build().ok()
}

fn passkey_name(typed: &str) -> Result<PasskeyName, Error> {
    PasskeyName::parse(typed).map_err(|error| Error::field(Field::Name, error.code(), error.to_string()))
}

fn plain(options: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(options).map_err(unexpected)
}

fn unexpected(cause: impl std::fmt::Display) -> Error {
    tracing::error!(%cause, "a passkey could not be handled");
    Error::Unavailable
}

fn refused() -> Error {
    let why = "This passkey was not accepted. Try again, or sign in another way.";
    Error::Forbidden { why: why.to_owned() }
}

fn copied() -> Error {
    let why = "This passkey is refused: its counter went back, as that of a copy does. Sign in another way, and remove it \
               in your profile.";
    Error::Forbidden { why: why.to_owned() }
}

fn unusable() -> Error {
    let why =
        "The passkey could not be added. Try again; it takes a browser and a device that have passkeys.";
    Error::Forbidden { why: why.to_owned() }
}
