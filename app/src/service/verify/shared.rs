//! Values that many secrets have in common: each is in memory once, however many hold it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Most shared values. Those beyond are not shared.
const SHARED_MAX: usize = 100_000;

/// Values of one kind, by how they are written.
pub struct Shared<T>(Mutex<HashMap<String, Arc<T>>>);

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Shared<T> {
    /// The shared value that is written in this way.
    pub fn one(&self, written: String, value: T) -> Arc<T> {
        // A lock is poisoned by a panic under it; nothing here panics.
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if values.len() >= SHARED_MAX {
            return values.get(&written).cloned().unwrap_or_else(|| Arc::new(value));
        }
        values.entry(written).or_insert_with(|| Arc::new(value)).clone()
    }

    /// Forgets values that nobody holds any more. Done now and then, since it looks at all of them.
    pub fn forget_unused(&self) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.retain(|_, value| Arc::strong_count(value) > 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_one_too_many_is_not_shared_until_there_is_room_again() {
        let shared = Shared::default();
        let held: Vec<_> = (0..SHARED_MAX).map(|n| shared.one(n.to_string(), n)).collect();
        let one = |n: usize| shared.one(n.to_string(), n);
        assert!(Arc::ptr_eq(&one(7), &held[7]));
        assert!(!Arc::ptr_eq(&one(SHARED_MAX), &one(SHARED_MAX)), "it has its value all the same");
        drop(held);
        shared.forget_unused();
        let first = one(SHARED_MAX);
        assert!(Arc::ptr_eq(&one(SHARED_MAX), &first));
    }
}
