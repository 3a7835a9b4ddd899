//! The decision: from a secret, what is wanted of it, a client's address and the time to one verdict. Every endpoint
//! asks here, Tokenry's own included, so that no two of them can disagree.
//!
//! Identity is kept in memory; verdicts never are. Status, expiry, owner, permissions, address and rate are
//! looked at in every call. What is kept is right as of less than [`MAX_STALE`] ago, or nobody gets an answer.

mod cache;
mod evaluation;
mod exposures;
mod freshness;
mod health;
mod leases;
mod rates;
mod shared;

use super::{KeyDigest, KnownSecret, Service, StoreError, audit::event, throttle};
use crate::domain::{
    AllowedAddresses, Caller, Credential, Error, EventKind, Permission, PersonName, Power, SECRET_BYTES_MAX,
    Secret, SecretPrefix, Target, Theme, TokenId, Verdict, Visit,
};
pub(super) use cache::CACHED_MAX;
use cache::SecretCache;
pub use cache::{CachedPerson, CachedSecret};
use freshness::Freshness;
pub use freshness::MAX_STALE;
use health::UsageCount;
pub use health::VerifyHealth;
use leases::Told;
pub use rates::RateState;
use rates::Rates;
use serde_json::json;
use std::{fmt, net::IpAddr, sync::Arc};
use tokio::sync::Mutex;

/// May this secret do that now, for a client at this address?
#[derive(Clone, Copy)]
pub struct VerifyRequest<'a> {
    pub secret: &'a str,
    pub permissions: &'a [Permission],
    pub address: Option<IpAddr>,
    /// The name that the client gives itself, for the record.
    pub client: &'a str,
}

/// Everything but the secret.
impl fmt::Debug for VerifyRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { secret: _, permissions, address, client } = self;
        f.debug_struct("VerifyRequest")
            .field("permissions", permissions)
            .field("address", address)
            .field("client", client)
            .finish_non_exhaustive()
    }
}

/// The purpose of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// The secret is being used. That spends its rate, and an unknown address is not an allowed one.
    Use,
    /// [`Purpose::Use`] for Tokenry's own API, which asks for each permission itself: some of it is open to every live
    /// token.
    OwnApi,
    /// Somebody wants to know whether the secret works. That spends no rate and is not refused for it; an address is
    /// judged where it is known.
    Introspection,
}

/// A verdict, and what may be said about it.
#[derive(Clone, Debug)]
pub struct Verification {
    pub verdict: Verdict,
    /// The secret and its owner; `None` for what is malformed or unknown.
    pub identity: Option<Arc<CachedSecret>>,
    /// The wanted permissions that the token lacks.
    pub missing: Vec<Permission>,
    /// The state of the token in its rate limit, if it has one and came that far.
    pub rate: Option<RateState>,
}

impl Verification {
    fn nobody(verdict: Verdict) -> Self {
        Self { verdict, identity: None, missing: Vec::new(), rate: None }
    }
}

/// Everything that the decision keeps in memory.
#[derive(Default)]
pub struct Verifier {
    cache: SecretCache,
    freshness: Freshness,
    rates: Rates,
    /// Locked while other nodes are told what was spent here.
    told: Mutex<Told>,
    count: UsageCount,
}

impl Service {
    /// The verdict. An error means that there is none: the data cannot be reached, and what is in memory may be
    /// outdated.
    pub async fn verify(&self, request: &VerifyRequest<'_>) -> Result<Verification, Error> {
        self.decide(Asker::Ourselves, request, Purpose::Use).await
    }

    /// The verdict for a service that was shown the secret, and asks with this token of its own. It is told that a
    /// secret is unknown, however many of those it was shown: with many, they are looked up one after the other.
    pub async fn verify_for(
        &self,
        service: TokenId,
        request: &VerifyRequest<'_>,
    ) -> Result<Verification, Error> {
        self.decide_for(service, request, Purpose::Use).await
    }

    /// The verdict for a service, as in [`Self::verify_for`], that does not use the secret now but keeps the answer for
    /// a while. Conditions that pass on their own, or depend on where the secret will be used from, do not count.
    pub async fn introspect(
        &self,
        service: TokenId,
        request: &VerifyRequest<'_>,
    ) -> Result<Verification, Error> {
        self.decide_for(service, request, Purpose::Introspection).await
    }

