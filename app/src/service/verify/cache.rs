//! Secrets in memory, by their digests: those that callers have presented, and for a moment those that nobody
//! knows. Bounded; what is not there is read from the data.

use super::{
    super::{
        KeyDigest, KnownSecret,
        uses::{Counts, OwnersRows},
    },
    rates::Budget,
    shared::Shared,
};
use crate::domain::{
    AllowedAddresses, Metadata, PermissionSet, PersonId, RateLimit, Role, Timestamp, TokenId,
};
use hashbrown::HashTable;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Most secrets in memory. Beyond it, those that were not presented lately go.
pub const CACHED_MAX: usize = 1_200_000;
/// Time for which a secret is remembered as unknown.
const UNKNOWN_TIME: Duration = Duration::from_millis(500);
/// Most digests that are remembered as unknown, in each shard.
const UNKNOWN_MAX: usize = 4_096;
/// Most different owners that are shared between their secrets.
const PEOPLE_MAX: usize = 100_000;
/// Number of shards: the table of a full one just fits into the 65,536 places that it grows to, of which it fills seven
/// eighths.
pub const SHARDS: usize = 21;

/// There may be a million of these: an absent time takes no more room than a present one.
const NEVER: i64 = i64::MAX;

/// A secret in memory. It holds no verdict: only what verdicts are made of.
#[derive(Debug)]
pub struct CachedSecret {
    pub(super) digest: KeyDigest,
    pub id: Uuid,
    pub token: TokenId,
    pub name: Box<str>,
    pub owner: Arc<CachedPerson>,
    /// The permissions of the token that its owner may give: within the owner's role and grants.
    permissions: Arc<PermissionSet>,
    pub created_at: Timestamp,
    /// When it stops working, in milliseconds since 1970, or [`NEVER`].
    ends_at: i64,
    pub allowed_addresses: Arc<AllowedAddresses>,
    budget: Option<Arc<Budget>>,
    /// Most have none.
    pub metadata: Option<Arc<Metadata>>,
    pub is_revoked: bool,
    pub is_disabled: bool,
    /// The counts of its uses.
    uses: Counts,
    /// Whether it has been presented since the last search for secrets that could go.
    is_wanted: AtomicBool,
}

/// An owner of tokens: one value for all of them, so that a change is one step however many they are.
#[derive(Debug)]
pub struct CachedPerson {
    pub id: PersonId,
    pub name: Box<str>,
    /// The name as others are told it, with the address beside it where somebody else has one that looks the same.
    pub told: Box<str>,
    pub role: Role,
    pub metadata: Metadata,
    pub is_disabled: bool,
    /// Whether something about them has changed since this was read.
    is_outdated: AtomicBool,
    /// The number of ways in which their tokens were used in this hour.
    rows: OwnersRows,
}

impl CachedPerson {
    pub(in super::super) fn rows(&self) -> &OwnersRows {
        &self.rows
    }
}

impl CachedSecret {
    pub fn permissions(&self) -> &PermissionSet {
        &self.permissions
    }

    /// When it stops working, as far as that is known: with its token, or with its rotation.
    pub fn ends_at(&self) -> Option<Timestamp> {
        (self.ends_at < NEVER).then(|| Timestamp::from_millis(self.ends_at))
    }

    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ends_at <= now.as_millis()
    }

    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.budget.as_ref().map(|budget| budget.limit)
    }

    /// What the token may still be used for, if it has a rate limit.
    pub(super) fn budget(&self) -> Option<&Arc<Budget>> {
        self.budget.as_ref()
    }

    pub(in super::super) fn uses(&self) -> &Counts {
        &self.uses
    }
}

#[derive(Default)]
struct Shard {
    cached: HashTable<Arc<CachedSecret>>,
    unknown: HashMap<[u8; 32], Instant>,
}

