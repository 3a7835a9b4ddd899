//! What only tests do to a store.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::{Engine, failed};
use app::service::StoreError;
use std::time::Duration;

impl Engine {
    pub async fn run(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&mut *self.writer.acquire().await.unwrap()).await.unwrap();
    }

    /// As if the disk had no room for one more page, or had it again.
    pub async fn fill_disk(&self, is_full: bool) {
        let pages = if is_full { "pragma max_page_count = 1" } else { "pragma max_page_count = 1000000" };
        self.run(pages).await;
    }

    /// After so many steps, what is being written is stopped, as long as this connection lives.
    pub async fn interrupt_after(&self, mut steps: u32) {
        let mut connection = self.writer.acquire().await.unwrap();
        let mut handle = connection.lock_handle().await.unwrap();
        handle.set_progress_handler(1, move || {
            steps = steps.saturating_sub(1);
            steps > 0
        });
    }

    /// A list of one number.
    pub async fn ask_lists(&self, sql: &'static str) -> Result<i64, StoreError> {
        sqlx::query_scalar(sql).fetch_one(&self.reader).await.map_err(failed)
    }

    pub fn with_longest(self, longest: Duration) -> Self {
        Self { reader: self.reader.with_longest(longest), ..self }
    }
}
