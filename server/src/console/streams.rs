//! The streams on which open screens follow changes, counted by person.

use app::domain::PersonId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::watch;

/// Most concurrent streams of one person. A tab has one while it is visible.
const PER_PERSON: usize = 20;

/// The open streams, by person.
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
    /// Ends all streams: a server that stops does not wait for clients that only listen.
    pub fn end(&self) {
        self.end.send_replace(());
    }

    /// `None` for a person who has as many streams as they may.
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
