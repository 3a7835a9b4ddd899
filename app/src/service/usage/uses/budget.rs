//! Bounds on the room that the counting of uses takes, in memory and in the data. A use beyond them is counted without
//! its address and client, then without its permissions, and at last not at all.

use super::key::{UseKey, UseKeys, UseKind};
use crate::domain::{USE_KINDS_MAX, USE_KINDS_OF_OWNER_MAX, USE_ROWS_MAX};
use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

pub struct UseBudget {
    keys: UseKeys,
    /// Rows beyond the first of each secret.
    rows: AtomicUsize,
    max: usize,
}

impl Default for UseBudget {
    fn default() -> Self {
        Self::of(USE_ROWS_MAX)
    }
}

impl UseBudget {
    pub fn of(max: usize) -> Self {
        let (keys, rows) = Default::default();
        Self { keys, rows, max }
    }

    /// The levels of detail at which a use can be counted, the most exact first.
    pub fn details<'a>(kind: UseKind<'a>) -> [Detail<'a>; 3] {
        let nowhere = UseKind { from: None, ..kind };
        [
            Detail { kind, kinds_max: USE_KINDS_MAX, of_owner_max: USE_KINDS_OF_OWNER_MAX, times: 1 },
            Detail {
                kind: nowhere,
                kinds_max: 2 * USE_KINDS_MAX,
                of_owner_max: 2 * USE_KINDS_OF_OWNER_MAX,
                times: 1,
            },
            // Only the verdict is left, and there are few verdicts.
            Detail {
                kind: UseKind { wanted: None, ..nowhere },
                kinds_max: usize::MAX,
                of_owner_max: u32::MAX,
                times: 2,
            },
        ]
    }

    /// The key of one more row, for a secret with this many ways in this hour and this many rows. `None` when there is
    /// no room.
    pub fn one_more(&self, detail: &Detail<'_>, kinds: usize, rows: usize) -> Option<Arc<UseKey>> {
        let max = detail.times * self.max;
        let is_extra = rows > 0;
        if kinds >= detail.kinds_max || (is_extra && self.rows.load(Ordering::Relaxed) >= max) {
            return None;
        }
        let key = self.keys.share(&detail.kind, max)?;
        if is_extra {
            self.rows.fetch_add(1, Ordering::Relaxed);
        }
        Some(key)
    }

    /// Notes that a secret has gone from `before` rows to `now` rows.
    pub fn shrunk(&self, before: usize, now: usize) {
        self.rows.fetch_sub(before.saturating_sub(1) - now.saturating_sub(1), Ordering::Relaxed);
    }

    /// Rows beyond the first of each secret.
    pub fn extra_rows(&self) -> usize {
        self.rows.load(Ordering::Relaxed)
    }

    pub fn is_crowded(&self) -> bool {
        self.extra_rows().max(self.keys.len()) > self.max / 2
    }

    pub fn forget_unused(&self) {
        self.keys.forget_unused();
    }

    #[cfg(test)]
    pub fn taken(&self) -> (usize, usize) {
        (self.extra_rows(), self.keys.len())
    }
}

/// A level of detail of a use.
pub struct Detail<'a> {
    pub kind: UseKind<'a>,
    /// Most ways of one secret in an hour, in memory and in the data.
    kinds_max: usize,
    /// Most ways of all secrets of one owner in an hour.
    of_owner_max: u32,
    /// Multiple of the whole room that this level may take.
    times: usize,
}

/// Number of ways in which the secrets of one owner were used in this hour: the hour in the upper half, the number in
/// the lower one. Read only where a secret is used in a new way.
#[derive(Default, Debug)]
pub struct OwnersRows(AtomicU64);

impl OwnersRows {
    fn in_hour(&self, hour: u32) -> u32 {
        let all = self.0.load(Ordering::Relaxed);
        if all >> 32 == u64::from(hour) {
            u32::try_from(all & u64::from(u32::MAX)).unwrap_or(u32::MAX)
        } else {
            0
        }
    }

    pub fn has_room(&self, hour: u32, detail: &Detail<'_>) -> bool {
        self.in_hour(hour) < detail.of_owner_max
    }

    /// Two calls at once may count as one, which is enough for a bound.
    pub fn add(&self, hour: u32) {
        let number = u64::from(self.in_hour(hour).saturating_add(1));
        self.0.store(u64::from(hour) << 32 | number, Ordering::Relaxed);
    }
}
