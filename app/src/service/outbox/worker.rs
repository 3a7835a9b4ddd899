//! The one who sends. Each process has one; a lease in the data says which of them sends to a follower, so that nobody
//! gets a line from two. Lines go out in their order, and one that was not acknowledged goes out again: at least once.

use super::WrittenLine;
use crate::domain::{Error, Mail, Timestamp};
use crate::service::{Follower, FollowerKind, Lease, Service, SigningKey};
use async_trait::async_trait;
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, timeout},
};
use uuid::Uuid;

/// Interval between looks for something to send.
const LOOKED_EVERY: Duration = Duration::from_millis(500);
/// The time of a lease in milliseconds. It is extended after each message, which takes less.
const LEASE_MS: i64 = 20_000;
/// Longest wait at the end for what is being sent. What takes longer is sent again by another process.
const ENDED_WITHIN: Duration = Duration::from_millis(500);
/// Lines that are read at once.
pub(super) const BATCH: u32 = 100;
/// Pauses after attempts that failed, in seconds; the last one again and again.
const PAUSES: [i64; 8] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400];

/// Takes what is sent to where it goes.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Whether this process can send to followers of this kind.
    fn carries(&self, kind: FollowerKind) -> bool;

    /// Writes whole lines to the standard output.
    async fn print(&self, lines: &[WrittenLine]) -> Result<(), String>;

    /// Posts a message to a URL.
    async fn post(&self, parcel: Parcel<'_>) -> Posted;

    async fn mail(&self, mail: &Mail) -> Result<(), Unsent>;

    /// The beginning of links: `https://tokens.example.com`.
    fn origin(&self) -> &str;
}

/// The reason a mail was not sent, for the operator.
#[derive(Debug)]
pub enum Unsent {
    /// The recipient or the mail itself was refused; if that is final, another attempt gets the same answer.
    Refused { is_final: bool, trouble: String },
    /// The mail server is away, or does not let us in.
    Away(String),
}

/// A message to a webhook.
pub struct Parcel<'a> {
    pub url: &'a str,
    /// The same for each attempt, so that the receiver can tell doubles.
    pub id: String,
    pub at: Timestamp,
    /// It is signed with each.
    pub keys: Vec<&'a SigningKey>,
    pub line: &'a WrittenLine,
}

/// What became of a message.
pub struct Posted {
    /// The HTTP status of the answer; `None` if there was none.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub trouble: String,
    pub duration: Duration,
}

/// Sends to those who follow the audit log, for one process. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    pub(super) service: Service,
    pub(super) carrier: Arc<dyn Carrier>,
    pub(super) holder: Uuid,
}

impl Outbox {
    pub fn new(service: Service, carrier: Arc<dyn Carrier>) -> Self {
        Self { service, carrier, holder: Uuid::now_v7() }
    }

    /// Sends until it is told to stop. What is being sent then is sent to its end, unless that takes long.
    pub async fn run(&self, told: impl Future<Output = ()>) {
        let mut ticks = tokio::time::interval(LOOKED_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut sending, mut served) = (JoinSet::new(), HashMap::new());
        tokio::pin!(told);
        loop {
            tokio::select! {
                () = &mut told => break,
                _ = ticks.tick() => {}
            }
            while let Some(done) = sending.try_join_next_with_id() {
                let id = done.map_or_else(|error| error.id(), |(id, ())| id);
                served.retain(|_, task| *task != id);
            }
            // A failure is logged where it happens.
            for id in self.due().await.unwrap_or_default() {
                if let Entry::Vacant(place) = served.entry(id) {
                    let outbox = self.clone();
                    let task = sending.spawn(async move { drop(outbox.serve(id).await) });
                    place.insert(task.id());
                }
            }
        }
        let ends = async { while sending.join_next().await.is_some() {} };
        let _ = timeout(ENDED_WITHIN, ends).await;
    }

    /// Sends everything that is due now, to one follower after the other.
    pub async fn send_due(&self) -> Result<(), Error> {
        for id in self.due().await? {
            self.serve(id).await?;
        }
        Ok(())
    }

    async fn due(&self) -> Result<Vec<Uuid>, Error> {
        let due = self.service.store.followers_due(self.holder, self.now()).await?;
        Ok(due.into_iter().filter(|(_, kind)| self.carrier.carries(*kind)).map(|(id, _)| id).collect())
    }

    /// Sends to a follower until it has everything, or an attempt fails.
    async fn serve(&self, id: Uuid) -> Result<(), Error> {
        let follower = self.service.store.lease_follower(id, self.lease(), self.now()).await?;
        let Some(follower) = follower else { return Ok(()) };
        match follower.kind {
            FollowerKind::Output => self.print(follower).await,
            FollowerKind::Webhook => self.post(follower).await,
            FollowerKind::Mail => self.mail(follower).await,
        }
    }

    async fn print(&self, mut follower: Follower) -> Result<(), Error> {
        let id = follower.id;
        loop {
            let lines = self.service.lines_after(follower.line, BATCH).await?;
            let Some((_, last)) = lines.last() else { break };
            if let Err(trouble) = self.carrier.print(&lines).await {
                return self.note_failure(&follower, &trouble).await;
            }
            if !self.service.store.note_followed(id, self.lease(), last.id).await? {
                return Ok(());
            }
            follower.line = last.id;
        }
        self.release(id).await
    }

    pub(super) async fn release(&self, id: Uuid) -> Result<(), Error> {
        Ok(self.service.store.release_follower(id, self.holder).await?)
    }

    pub(super) async fn note_failure(&self, follower: &Follower, trouble: &str) -> Result<(), Error> {
        tracing::warn!(kind = follower.kind.as_str(), line = follower.line, trouble, "could not be sent");
        let pause = PAUSES.get(follower.failures as usize).or(PAUSES.last()).copied().unwrap_or_default();
        let now = self.now();
        let due_at = Timestamp::from_millis(now.as_millis() + pause * 1_000);
        Ok(self.service.store.note_unsent(follower, self.holder, now, due_at, trouble).await?)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.service.clock.now()
    }

    pub(super) fn lease(&self) -> Lease {
        let until = Timestamp::from_millis(self.now().as_millis() + LEASE_MS);
        Lease { holder: self.holder, until }
    }
}
