//! Counts in memory, by secret and hour. What a secret was used for stays for its hour, so that the same use is
//! found again without an allocation, and so that the number of rows in the data stays bounded, too: what is
//! one too many is counted without its address and client, then without its permissions, and at last not at all.

use super::super::{LatestUse, UseCount};
use crate::domain::{Permission, Timestamp, TokenId, USE_KINDS_MAX, USE_ROWS_MAX, Verdict};
use hashbrown::HashTable;
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use uuid::Uuid;

const SHARDS: usize = 16;
/// What stands for what is not told apart any more.
const OTHER: &str = "other";
/// A secret that was used in no more ways than this is forgotten first.
const FEW: usize = 8;

/// A secret, and when the hour began.
pub type Key = (Uuid, i64);

/// What uses of a secret in an hour are told apart by. `None` is any other.
#[derive(Clone, Copy, Hash)]
pub struct Kind<'a> {
    pub verdict: Verdict,
    pub wanted: Option<&'a [Permission]>,
    pub from: Option<(Option<IpAddr>, &'a str)>,
}

struct Row {
    hash: u64,
    verdict: Verdict,
    permission: Box<str>,
    from: Option<(Option<IpAddr>, Box<str>)>,
    /// Those that are not known to be written.
    count: u64,
    /// Those of them that are being written.
    sent: u64,
}

impl Row {
    fn new(hash: u64, kind: &Kind<'_>) -> Self {
        let line =
            |wanted: &[Permission]| wanted.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ");
        Self {
            hash,
            verdict: kind.verdict,
            permission: kind.wanted.map_or(OTHER.into(), |wanted| line(wanted).into()),
            from: kind.from.map(|(address, client)| (address, client.into())),
            count: 0,
            sent: 0,
        }
    }

    fn is(&self, kind: &Kind<'_>) -> bool {
        self.verdict == kind.verdict
            && self.from.as_ref().map(|(address, client)| (*address, &**client)) == kind.from
            && match kind.wanted {
                None => &*self.permission == OTHER,
                Some(wanted) => {
                    self.permission.split_ascii_whitespace().eq(wanted.iter().map(Permission::as_str))
                }
            }
    }

    fn to_count(&self, (secret, hour): Key) -> UseCount {
        let (address, client) = match &self.from {
            None => (OTHER.to_owned(), OTHER.to_owned()),
            Some((address, client)) => (written(*address), client.to_string()),
        };
        let (hour, permission) = (Timestamp::from_millis(hour), self.permission.to_string());
        UseCount { secret, hour, verdict: self.verdict, permission, address, client, count: self.sent }
    }
}

fn written(address: Option<IpAddr>) -> String {
    address.map(|address| address.to_canonical().to_string()).unwrap_or_default()
}

struct Latest {
    token: TokenId,
    at: Timestamp,
    address: Option<IpAddr>,
    client: String,
    sent: Option<Timestamp>,
    written: Option<Timestamp>,
}

#[derive(Default)]
struct OfSecret {
    rows: HashTable<Row>,
    /// How many rows there have been: so many are in the data at most.
    kinds: usize,
    latest: Option<Latest>,
    /// Is there something to be written?
    is_waiting: bool,
}

impl OfSecret {
    fn note_latest(&mut self, (token, at): (TokenId, Timestamp), kind: &Kind<'_>) {
        let (address, client) = kind.from.unwrap_or_default();
        let new = || Latest { token, at, address, client: client.to_owned(), sent: None, written: None };
        let latest = self.latest.get_or_insert_with(new);
        if latest.at <= at {
            (latest.at, latest.address) = (at, address);
            if latest.client != client {
                latest.client.clear();
                latest.client.push_str(client);
            }
        }
    }

    /// Marks everything as being written, and adds it to the batch.
    fn send(&mut self, key: Key, batch: &mut Batch) {
        for row in self.rows.iter_mut() {
            row.sent = row.count;
            if row.sent > 0 {
                batch.counts.push(row.to_count(key));
            }
        }
        if let Some(latest) = self.latest.as_mut().filter(|latest| latest.written != Some(latest.at)) {
            latest.sent = Some(latest.at);
            let (address, client) = (written(latest.address), latest.client.clone());
            batch.latest.push(LatestUse {
                secret: key.0,
                token: latest.token,
                at: latest.at,
                address,
                client,
            });
        }
        batch.keys.push(key);
    }

