//! Operations on a store that only tests use.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::{Engine, failed};
use app::service::StoreError;
use std::time::Duration;

impl Engine {
    pub async fn run(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&mut *self.writer.acquire().await.unwrap()).await.unwrap();
    }

    /// Simulates a disk without room for one more page, or with room again.
    pub async fn fill_disk(&self, is_full: bool) {
        let pages = if is_full { "pragma max_page_count = 1" } else { "pragma max_page_count = 1000000" };
        self.run(pages).await;
    }

    /// Interrupts what is being written after this many steps, for as long as this connection lives.
    pub async fn interrupt_after(&self, mut steps: u32) {
        let mut connection = self.writer.acquire().await.unwrap();
        let mut handle = connection.lock_handle().await.unwrap();
        handle.set_progress_handler(1, move || {
            steps = steps.saturating_sub(1);
            steps > 0
        });
    }

    /// Runs a query for one number on the connections for lists.
    pub async fn ask_lists(&self, sql: &'static str) -> Result<i64, StoreError> {
        sqlx::query_scalar(sql).fetch_one(&self.reader).await.map_err(failed)
    }

    pub fn with_longest(self, longest: Duration) -> Self {
        Self { reader: self.reader.with_longest(longest), ..self }
    }
}
