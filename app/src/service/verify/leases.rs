//! Rate limits on several nodes. What has been spent of a budget is in the data, and what is left there is leased in
//! parts: to each node that asks, what is left divided by the number of nodes. A node whose lease is used up tells what
//! it has spent, and leases again, before it answers.
//!
//! So no token is refused what it has left, wherever it is used. While leases are out, it can be used more often than
//! its limit says, by less than the limit once more (by 1/2 of it on two nodes, by 2/3 on three); that is spent of what
//! follows, so that the rate holds over time.

use super::{
    super::{Service, Spending, Store, StoreError, crypto},
    Verifier,
    rates::{Budget, RateState},
};
use crate::domain::{Error, NODE_SILENT_MS, RateLimit, Timestamp};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::MutexGuard,
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};

/// Longest time after which a node tells what it has spent.
const TOLD_EVERY: Duration = Duration::from_millis(200);
/// Shortest time between two questions about what is left. Whoever needs a lease meanwhile waits.
const ASKED_EVERY: Duration = Duration::from_millis(5);
const NODES_COUNTED_EVERY: Duration = Duration::from_secs(1);
const FORGOTTEN_EVERY: Duration = Duration::from_secs(600);
/// Longest wait for what is left.
const WAIT: Duration = Duration::from_secs(1);
/// Most budgets in one statement.
const BATCH: usize = 1_000;

/// When the other nodes were told what was spent here, and when that failed last.
#[derive(Default)]
pub struct Told {
    at: Option<Instant>,
    failed_at: Option<Instant>,
}

impl Service {
    /// Takes one verification from what a token has left, on whichever node.
    pub(super) async fn spend(&self, budget: &Arc<Budget>) -> Result<RateState, Error> {
        loop {
            if let Some(state) = self.verifier.rates.spend(budget) {
                return Ok(state);
            }
            self.verifier.lease(budget, &*self.store).await?;
        }
    }

    /// Spends of budgets that all nodes share. An error if one of them has not so much left. A node that is alone has
    /// counted in memory.
    pub(in crate::service) async fn spend_together(&self, spent: &[Spending]) -> Result<(), Error> {
        if self.verifier.rates.nodes() == 1 {
            return Ok(());
        }
        let left = self.store.spend(spent).await?;
        let refused = spent.iter().zip(left).filter(|(_, left)| left.is_none());
        match refused.map(|(spent, _)| Duration::from_nanos(spent.cost).as_secs() + 1).max() {
            Some(seconds) => Err(Error::TooMany { seconds }),
            None => Ok(()),
        }
    }

    /// Keeps leases current for as long as the server runs.
    pub async fn keep_leases(&self) {
        let mut ticks = interval(TOLD_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut counted_at, mut forgotten_at) = (None::<Instant>, Instant::now());
        loop {
            ticks.tick().await;
            // A failure is logged where it happens. Whoever needs a lease meanwhile is told that there is none.
            if counted_at.is_none_or(|at| at.elapsed() >= NODES_COUNTED_EVERY) {
                counted_at = Some(Instant::now());
                let _ = self.count_nodes().await.map_err(Error::from);
            }
            if self.verifier.rates.nodes() > 1 {
                let turn = self.verifier.told.lock().await;
                let _ = self.verifier.tell(&*self.store, turn).await.map_err(Error::from);
            }
            if forgotten_at.elapsed() >= FORGOTTEN_EVERY {
                forgotten_at = Instant::now();
                let _ = self.store.forget_budgets().await.map_err(Error::from);
            }
        }
    }

    /// Learns how many nodes there are.
    pub async fn count_nodes(&self) -> Result<(), StoreError> {
        let since = Timestamp::from_millis(self.clock.now().as_millis() - NODE_SILENT_MS);
        self.verifier.rates.set_nodes(self.store.count_nodes(since).await?);
        Ok(())
    }
}

impl Verifier {
    /// Leases more of a budget, unless somebody has done so meanwhile.
    async fn lease(&self, budget: &Arc<Budget>, store: &dyn Store) -> Result<(), StoreError> {
        let arrived = Instant::now();
        let told = self.told.lock().await;
        if !self.rates.has_to_lease(budget) {
            return Ok(());
        }
        // Whoever has waited for a question that failed would only wait for the next one to fail.
        if told.failed_at.is_some_and(|at| at >= arrived) {
            return Err(late());
        }
        if let Some(at) = told.at {
            sleep_until(at + ASKED_EVERY).await;
        }
        self.tell(store, told).await
    }

    /// Tells what was spent here, and leases more of the same budgets.
    async fn tell(&self, store: &dyn Store, mut told: MutexGuard<'_, Told>) -> Result<(), StoreError> {
        let budgets = self.rates.take_listed();
        let all: Vec<Spending> = budgets.iter().map(|budget| spending(budget)).collect();
        let mut left = Vec::with_capacity(all.len());
        for spent in all.chunks(BATCH) {
            match timeout(WAIT, store.spend(spent)).await.unwrap_or_else(|_| Err(late())) {
                Ok(some) => left.extend(some),
                Err(error) => {
                    told.failed_at = Some(Instant::now());
                    let untold = budgets.iter().zip(&all).skip(left.len());
                    untold.for_each(|(budget, spent)| budget.put_back(spent.cost));
                    return Err(error);
                }
            }
        }
        for (budget, debt) in budgets.iter().zip(left) {
            self.rates.lease(budget, debt.unwrap_or(budget.span()));
        }
        told.at = Some(Instant::now());
        Ok(())
    }
}

fn late() -> StoreError {
    StoreError::Failed("what is left of a rate limit could not be read in time".to_owned())
}

/// The part of a budget that was spent here, and not told. Twice the limit fits: leases overdraw it by less than that.
fn spending(budget: &Budget) -> Spending {
    let RateLimit { requests, per_seconds } = budget.limit;
    let name = format!("token {} {requests}/{per_seconds}", budget.token);
    Spending {
        budget: crypto::fingerprint(name.as_bytes()),
        cost: budget.take_untold(),
        span: 2 * budget.span(),
    }
}