    /// Takes off what was written, and says whether something has come meanwhile.
    fn settle(&mut self) -> bool {
        for row in self.rows.iter_mut() {
            row.count -= row.sent;
            row.sent = 0;
        }
        let is_moved = self.latest.as_mut().is_some_and(|latest| {
            latest.written = latest.sent;
            latest.written != Some(latest.at)
        });
        is_moved || self.rows.iter().any(|row| row.count > 0)
    }
}

#[derive(Default)]
struct Shard {
    secrets: HashMap<Key, OfSecret>,
    rows: usize,
    waiting: Vec<Key>,
    /// Until which hour the ones before have been forgotten.
    hour: i64,
}

/// What is written at once.
#[derive(Default)]
pub struct Batch {
    pub keys: Vec<Key>,
    pub counts: Vec<UseCount>,
    pub latest: Vec<LatestUse>,
}

pub struct Counts {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    /// In each shard.
    rows_max: usize,
    dropped: AtomicU64,
}

impl Default for Counts {
    fn default() -> Self {
        Self::with_room_for(USE_ROWS_MAX)
    }
}

impl Counts {
    fn with_room_for(rows: usize) -> Self {
        let (shards, hasher, dropped) = Default::default();
        Self { shards, hasher, rows_max: rows / SHARDS, dropped }
    }

    // A lock is poisoned by a panic under it; nothing here panics, and counts are no more than counts.
    fn shard(&self, (secret, _): Key) -> MutexGuard<'_, Shard> {
        // The end of a version 7 id is as good as random.
        let place = usize::from(secret.as_bytes()[15]) % SHARDS;
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one use as exactly as there is room for.
    pub fn add(&self, key: Key, kind: Kind<'_>, latest: Option<(TokenId, Timestamp)>) {
        let (nowhere, nothing) = (Kind { from: None, ..kind }, Kind { from: None, wanted: None, ..kind });
        let ways = [
            (kind, USE_KINDS_MAX, self.rows_max),
            (nowhere, 2 * USE_KINDS_MAX, self.rows_max),
            (nothing, usize::MAX, 2 * self.rows_max),
        ];
        let mut shard = self.shard(key);
        let shard = &mut *shard;
        if shard.secrets.len() >= 2 * self.rows_max && !shard.secrets.contains_key(&key) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let of_secret = shard.secrets.entry(key).or_default();
        let is_counted = ways.iter().any(|(kind, kinds_max, rows_max)| {
            let hash = self.hasher.hash_one(kind);
            if let Some(row) = of_secret.rows.find_mut(hash, |row| row.is(kind)) {
                row.count += 1;
                return true;
            }
            if of_secret.kinds >= *kinds_max || shard.rows >= *rows_max {
                return false;
            }
            let row = Row { count: 1, ..Row::new(hash, kind) };
            of_secret.rows.insert_unique(hash, row, |row| row.hash);
            of_secret.kinds += 1;
            shard.rows += 1;
            true
        });
        if !is_counted {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(latest) = latest {
            of_secret.note_latest(latest, &kind);
        }
        if !of_secret.is_waiting {
            of_secret.is_waiting = true;
            shard.waiting.push(key);
        }
    }

    /// Those of which something is to be written. Each has to be settled.
    pub fn waiting(&self) -> Vec<Key> {
        self.all().flat_map(|mut shard| std::mem::take(&mut shard.waiting)).collect()
    }

    /// What to write next: as many secrets as make about this many rows.
    pub fn batch(&self, waiting: &mut Vec<Key>, rows: usize) -> Batch {
        let mut batch = Batch::default();
        while batch.counts.len() < rows
            && let Some(key) = waiting.pop()
        {
            if let Some(of_secret) = self.shard(key).secrets.get_mut(&key) {
                of_secret.send(key, &mut batch);
            }
        }
        batch
    }

    /// After a batch was written, or was not.
    pub fn settle(&self, keys: &[Key], is_written: bool) {
        for key in keys {
            let mut shard = self.shard(*key);
            let Some(of_secret) = shard.secrets.get_mut(key) else { continue };
            of_secret.is_waiting = !is_written || of_secret.settle();
            if of_secret.is_waiting {
                shard.waiting.push(*key);
            }
        }
    }

    /// Forgets hours that are over; where it gets crowded, also what was used little. Nothing that is not written.
    pub fn make_room(&self, hour: i64) {
        for mut shard in self.all() {
            let is_crowded = shard.rows.max(shard.secrets.len()) > self.rows_max / 2;
            if shard.hour == hour && !is_crowded {
                continue;
            }
            let mut rows = 0;
            shard.secrets.retain(|(_, began), of_secret| {
                let is_idle = !of_secret.is_waiting;
                // How many ways there were is remembered: in the data there are no fewer.
                if is_idle && is_crowded {
                    of_secret.rows = HashTable::new();
                }
                rows += of_secret.rows.len();
                !is_idle || (*began == hour && !(is_crowded && of_secret.kinds <= FEW))
            });
            (shard.rows, shard.hour) = (rows, hour);
        }
    }

    pub fn waiting_now(&self) -> u64 {
        self.all().map(|shard| shard.waiting.len() as u64).sum()
    }

    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn all(&self) -> impl Iterator<Item = MutexGuard<'_, Shard>> {
        self.shards.iter().map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: u8) -> Key {
        (Uuid::from_bytes([secret; 16]), 0)
    }

