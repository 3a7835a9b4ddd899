//! What many secrets have in common: each value is in memory once, however many hold it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Most values; those that nobody holds any more go first.
const SHARED_MAX: usize = 100_000;

/// Values of one kind, by how they are written.
pub struct Shared<T>(Mutex<HashMap<String, Arc<T>>>);

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Shared<T> {
    /// The one that everybody shares.
    pub fn one(&self, written: String, value: T) -> Arc<T> {
        // A lock is poisoned by a panic under it; nothing here panics.
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if values.len() >= SHARED_MAX {
            values.retain(|_, value| Arc::strong_count(value) > 1);
        }
        values.entry(written).or_insert_with(|| Arc::new(value)).clone()
    }
}