    async fn decide_for(
        &self,
        service: TokenId,
        request: &VerifyRequest<'_>,
        purpose: Purpose,
    ) -> Result<Verification, Error> {
        let asker = Asker::Service(service);
        let verification = self.decide(asker, request, purpose).await?;
        if verification.identity.is_none() {
            let _ = self.in_vain(asker);
        }
        Ok(verification)
    }

    async fn decide(
        &self,
        asker: Asker,
        request: &VerifyRequest<'_>,
        purpose: Purpose,
    ) -> Result<Verification, Error> {
        let identified = self.identify(asker, request.secret).await?;
        let now = self.clock.now();
        let verification = match identified {
            Ok(cached) => self.evaluate(cached, request, purpose, now).await?,
            Err(verdict) => Verification::nobody(verdict),
        };
        self.uses.note(now, request, &verification);
        Ok(verification)
    }

    /// The verdict for a secret that its own holder presents. A source that presents too many unknown secrets is not
    /// heard for a while; known secrets are answered all the same.
    pub async fn verify_from(&self, request: &VerifyRequest<'_>) -> Result<Verification, Error> {
        self.decide_from(request, Purpose::Use).await
    }

    /// [`Self::verify_from`] for a caller of Tokenry's own API.
    pub async fn verify_caller(&self, request: &VerifyRequest<'_>) -> Result<Verification, Error> {
        self.decide_from(request, Purpose::OwnApi).await
    }

    async fn decide_from(
        &self,
        request: &VerifyRequest<'_>,
        purpose: Purpose,
    ) -> Result<Verification, Error> {
        let asker = Asker::Holder(request.address);
        let verification = self.decide(asker, request, purpose).await?;
        if verification.identity.is_none() {
            self.in_vain(asker)?;
        }
        Ok(verification)
    }

    /// The caller, if they showed a secret that is valid.
    pub fn caller_of(&self, verification: &Verification, visit: Visit) -> Option<Caller> {
        let cached = verification.identity.as_ref().filter(|_| verification.verdict.is_valid())?;
        holder(cached, visit)
    }

    /// Notes that a caller of Tokenry itself was refused, although their secret would open something elsewhere.
    pub async fn note_denial(&self, verification: &Verification, visit: Visit) -> Result<(), Error> {
        let wanted = match verification.verdict {
            Verdict::PermissionMissing => {
                verification.missing.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ")
            }
            Verdict::AddressNotAllowed => Verdict::AddressNotAllowed.to_string(),
            _ => return Ok(()),
        };
        match verification.identity.as_deref().and_then(|cached| holder(cached, visit)) {
            Some(caller) => self.note_refusal(&caller, Target::Nothing, &wanted).await,
            None => Ok(()),
        }
    }

