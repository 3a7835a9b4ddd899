//! The overview: the use of the tokens, and how many of them somebody should look at.

use crate::domain::{Attention, UseTotals};
use serde::{Deserialize, Serialize};

/// Covers the tokens that the viewer can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewData {
    /// Exact up to [`crate::domain::COUNT_MAX`], like the counts below.
    pub tokens: u64,
    pub totals: UseTotals,
    pub attention: Vec<(Attention, u64)>,
}
