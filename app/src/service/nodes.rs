//! What this server tells the others about itself, and what they have told.

use super::{Service, StoreError};
use crate::domain::{Error, Node, Timestamp};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

const REPORTED_EVERY: Duration = Duration::from_secs(5);
/// Time for which a node that is away is remembered: a day, in milliseconds.
const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1_000;

/// This node.
#[derive(Debug)]
pub struct Identity {
    id: Uuid,
    name: String,
    version: &'static str,
    address: String,
    started_at: Timestamp,
}

impl Service {
    /// This service as a node of an installation: by the name of its machine, its version, and where it is reached.
    #[must_use]
    pub fn as_node(self, name: String, version: &'static str, address: String) -> Self {
        let (id, started_at) = (Uuid::now_v7(), self.clock.now());
        Self { node: Some(Arc::new(Identity { id, name, version, address, started_at })), ..self }
    }

    /// Tells about this node for as long as it runs.
    pub async fn keep_reporting(&self) {
        let mut ticks = tokio::time::interval(REPORTED_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // A failure is logged where it happens.
            let _ = self.report().await.map_err(Error::from);
        }
    }

    /// Tells about this node once.
    pub async fn report(&self) -> Result<(), StoreError> {
        let Some(identity) = &self.node else { return Ok(()) };
        // Whether it can be compared is what is told.
        let _ = self.be_ready().await;
        let behind = self.verifier.age();
        let node = Node {
            name: identity.name.clone(),
            version: identity.version.to_owned(),
            address: identity.address.clone(),
            started_at: identity.started_at,
            seen_at: self.clock.now(),
            behind_ms: behind.map(|age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX)),
            is_this: true,
        };
        self.store.report_node(identity.id, &node).await
    }

    /// Forgets this node, which is about to stop.
    pub async fn leave(&self) {
        let Some(identity) = &self.node else { return };
        let before = Timestamp::from_millis(self.clock.now().as_millis() - REMEMBERED_MS);
        let _ = self.store.forget_nodes(identity.id, before).await.map_err(Error::from);
    }

    pub(super) async fn nodes(&self) -> Result<Vec<Node>, Error> {
        let this = self.node.as_ref().map(|identity| identity.id).unwrap_or_default();
        let since = Timestamp::from_millis(self.clock.now().as_millis() - REMEMBERED_MS);
        Ok(self.store.nodes(this, since).await?)
    }
}
