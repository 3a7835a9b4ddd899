//! Budgets that the nodes of an installation share.

use super::StoreError;
use async_trait::async_trait;

/// A part of a budget that was spent. It comes back with time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// The name of the budget, by which all nodes mean the same one.
    pub budget: String,
    /// The time in which that comes back, in nanoseconds.
    pub cost: u64,
    /// The time in which the whole budget comes back.
    pub span: u64,
}

#[async_trait]
pub trait BudgetStore: Send + Sync {
    /// Spends of each budget, or nothing of one that has not so much left. Answers the time until each is whole again,
    /// in nanoseconds; `None` where nothing was spent. Measured by the clock that all nodes have in common. Neither an
    /// event nor a change that anybody has to learn of.
    async fn spend(&self, spent: &[Spending]) -> Result<Vec<Option<u64>>, StoreError>;

    /// Forgets budgets that are whole.
    async fn forget_budgets(&self) -> Result<(), StoreError>;
}