    /// Ends a secret for anybody who presents it: it is dead when this returns. An unknown secret, or one that is dead
    /// already, is as good as ended.
    pub async fn revoke_secret(
        &self,
        secret: &str,
        source: Option<IpAddr>,
        visit: &Visit,
    ) -> Result<(), Error> {
        let asker = Asker::Holder(source);
        let Ok(cached) = self.identify_lately_made(asker, secret).await? else { return self.in_vain(asker) };
        let event = event::event(EventKind::SecretRevoked, self.clock.now(), None, visit);
        let event = event.with(&json!({ "name": &*cached.name }));
        match self.store.revoke_secret(&cached.digest, &event).await {
            Ok(_) | Err(StoreError::NotFound) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// [`Self::identify`], without belief in what is in memory about a secret that nobody knew: another node may have
    /// made it a moment ago, and whoever ends it is told that it has ended.
    async fn identify_lately_made(
        &self,
        asker: Asker,
        secret: &str,
    ) -> Result<Result<Arc<CachedSecret>, Verdict>, Error> {
        let known = self.identify(asker, secret).await?;
        if known.is_ok() || !Secret::is_well_formed(secret) && !can_be_foreign(secret, &self.prefix) {
            return Ok(known);
        }
        self.verifier.catch_up(&*self.store).await?;
        self.look_up(asker, &KeyDigest::of(secret.as_bytes())).await
    }

    /// The known secret, or the verdict about one that is not known. Text that cannot be a secret needs no look at the
    /// data.
    async fn identify(
        &self,
        asker: Asker,
        secret: &str,
    ) -> Result<Result<Arc<CachedSecret>, Verdict>, Error> {
        let is_well_formed = Secret::is_well_formed(secret);
        if !is_well_formed && !can_be_foreign(secret, &self.prefix) {
            return Ok(Err(Verdict::Malformed));
        }
        self.be_current().await?;
        if !is_well_formed && !self.verifier.freshness.has_foreign() {
            return Ok(Err(Verdict::Malformed));
        }
        let digest = KeyDigest::of(secret.as_bytes());
        let found = self.verifier.cache.find(&digest);
        self.verifier.count.looked_up(found.is_some());
        match found {
            Some(Some(cached)) => Ok(Ok(cached)),
            Some(None) => Ok(Err(Verdict::Unknown)),
            // On the heap, as it is rare: every call would have room for it otherwise.
            None => Box::pin(self.look_up(asker, &digest)).await,
        }
    }

    /// Notes a question about a secret that nobody knows. An error when the asker may not be told so.
    fn in_vain(&self, asker: Asker) -> Result<(), Error> {
        self.throttle.forget();
        asker.name().map_or(Ok(()), |name| self.throttle.secrets.missed(&name))
    }

    async fn look_up(
        &self,
        asker: Asker,
        digest: &KeyDigest,
    ) -> Result<Result<Arc<CachedSecret>, Verdict>, Error> {
        let _pass = match asker.name() {
            Some(name) => Some(self.throttle.secrets.enter(&name).await?),
            None => None,
        };
        let (generation, found) = match self.read_secret(digest).await {
            Err(StoreError::Elsewhere) => {
                self.verifier.catch_up(&*self.store).await?;
                self.read_secret(digest).await?
            }
            read => read?,
        };
        let table = &self.verifier.cache;
        match found {
            Some(found) => {
                let budget = found.rate_limit.map(|limit| self.verifier.rates.budget(found.token, limit));
                Ok(Ok(table.keep(digest, found, budget, generation)))
            }
            None => {
                table.keep_unknown(digest, generation);
                Ok(Err(Verdict::Unknown))
            }
        }
    }

    /// Reads a secret from data that includes what memory was compared with. By the time it is kept it may be outdated:
    /// the generation from before tells.
    async fn read_secret(&self, digest: &KeyDigest) -> Result<(u64, Option<KnownSecret>), StoreError> {
        let generation = self.verifier.cache.generation();
        Ok((generation, self.store.secret(digest, self.verifier.freshness.read()).await?))
    }
}

/// The one on whose behalf a secret is looked up.
#[derive(Clone, Copy)]
enum Asker {
    Ourselves,
    /// The holder who presents it, from this address.
    Holder(Option<IpAddr>),
    /// A service that was shown it, which asks with this token.
    Service(TokenId),
}

impl Asker {
    /// The name under which questions in vain are counted; `None` when they are not.
    fn name(self) -> Option<String> {
        match self {
            Self::Ourselves => None,
            Self::Holder(None) => Some(String::new()),
            Self::Holder(Some(address)) => Some(throttle::source(&address.to_string())),
            Self::Service(token) => Some(token.to_string()),
        }
    }
}

/// The caller who shows this secret.
fn holder(cached: &CachedSecret, visit: Visit) -> Option<Caller> {
    let power = Power {
        permissions: cached.permissions().clone(),
        expires_at: cached.ends_at(),
        allowed_addresses: AllowedAddresses::clone(&cached.allowed_addresses),
        rate_limit: cached.rate_limit(),
    };
    Some(Caller {
        id: cached.owner.id,
        name: PersonName::parse(&cached.owner.name).ok()?,
        role: cached.owner.role,
        theme: Theme::default(),
        credential: Credential::Token { id: cached.token, power },
        visit,
    })
}

/// Could this have been made elsewhere? That is anything that can stand in a header, except with the prefix that the
/// server was started with: there, the checksum tells. The prefix that the workspace has chosen does not count here,
/// since keys that were imported before it was chosen may begin with it.
fn can_be_foreign(text: &str, prefix: &SecretPrefix) -> bool {
    let is_ours = text.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('_'));
    !is_ours && (1..=SECRET_BYTES_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}
