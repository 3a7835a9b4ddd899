//! The counts of one secret, by hour and way. A way stays in memory for its hour, so that the same use is found again
//! without an allocation, and the number of rows in the data stays bounded, too.

use super::{
    budget::{OwnersRows, UseBudget},
    key::{UseKey, UseKind},
};
use crate::domain::Timestamp;
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

const HOUR_SECONDS: u32 = 60 * 60;
/// Secrets with at most this many ways are forgotten first.
const FEW: usize = 8;

/// Uses of a secret in one way in one hour. There may be a million of these.
pub struct Row {
    pub key: Arc<UseKey>,
    /// Time of the last use, in seconds since 1970. The hour follows from it.
    pub at: u32,
    /// Uses that were not yet taken to be written.
    pub count: u32,
}

impl Row {
    pub fn hour(&self) -> Timestamp {
        of_seconds(self.at - self.at % HOUR_SECONDS)
    }

    pub fn last(&self) -> Timestamp {
        of_seconds(self.at)
    }

    fn is_of(&self, hour: u32) -> bool {
        self.at / HOUR_SECONDS == hour
    }
}

fn of_seconds(seconds: u32) -> Timestamp {
    Timestamp::from_millis(i64::from(seconds) * 1_000)
}

fn seconds_of(at: Timestamp) -> u32 {
    u32::try_from(at.as_millis().div_euclid(1_000)).unwrap_or_default()
}

/// Hours since 1970.
pub fn hour_of(at: Timestamp) -> u32 {
    seconds_of(at) / HOUR_SECONDS
}

#[derive(Default)]
pub struct Counts(Mutex<Rows>);

#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    /// Whether the secret is on the list of those with something to write.
    is_waiting: bool,
}

/// The outcome of noting a use.
#[derive(Default)]
pub struct Noted {
    pub is_counted: bool,
    /// The secret had nothing in memory.
    pub is_new: bool,
    /// It was not yet waiting to be written.
    pub begins_to_wait: bool,
}

impl Counts {
    // A lock is poisoned by a panic under it; nothing here panics, and counts are only counts.
    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one use as exactly as there is room for.
    pub fn add(
        &self,
        now: Timestamp,
        kind: UseKind<'_>,
        budget: &UseBudget,
        owner: Option<&OwnersRows>,
    ) -> Noted {
        let at = seconds_of(now);
        let hour = at / HOUR_SECONDS;
        let mut all = self.lock();
        let Rows { rows, is_waiting } = &mut *all;
        let is_new = rows.is_empty();
        for detail in UseBudget::details(kind) {
            if let Some(row) = rows.iter_mut().find(|row| row.is_of(hour) && row.key.is(&detail.kind)) {
                row.count = row.count.saturating_add(1);
                row.at = row.at.max(at);
            } else {
                let kinds = rows.iter().filter(|row| row.is_of(hour)).count();
                // The first way of a secret in an hour does not count against its owner.
                let owner = owner.filter(|_| kinds > 0);
                if owner.is_some_and(|owner| !owner.has_room(hour, &detail)) {
                    continue;
                }
                let Some(key) = budget.one_more(&detail, kinds, rows.len()) else { continue };
                if let Some(owner) = owner {
                    owner.add(hour);
                }
                if is_new {
                    // Most secrets are used in one way.
                    rows.reserve_exact(1);
                }
                rows.push(Row { key, at, count: 1 });
            }
            let begins_to_wait = !std::mem::replace(is_waiting, true);
            return Noted { is_counted: true, is_new, begins_to_wait };
        }
        Noted::default()
    }

    /// Takes everything that is to be written. The caller gives back what it could not write.
    pub fn take(&self) -> Vec<Row> {
        let mut all = self.lock();
        all.is_waiting = false;
        let taken = all.rows.iter_mut().filter(|row| row.count > 0);
        taken.map(|row| Row { key: row.key.clone(), count: std::mem::take(&mut row.count), ..*row }).collect()
    }

    /// Takes back a row that could not be written. True if the secret begins to wait with it.
    pub fn give_back(&self, row: &Row) -> bool {
        let mut all = self.lock();
        let kept =
            all.rows.iter_mut().find(|kept| kept.hour() == row.hour() && Arc::ptr_eq(&kept.key, &row.key));
        // It is there: rows go only when nobody is writing.
        if let Some(kept) = kept {
            kept.count = kept.count.saturating_add(row.count);
        }
        !std::mem::replace(&mut all.is_waiting, true)
    }

    /// Forgets rows that are written and of another hour. Where it is crowded, forgets all written rows of a secret
    /// with few. True if something is left.
    pub fn make_room(&self, hour: u32, is_crowded: bool, budget: &UseBudget) -> bool {
        let mut all = self.lock();
        let before = all.rows.len();
        let goes = is_crowded && before <= FEW;
        all.rows.retain(|row| row.count > 0 || (row.is_of(hour) && !goes));
        if all.rows.len() < before {
            all.rows.shrink_to_fit();
            budget.shrunk(before, all.rows.len());
        }
        !all.rows.is_empty()
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts").field("ways", &self.lock().rows.len()).finish_non_exhaustive()
    }
}
