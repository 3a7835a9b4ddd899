//! Ways of use: the keys that tell the uses of a secret in an hour apart. Many secrets are used in the same ways, so
//! each way is in memory once.

use crate::domain::{OTHER_USE, Permission, Verdict};
use hashbrown::{DefaultHashBuilder, HashTable};
use std::{
    hash::BuildHasher,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

const SHARDS: usize = 16;

/// A way of use to look up. `None` means any other.
#[derive(Clone, Copy, Hash)]
pub struct UseKind<'a> {
    pub verdict: Verdict,
    pub wanted: Option<&'a [Permission]>,
    pub from: Option<(Option<IpAddr>, &'a str)>,
}

/// A way of use as it is kept.
pub struct UseKey {
    hash: u64,
    pub verdict: Verdict,
    permission: Box<str>,
    from: Option<(Option<IpAddr>, Box<str>)>,
}

impl UseKey {
    fn new(hash: u64, kind: &UseKind<'_>) -> Self {
        let line =
            |wanted: &[Permission]| wanted.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ");
        Self {
            hash,
            verdict: kind.verdict,
            permission: kind.wanted.map_or(OTHER_USE.into(), |wanted| line(wanted).into()),
            from: kind.from.map(|(address, client)| (address, client.into())),
        }
    }

    pub fn is(&self, kind: &UseKind<'_>) -> bool {
        self.verdict == kind.verdict
            && self.from.as_ref().map(|(address, client)| (*address, &**client)) == kind.from
            && match kind.wanted {
                None => &*self.permission == OTHER_USE,
                Some(wanted) => {
                    self.permission.split_ascii_whitespace().eq(wanted.iter().map(Permission::as_str))
                }
            }
    }

    pub fn permission(&self) -> String {
        self.permission.to_string()
    }

    /// The address and the client, as they are written with a count.
    pub fn from(&self) -> (String, String) {
        self.from.as_ref().map_or_else(|| (OTHER_USE.to_owned(), OTHER_USE.to_owned()), written)
    }

    /// [`Self::from`], but empty where the address and client are not known.
    pub fn known_from(&self) -> (String, String) {
        self.from.as_ref().map(written).unwrap_or_default()
    }
}

fn written((address, client): &(Option<IpAddr>, Box<str>)) -> (String, String) {
    let address = address.map(|address| address.to_canonical().to_string()).unwrap_or_default();
    (address, client.to_string())
}

/// All ways of use, each once.
#[derive(Default)]
pub struct UseKeys {
    shards: [Mutex<HashTable<Arc<UseKey>>>; SHARDS],
    hasher: DefaultHashBuilder,
}

impl UseKeys {
    /// The shared key of this way of use. `None` when it would be new and there are `max` already.
    pub fn share(&self, kind: &UseKind<'_>, max: usize) -> Option<Arc<UseKey>> {
        let hash = self.hasher.hash_one(kind);
        // The table itself uses the other end of the hash.
        let shard = usize::from(hash.to_be_bytes()[1]) % SHARDS;
        let mut keys = lock(&self.shards[shard]);
        if let Some(key) = keys.find(hash, |key| key.is(kind)) {
            return Some(key.clone());
        }
        let has_room = keys.len() < max / SHARDS;
        has_room.then(|| {
            let key = Arc::new(UseKey::new(hash, kind));
            keys.insert_unique(hash, key.clone(), |key| key.hash);
            key
        })
    }

    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }

    /// Forgets the ways in which no secret is used any more.
    pub fn forget_unused(&self) {
        for shard in &self.shards {
            lock(shard).retain(|key| Arc::strong_count(key) > 1);
        }
    }
}

// A lock is poisoned by a panic under it; nothing here panics, and counts are only counts.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