    fn kind(client: &str) -> Kind<'_> {
        Kind { verdict: Verdict::Valid, wanted: Some(&[]), from: Some((None, client)) }
    }

    fn rows(counts: &Counts) -> usize {
        counts.all().map(|shard| shard.secrets.values().map(|of| of.rows.len()).sum::<usize>()).sum()
    }

    fn written(counts: &Counts) -> u64 {
        let batch = counts.batch(&mut counts.waiting(), usize::MAX);
        counts.settle(&batch.keys, true);
        batch.counts.iter().map(|count| count.count).sum()
    }

    #[test]
    fn what_is_noted_while_it_is_written_is_written_the_next_time() {
        let counts = Counts::default();
        counts.add(key(1), kind("curl"), None);
        let batch = counts.batch(&mut counts.waiting(), usize::MAX);
        counts.add(key(1), kind("curl"), None);
        counts.settle(&batch.keys, true);
        assert_eq!((batch.counts.len(), batch.counts.first().map(|c| c.count)), (1, Some(1)));
        assert_eq!(written(&counts), 1);
        assert_eq!(written(&counts), 0, "and then there is nothing");
    }

    #[test]
    fn what_could_not_be_written_is_written_the_next_time_together_with_the_rest() {
        let counts = Counts::default();
        counts.add(key(1), kind("curl"), None);
        let batch = counts.batch(&mut counts.waiting(), usize::MAX);
        counts.settle(&batch.keys, false);
        counts.add(key(1), kind("curl"), None);
        assert_eq!(written(&counts), 2);
    }

    #[test]
    fn a_flood_of_secrets_takes_no_more_room_than_there_is_and_what_is_left_out_is_counted() {
        let room = 10 * SHARDS;
        let counts = Counts::with_room_for(room);
        for secret in 0..=u8::MAX {
            for client in 0..20 {
                counts.add(key(secret), kind(&format!("client {client}")), None);
            }
        }
        assert!(rows(&counts) <= 2 * room, "{}", rows(&counts));
        let dropped = counts.dropped();
        assert_eq!(written(&counts) + dropped, 256 * 20, "every use is written or known to be missing");
        counts.make_room(0);
        assert_eq!(rows(&counts), 0, "what is written makes room");
        counts.add(key(1), kind("client 1"), None);
        assert_eq!((written(&counts), counts.dropped()), (1, dropped));
    }

    #[test]
    fn an_hour_that_is_over_is_forgotten_once_it_is_written() {
        let counts = Counts::default();
        counts.add(key(1), kind("curl"), None);
        counts.make_room(1);
        assert_eq!(rows(&counts), 1, "it is not written");
        written(&counts);
        counts.make_room(2);
        assert_eq!(rows(&counts), 0);
    }
}
