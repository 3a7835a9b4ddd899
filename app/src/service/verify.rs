//! The decision: from a secret, what is wanted of it, a client's address and the time to one verdict. Every endpoint
//! asks here, Tokenry's own included, so that no two of them can disagree.
//!
//! Identity is kept in memory; verdicts never are. Status, expiry, owner, permissions, address and rate are
//! looked at in every call. What is kept is right as of less than [`FRESH`] ago, or nobody gets an answer.

mod freshness;
mod health;
mod known;
mod rates;
mod shared;

use super::{KeyDigest, Service, StoreError, by, throttle};
use crate::domain::{
    AllowedAddresses, Caller, Credential, Error, EventKind, Permission, PermissionSet, PersonName, Power,
    SECRET_BYTES_MAX, Secret, SecretPrefix, Target, Theme, Timestamp, TokenId, Verdict, Visit,
};
use freshness::Freshness;
use health::Tally;
pub use health::VerifyHealth;
pub(super) use known::KNOWN_MAX;
use known::Table;
pub use known::{Known, KnownPerson};
pub use rates::RateState;
use rates::Rates;
use serde_json::json;
use std::{fmt, net::IpAddr, sync::Arc};

/// May this secret do that now, for a client at this address?
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub secret: &'a str,
    pub permissions: &'a [Permission],
    pub address: Option<IpAddr>,
    /// What the client calls itself, for the record.
    pub client: &'a str,
}

/// Everything but the secret.
impl fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { secret: _, permissions, address, client } = self;
        f.debug_struct("Question")
            .field("permissions", permissions)
            .field("address", address)
            .field("client", client)
            .finish_non_exhaustive()
    }
}

/// What a verdict is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// The secret is being used. That spends its rate, and an address that is not known is none that is allowed.
    Use,
    /// The same for Tokenry's own API, which asks for each permission itself: some of it is open to every live token.
    OwnApi,
    /// Somebody wants to know whether it lives. That spends no rate and is not refused for it; an address is judged
    /// where it is known.
    Introspection,
}

/// A verdict, and what may be said about it.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub verdict: Verdict,
    /// Whose secret it is: nothing for what is malformed or unknown.
    pub identity: Option<Arc<Known>>,
    /// The wanted permissions that the token lacks.
    pub missing: Vec<Permission>,
    /// Where the token stands in its rate limit, if it has one and came that far.
    pub rate: Option<RateState>,
}

impl Judgement {
    fn nobody(verdict: Verdict) -> Self {
        Self { verdict, identity: None, missing: Vec::new(), rate: None }
    }
}

/// What the decision keeps in memory.
#[derive(Default)]
pub struct Verifier {
    table: Table,
    freshness: Freshness,
    rates: Rates,
    tally: Tally,
}

impl Service {
    /// The verdict. An error means that there is none: the data cannot be reached, and what is in memory may be
    /// outdated.
    pub async fn verify(&self, question: &Question<'_>) -> Result<Judgement, Error> {
        self.decide(Asker::Ourselves, question, Purpose::Use).await
    }

    /// The verdict for a service that was shown the secret, and asks with this token of its own. It is told what is
    /// unknown, however many of those it was shown: they are looked up one after the other then.
    pub async fn verify_for(&self, service: TokenId, question: &Question<'_>) -> Result<Judgement, Error> {
        self.decide_for(service, question, Purpose::Use).await
    }

    /// The verdict for such a service that does not use the secret now, but keeps the answer for a while: what passes by
    /// itself, or depends on where it will be used from, does not count.
    pub async fn introspect(&self, service: TokenId, question: &Question<'_>) -> Result<Judgement, Error> {
        self.decide_for(service, question, Purpose::Introspection).await
    }

    async fn decide_for(
        &self,
        service: TokenId,
        question: &Question<'_>,
        purpose: Purpose,
    ) -> Result<Judgement, Error> {
        let asker = Asker::Service(service);
        let judgement = self.decide(asker, question, purpose).await?;
        if judgement.identity.is_none() {
            let _ = self.in_vain(asker);
        }
        Ok(judgement)
    }

