//! Budgets that nodes share.

use super::{Engine, FORGET_BUDGETS, SPEND_BUDGETS, failed, tokens::row::decode};
use app::service::{BudgetStore, Spending, StoreError};
use async_trait::async_trait;
use std::collections::HashMap;

#[async_trait]
impl BudgetStore for Engine {
    async fn spend(&self, spent: &[Spending]) -> Result<Vec<Option<u64>>, StoreError> {
        if spent.is_empty() {
            return Ok(Vec::new());
        }
        let rows = spent.iter().map(|Spending { budget, cost, span }| (budget, cost, span));
        let rows = serde_json::to_string(&rows.collect::<Vec<_>>()).map_err(|error| failed(decode(error)))?;
        let left: Vec<(String, i64)> =
            sqlx::query_as(SPEND_BUDGETS).bind(rows).fetch_all(self.aside()).await.map_err(failed)?;
        let left: HashMap<String, i64> = left.into_iter().collect();
        let left_of = |spending: &Spending| {
            left.get(&spending.budget).map(|left| u64::try_from(*left).unwrap_or_default())
        };
        Ok(spent.iter().map(left_of).collect())
    }

    async fn forget_budgets(&self) -> Result<(), StoreError> {
        sqlx::query(FORGET_BUDGETS).execute(self.aside()).await.map_err(failed)?;
        Ok(())
    }
}
