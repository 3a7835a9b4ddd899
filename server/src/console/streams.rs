//! The streams on which open screens follow what changes, counted by person.

use app::domain::PersonId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::watch;

/// Most streams of one person at once. A tab has one while it is seen.
const PER_PERSON: usize = 20;

/// The streams that are open, by person.
#[derive(Clone, Debug, Default)]
pub struct Streams {
    open: Arc<Mutex<HashMap<PersonId, usize>>>,
    pub(super) end: watch::Sender<()>,
}

/// One open stream, for as long as this is held.
pub struct Place {
    streams: Streams,
    person: PersonId,
}

impl Streams {
    /// Ends all of them: a server that stops waits for nobody who only listens.
    pub fn end(&self) {
        self.end.send_replace(());
    }

    /// None for somebody who has as many as they may.
    pub fn enter(&self, person: PersonId) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(person).or_default();
        (*count < PER_PERSON).then(|| {
            *count += 1;
            Place { streams: self.clone(), person }
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.person);
            }
        }
    }
}
