//! One write of uses.

use super::{Counted, counts::Row, id_of};
use crate::service::{LatestUse, UseCount};

/// Counts that were taken from their holders.
#[derive(Default)]
pub struct Batch(Vec<(Counted, Row)>);

impl Batch {
    pub fn push(&mut self, holder: Counted, rows: Vec<Row>) {
        self.0.extend(rows.into_iter().map(|row| (holder.clone(), row)));
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn into_rows(self) -> impl Iterator<Item = (Counted, Row)> {
        self.0.into_iter()
    }

    pub fn counts(&self) -> Vec<UseCount> {
        let count = |(holder, row): &(Counted, Row)| {
            let (address, client) = row.key.from();
            UseCount {
                secret: id_of(holder),
                hour: row.hour(),
                verdict: row.key.verdict,
                permission: row.key.permission(),
                address,
                client,
                count: row.count.into(),
            }
        };
        self.0.iter().map(count).collect()
    }

    /// The last valid use of each secret. The rows of a secret stand together.
    pub fn latest(&self) -> Vec<LatestUse> {
        let of_one = self.0.chunk_by(|(a, _), (b, _)| id_of(a) == id_of(b));
        let latest = of_one.filter_map(|rows| {
            let valid = rows.iter().filter(|(_, row)| row.key.verdict.is_valid());
            let (holder, row) = valid.max_by_key(|(_, row)| row.last())?;
            let cached = holder.as_ref()?;
            let (address, client) = row.key.known_from();
            Some(LatestUse { secret: cached.id, token: cached.token, at: row.last(), address, client })
        });
        latest.collect()
    }
}