    async fn decide(
        &self,
        asker: Asker,
        question: &Question<'_>,
        purpose: Purpose,
    ) -> Result<Judgement, Error> {
        let identified = self.identify(asker, question.secret).await?;
        let now = self.clock.now();
        let judgement = match identified {
            Ok(known) => judge(known, question, purpose, now),
            Err(verdict) => Judgement::nobody(verdict),
        };
        self.uses.note(now, question, &judgement);
        Ok(judgement)
    }

    /// The verdict for a secret that its own holder presents. Whoever presents too many that nobody knows is not
    /// heard for a while; what is known is answered all the same.
    pub async fn verify_from(&self, question: &Question<'_>) -> Result<Judgement, Error> {
        self.decide_from(question, Purpose::Use).await
    }

    /// The same for whoever calls Tokenry's own API.
    pub async fn verify_caller(&self, question: &Question<'_>) -> Result<Judgement, Error> {
        self.decide_from(question, Purpose::OwnApi).await
    }

    async fn decide_from(&self, question: &Question<'_>, purpose: Purpose) -> Result<Judgement, Error> {
        let asker = Asker::Holder(question.address);
        let judgement = self.decide(asker, question, purpose).await?;
        if judgement.identity.is_none() {
            self.in_vain(asker)?;
        }
        Ok(judgement)
    }

    /// Who asks, when they showed a secret that is valid.
    pub fn caller_of(&self, judgement: &Judgement, visit: Visit) -> Option<Caller> {
        let known = judgement.identity.as_ref().filter(|_| judgement.verdict.is_valid())?;
        holder(known, visit)
    }

    /// Notes that whoever asks Tokenry itself may not, although their secret would open something elsewhere.
    pub async fn note_denial(&self, judgement: &Judgement, visit: Visit) -> Result<(), Error> {
        let wanted = match judgement.verdict {
            Verdict::PermissionMissing => {
                judgement.missing.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ")
            }
            Verdict::AddressNotAllowed => Verdict::AddressNotAllowed.to_string(),
            _ => return Ok(()),
        };
        match judgement.identity.as_deref().and_then(|known| holder(known, visit)) {
            Some(caller) => self.note_refusal(&caller, Target::Nothing, &wanted).await,
            None => Ok(()),
        }
    }

