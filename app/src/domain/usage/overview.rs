//! What is going on: how the tokens are used, and how many of them somebody should look at.

use crate::domain::{Attention, UseTotals};
use serde::{Deserialize, Serialize};

/// All of it is about the tokens that exist for whoever looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewData {
    /// Exact up to [`crate::domain::COUNT_MAX`], and so are those below.
    pub tokens: u64,
    pub totals: UseTotals,
    pub attention: Vec<(Attention, u64)>,
}
