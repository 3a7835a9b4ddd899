//! Turns at reading. Lists, pages and exports share some connections. Nobody has more than half of them, so that a
//! caller who asks for much delays nobody else.

use super::{Service, Store};
use crate::domain::{Caller, Error, PersonId};
use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Most reads of one person at once.
const AT_ONCE: usize = 2;
/// Longest wait for a turn.
const WAIT: Duration = Duration::from_secs(2);
/// Beyond this many people, those who are not reading are forgotten.
const PEOPLE_MAX: usize = 1_000;

#[derive(Default)]
pub struct Turns(Mutex<HashMap<PersonId, Arc<Semaphore>>>);

impl Turns {
    fn of(&self, person: PersonId) -> Arc<Semaphore> {
        // A lock is poisoned by a panic under it; nothing here panics.
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= PEOPLE_MAX {
            people.retain(|_, turns| Arc::strong_count(turns) > 1);
        }
        people.entry(person).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone()
    }

    async fn take(&self, person: PersonId, wait: Duration) -> Result<OwnedSemaphorePermit, Error> {
        match timeout(wait, self.of(person).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(overloaded("Several lists are being read for you already. Try again in a moment.")),
        }
    }
}

/// The store, for the length of one turn.
pub struct Reading<'a> {
    store: &'a dyn Store,
    _turn: OwnedSemaphorePermit,
}

impl<'a> Deref for Reading<'a> {
    type Target = dyn Store + 'a;

    fn deref(&self) -> &Self::Target {
        self.store
    }
}

impl Service {
    /// The store for one query that may take long. Every query for a list goes through here.
    pub(super) async fn reading(&self, caller: &Caller) -> Result<Reading<'_>, Error> {
        let turn = self.turns.take(caller.id, WAIT).await?;
        Ok(Reading { store: &*self.store, _turn: turn })
    }
}

/// The error for a list that takes longer than the store spends on one.
pub(super) fn took_too_long() -> Error {
    overloaded("This takes too long to find. Narrow it down: another filter, or a shorter time.")
}

fn overloaded(why: &str) -> Error {
    Error::Overloaded { why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use uuid::Uuid;

    const AT_ONCE_OR_NEVER: Duration = Duration::ZERO;

    #[tokio::test]
    async fn whoever_reads_much_waits_for_their_own_turn_and_nobody_elses() {
        let (turns, one, other) = (Turns::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let (one, other) = (PersonId::from_uuid(one), PersonId::from_uuid(other));
        let take = |person| turns.take(person, AT_ONCE_OR_NEVER);
        let first = take(one).await.unwrap();
        let _second = take(one).await.unwrap();
        assert!(matches!(take(one).await, Err(Error::Overloaded { .. })));
        assert!(take(other).await.is_ok());
        drop(first);
        assert!(take(one).await.is_ok());
    }

    #[tokio::test]
    async fn those_who_read_nothing_are_forgotten() {
        let turns = Turns::default();
        let held = turns.take(PersonId::from_uuid(Uuid::nil()), AT_ONCE_OR_NEVER).await.unwrap();
        for person in 1..=2 * PEOPLE_MAX as u128 {
            drop(turns.of(PersonId::from_uuid(Uuid::from_u128(person))));
        }
        assert!(turns.0.lock().unwrap().len() <= PEOPLE_MAX);
        drop(held);
    }
}