/// Digests are as good as random: eight of their bytes are a hash.
fn hash_of(digest: &KeyDigest) -> u64 {
    digest.as_bytes().iter().rev().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

impl Shard {
    fn find(&self, digest: &KeyDigest) -> Option<&Arc<CachedSecret>> {
        self.cached.find(hash_of(digest), |cached| cached.digest == *digest)
    }

    fn remove(&mut self, digest: &KeyDigest) {
        if let Ok(entry) = self.cached.find_entry(hash_of(digest), |cached| cached.digest == *digest) {
            entry.remove();
        }
    }

    fn insert(&mut self, cached: Arc<CachedSecret>) {
        if self.cached.len() >= CACHED_MAX / SHARDS {
            self.make_room();
        }
        self.remove(&cached.digest);
        self.cached.insert_unique(hash_of(&cached.digest), cached, |cached| hash_of(&cached.digest));
    }

    /// Gives a second chance to those that were presented since the last time. When that is all of them, every eighth
    /// goes.
    fn make_room(&mut self) {
        let before = self.cached.len();
        self.cached.retain(|cached| cached.is_wanted.swap(false, Ordering::Relaxed));
        if self.cached.len() == before {
            let mut count = 0_usize;
            self.cached.retain(|_| {
                count += 1;
                !count.is_multiple_of(8)
            });
        }
    }
}

/// All secrets in memory.
#[derive(Default)]
pub struct SecretCache {
    shards: [RwLock<Shard>; SHARDS],
    /// Grows with everything that is forgotten.
    generation: AtomicU64,
    people: Mutex<HashMap<PersonId, Arc<CachedPerson>>>,
    permissions: Shared<PermissionSet>,
    addresses: Shared<AllowedAddresses>,
    metadata: Shared<Metadata>,
}

impl SecretCache {
    fn shard(&self, digest: &KeyDigest) -> &RwLock<Shard> {
        &self.shards[usize::from(digest.as_bytes()[0]) % SHARDS]
    }

    /// The secret with this digest; `Some(None)` for one that nobody knows, `None` when the data has to be asked.
    pub fn find(&self, digest: &KeyDigest) -> Option<Option<Arc<CachedSecret>>> {
        let shard = read(self.shard(digest));
        if let Some(cached) = shard.find(digest) {
            if cached.owner.is_outdated.load(Ordering::Acquire) {
                return None;
            }
            if !cached.is_wanted.load(Ordering::Relaxed) {
                cached.is_wanted.store(true, Ordering::Relaxed);
            }
            return Some(Some(cached.clone()));
        }
        let until = shard.unknown.get(digest.as_bytes())?;
        (Instant::now() < *until).then_some(None)
    }

    /// Number of secrets in memory.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| read(shard).cached.len()).sum()
    }

    /// To be taken before the data is read.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Keeps what was read, unless something was forgotten since: then it may be outdated.
    pub fn keep(
        &self,
        digest: &KeyDigest,
        found: KnownSecret,
        budget: Option<Arc<Budget>>,
        generation: u64,
    ) -> Arc<CachedSecret> {
        let permissions = found.owner.reach().within(&found.permissions);
        let cached = Arc::new(CachedSecret {
            digest: *digest,
            id: found.id,
            token: found.token,
            name: found.name.as_str().into(),
            permissions: self.permissions.one(permissions.to_line(), permissions),
            owner: self.person(&found.owner, generation),
            created_at: found.created_at,
            ends_at: found
                .expires_at
                .into_iter()
                .chain(found.ends_at)
                .min()
                .map_or(NEVER, Timestamp::as_millis),
            allowed_addresses: self
                .addresses
                .one(found.allowed_addresses.to_string(), found.allowed_addresses),
            budget,
            metadata: (!found.metadata.is_empty())
                .then(|| self.metadata.one(found.metadata.as_str().to_owned(), found.metadata)),
            is_revoked: found.is_revoked,
            is_disabled: found.is_disabled,
            uses: Counts::default(),
            is_wanted: AtomicBool::new(true),
        });
        let mut shard = write(self.shard(digest));
        // Checked under the lock: forgetting raises the generation first and then comes for this shard.
        if self.generation() == generation {
            shard.insert(cached.clone());
        }
        cached
    }

    pub fn keep_unknown(&self, digest: &KeyDigest, generation: u64) {
        let mut shard = write(self.shard(digest));
        if self.generation() != generation {
            return;
        }
        if shard.unknown.len() >= UNKNOWN_MAX {
            shard.unknown.clear();
        }
        shard.unknown.insert(*digest.as_bytes(), Instant::now() + UNKNOWN_TIME);
    }

    pub fn forget(&self, secrets: &[KeyDigest], people: &[PersonId]) {
        if secrets.is_empty() && people.is_empty() {
            return;
        }
        self.generation.fetch_add(1, Ordering::SeqCst);
        for id in people {
            if let Some(person) = lock(&self.people).remove(id) {
                person.is_outdated.store(true, Ordering::Release);
            }
        }
        for digest in secrets {
            let mut shard = write(self.shard(digest));
            shard.remove(digest);
            shard.unknown.remove(digest.as_bytes());
        }
    }

    /// Forgets shared values that are not shared any more.
    pub fn forget_unused(&self) {
        self.permissions.forget_unused();
        self.addresses.forget_unused();
        self.metadata.forget_unused();
    }

    pub fn forget_all(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        lock(&self.people).clear();
        for shard in &self.shards {
            *write(shard) = Shard::default();
        }
    }

    /// The value that all of this person's tokens share.
    fn person(&self, owner: &super::super::KnownOwner, generation: u64) -> Arc<CachedPerson> {
        let new = || {
            Arc::new(CachedPerson {
                id: owner.id,
                name: owner.name.as_str().into(),
                told: match &owner.namesake_email {
                    Some(email) => format!("{} ({email})", owner.name.as_str()).into(),
                    None => owner.name.as_str().into(),
                },
                role: owner.role,
                metadata: owner.metadata.clone(),
                is_disabled: owner.is_disabled,
                is_outdated: AtomicBool::new(false),
                rows: OwnersRows::default(),
            })
        };
        let mut people = lock(&self.people);
        if self.generation() != generation {
            return new();
        }
        if people.len() >= PEOPLE_MAX {
            people.retain(|_, person| Arc::strong_count(person) > 1);
        }
        people.entry(owner.id).or_insert_with(new).clone()
    }
}

// A lock is poisoned by a panic under it; nothing here panics, and what is kept is checked anew all the time.
fn read(shard: &RwLock<Shard>) -> RwLockReadGuard<'_, Shard> {
    shard.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(shard: &RwLock<Shard>) -> RwLockWriteGuard<'_, Shard> {
    shard.write().unwrap_or_else(PoisonError::into_inner)
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