    /// Whoever presents a secret may end it: it is dead when this returns. What is none, or is dead already, is
    /// as good as ended.
    pub async fn revoke_secret(
        &self,
        secret: &str,
        source: Option<IpAddr>,
        visit: &Visit,
    ) -> Result<(), Error> {
        let asker = Asker::Holder(source);
        let Ok(known) = self.identify(asker, secret).await? else { return self.in_vain(asker) };
        let event = by::event(EventKind::SecretRevoked, self.clock.now(), None, visit);
        let event = event.with(&json!({ "name": &*known.name }));
        match self.store.revoke_secret(&known.digest, &event).await {
            Ok(_) | Err(StoreError::NotFound) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// Whose secret is it? What cannot be one is told without a look at the data.
    async fn identify(&self, asker: Asker, secret: &str) -> Result<Result<Arc<Known>, Verdict>, Error> {
        let is_well_formed = Secret::is_well_formed(secret);
        if !is_well_formed && !can_be_foreign(secret, &self.prefix) {
            return Ok(Err(Verdict::Malformed));
        }
        self.be_current().await?;
        if !is_well_formed && !self.verifier.freshness.has_foreign() {
            return Ok(Err(Verdict::Malformed));
        }
        let digest = KeyDigest::of(secret.as_bytes());
        let found = self.verifier.table.find(&digest);
        self.verifier.tally.looked_up(found.is_some());
        match found {
            Some(Some(known)) => Ok(Ok(known)),
            Some(None) => Ok(Err(Verdict::Unknown)),
            None => self.look_up(asker, &digest).await,
        }
    }

    /// Somebody has asked about a secret that nobody knows. May they be told so?
    fn in_vain(&self, asker: Asker) -> Result<(), Error> {
        self.throttle.forget();
        asker.name().map_or(Ok(()), |name| self.throttle.secrets.missed(&name))
    }

    async fn look_up(&self, asker: Asker, digest: &KeyDigest) -> Result<Result<Arc<Known>, Verdict>, Error> {
        let _pass = match asker.name() {
            Some(name) => Some(self.throttle.secrets.enter(&name).await?),
            None => None,
        };
        let table = &self.verifier.table;
        // What is read from here on may be outdated by the time it is kept; then it is not kept.
        let generation = table.generation();
        match self.store.secret(digest).await? {
            Some(found) => {
                let limiter = found.rate_limit.map(|limit| self.verifier.rates.limiter(found.token, limit));
                Ok(Ok(table.keep(digest, found, limiter, generation)))
            }
            None => {
                table.keep_unknown(digest, generation);
                Ok(Err(Verdict::Unknown))
            }
        }
    }
}

/// On whose behalf a secret is looked up.
#[derive(Clone, Copy)]
enum Asker {
    Ourselves,
    /// Whoever presents it, from this address.
    Holder(Option<IpAddr>),
    /// A service that was shown it, which asks with this token.
    Service(TokenId),
}

impl Asker {
    /// By what it is known how often they asked in vain.
    fn name(self) -> Option<String> {
        match self {
            Self::Ourselves => None,
            Self::Holder(None) => Some(String::new()),
            Self::Holder(Some(address)) => Some(throttle::source(&address.to_string())),
            Self::Service(token) => Some(token.to_string()),
        }
    }
}

/// Whoever shows this secret.
fn holder(known: &Known, visit: Visit) -> Option<Caller> {
    let power = Power {
        permissions: known.permissions().clone(),
        expires_at: known.ends_at(),
        allowed_addresses: AllowedAddresses::clone(&known.allowed_addresses),
        rate_limit: known.rate_limit(),
    };
    Some(Caller {
        id: known.owner.id,
        name: PersonName::parse(&known.owner.name).ok()?,
        role: known.owner.role,
        theme: Theme::default(),
        credential: Credential::Token { id: known.token, power },
        visit,
    })
}

/// Everything that can change between two calls, in the order in which it is told.
fn judge(known: Arc<Known>, question: &Question<'_>, purpose: Purpose, now: Timestamp) -> Judgement {
    let standing = standing(&known, now, question.address, purpose);
    let mut judgement = Judgement::nobody(standing);
    if standing.is_valid() {
        judgement.missing = missing(known.permissions(), question.permissions);
        // Nothing held is nothing allowed, also where nothing in particular is wanted.
        let is_powerless = known.permissions().is_empty() && purpose != Purpose::OwnApi;
        let is_allowed = judgement.missing.is_empty() && !is_powerless;
        if is_allowed && purpose != Purpose::Introspection {
            judgement.rate = known.spend();
        }
        judgement.verdict = match judgement.rate {
            _ if !is_allowed => Verdict::PermissionMissing,
            Some(RateState { retry_seconds: Some(_), .. }) => Verdict::RateLimited,
            _ => Verdict::Valid,
        };
    }
    judgement.identity = Some(known);
    judgement
}

/// What is told of a secret whatever is wanted of it.
fn standing(known: &Known, now: Timestamp, address: Option<IpAddr>, purpose: Purpose) -> Verdict {
    let is_address_judged = address.is_some() || purpose != Purpose::Introspection;
    if known.is_revoked {
        Verdict::Revoked
    } else if known.has_ended(now) {
        Verdict::Expired
    } else if known.is_disabled {
        Verdict::Disabled
    } else if known.owner.is_disabled {
        Verdict::OwnerDisabled
    } else if is_address_judged && !known.allowed_addresses.allow(address) {
        Verdict::AddressNotAllowed
    } else {
        Verdict::Valid
    }
}

/// Of what is wanted, what is not held, each once.
fn missing(held: &PermissionSet, wanted: &[Permission]) -> Vec<Permission> {
    let mut missing: Vec<Permission> = Vec::new();
    for permission in wanted {
        if !held.contains(permission) && !missing.contains(permission) {
            missing.push(permission.clone());
        }
    }
    missing
}

/// Could this have been made elsewhere? That is anything that can stand in a header, but not with the prefix that the
/// server was started with: of those, the checksum tells. What the workspace has its new secrets begin with does not
/// count here, since keys that were imported before it was chosen may begin like that.
fn can_be_foreign(text: &str, prefix: &SecretPrefix) -> bool {
    let is_ours = text.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('_'));
    !is_ours && (1..=SECRET_BYTES_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}
