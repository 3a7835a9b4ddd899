//! Rate limits of tokens: the generic cell rate algorithm (ITU-T I.371) in memory, on the monotonic clock. Budgets
//! outlive rotations and edits, and begin full after a restart.
//!
//! A node alone counts exactly. Where there are several, each spends what it has leased: [`super::leases`].

use crate::domain::{RateLimit, TokenId};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

/// A second in the unit of budgets, which is nanoseconds.
const SECOND: u64 = 1_000_000_000;

/// What a token may still be used for within its limit.
#[derive(Debug)]
pub struct Budget {
    pub limit: RateLimit,
    pub token: TokenId,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When everything that was spent is there again, in nanoseconds after [`Rates`] began.
    whole_at: u64,
    /// The part of it that other nodes have not been told.
    untold: u64,
    /// The verifications that this node may spend before it asks again what is left.
    leased: u64,
    /// Whether it is among those that the others are told of next.
    is_listed: bool,
}

/// The state of a token in its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateState {
    /// Most verifications at once.
    pub limit: u32,
    pub remaining: u32,
    /// Seconds until the whole limit is there again, rounded up.
    pub reset_seconds: u64,
    /// Seconds until the next verification is allowed; `None` when it is allowed now.
    pub retry_seconds: Option<u64>,
}

impl Budget {
    fn new(token: TokenId, limit: RateLimit) -> Self {
        Self { limit, token, state: Mutex::default() }
    }

    /// The time in which one verification comes back, in nanoseconds.
    pub fn cost(&self) -> u64 {
        let RateLimit { requests, per_seconds } = self.limit;
        u64::from(per_seconds) * SECOND / u64::from(requests.max(1))
    }

    /// The time in which the whole limit comes back, in nanoseconds.
    pub fn span(&self) -> u64 {
        self.cost() * u64::from(self.limit.requests)
    }

    /// Takes one verification, of what was leased unless the node is alone. `None` if it has to lease more first.
    fn spend(&self, now: u64, is_alone: bool) -> Option<RateState> {
        let (cost, span) = (self.cost(), self.span());
        let mut state = self.lock();
        let debt = state.whole_at.saturating_sub(now);
        if debt + cost > span {
            return Some(self.state(debt, Some(debt + cost - span)));
        }
        if !is_alone {
            state.leased = state.leased.checked_sub(1)?;
        }
        let debt = debt + cost;
        state.whole_at = now + debt;
        // What has come back meanwhile concerns nobody any more.
        state.untold = (state.untold + cost).min(debt);
        Some(self.state(debt, None))
    }

    fn state(&self, debt: u64, wait: Option<u64>) -> RateState {
        RateState {
            limit: self.limit.requests,
            remaining: u32::try_from(self.span().saturating_sub(debt) / self.cost().max(1))
                .unwrap_or(u32::MAX),
            reset_seconds: debt.div_ceil(SECOND),
            retry_seconds: wait.map(|wait| wait.div_ceil(SECOND)),
        }
    }

    /// Is this the first time that it is to be listed since [`Self::take_untold`]?
    fn list(&self) -> bool {
        !std::mem::replace(&mut self.lock().is_listed, true)
    }

    /// Takes what the others have not been told, to tell them.
    pub fn take_untold(&self) -> u64 {
        let mut state = self.lock();
        state.is_listed = false;
        std::mem::take(&mut state.untold)
    }

    /// Puts back what they could not be told.
    pub fn put_back(&self, untold: u64) {
        self.lock().untold += untold;
    }

    /// Takes in what all nodes together have spent, and leases a part of what is left.
    fn lease(&self, now: u64, debt: u64, nodes: u32) {
        let mut state = self.lock();
        let debt = debt + state.untold;
        let left = self.span().saturating_sub(debt) / self.cost().max(1);
        state.whole_at = now + debt;
        state.leased = if left == 0 { 0 } else { (left / u64::from(nodes.max(1))).max(1) };
    }

    /// Is something left, and nothing of it leased?
    fn has_to_lease(&self, now: u64) -> bool {
        let state = self.lock();
        state.leased == 0 && state.whole_at.saturating_sub(now) + self.cost() <= self.span()
    }

    fn is_whole(&self, now: u64) -> bool {
        self.lock().whole_at <= now
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// The budgets. A secret in memory holds the budget of its token; after a rotation or an edit that budget is found
/// again here, with what the token has spent.
pub struct Rates {
    began: Instant,
    nodes: AtomicU32,
    budgets: Mutex<HashMap<TokenId, Arc<Budget>>>,
    /// Those that the others are told of next, or asked about.
    listed: Mutex<Vec<Arc<Budget>>>,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            nodes: AtomicU32::new(1),
            budgets: Mutex::default(),
            listed: Mutex::default(),
        }
    }
}

impl Rates {
    /// The budget of a token. With another limit the token begins anew.
    pub fn budget(&self, token: TokenId, limit: RateLimit) -> Arc<Budget> {
        let mut budgets = lock(&self.budgets);
        let budget = budgets.entry(token).or_insert_with(|| Arc::new(Budget::new(token, limit)));
        if budget.limit != limit {
            *budget = Arc::new(Budget::new(token, limit));
        }
        budget.clone()
    }

    /// Takes one verification from what this token has left. `None` if more has to be leased first.
    pub fn spend(&self, budget: &Arc<Budget>) -> Option<RateState> {
        let is_alone = self.nodes() == 1;
        if !is_alone && budget.list() {
            lock(&self.listed).push(budget.clone());
        }
        budget.spend(self.now(), is_alone)
    }

    pub fn has_to_lease(&self, budget: &Budget) -> bool {
        budget.has_to_lease(self.now())
    }

    /// Takes in the time until a budget is whole, in nanoseconds, and leases a part of what is left.
    pub fn lease(&self, budget: &Budget, debt: u64) {
        budget.lease(self.now(), debt, self.nodes());
    }

    /// Those that were spent of since this was last asked.
    pub fn take_listed(&self) -> Vec<Arc<Budget>> {
        std::mem::take(&mut *lock(&self.listed))
    }

    /// The number of nodes, this one included.
    pub fn nodes(&self) -> u32 {
        self.nodes.load(Ordering::Relaxed)
    }

    pub fn set_nodes(&self, nodes: u32) {
        self.nodes.store(nodes.max(1), Ordering::Relaxed);
    }

    /// The moment, in nanoseconds.
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Forgets budgets that are whole, as new ones begin, and that no secret in memory holds.
    pub fn forget_idle(&self) {
        let now = self.now();
        lock(&self.budgets).retain(|_, budget| Arc::strong_count(budget) > 1 || !budget.is_whole(now));
    }
}

// A lock is poisoned by a panic under it; nothing here panics.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
