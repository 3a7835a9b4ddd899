//! The use of tokens: how much, by whom and for what.

mod attention;
mod hourly;
mod overview;
mod recent_use;
mod token_usage;
mod totals;
mod words;

pub use attention::{Attention, attention_in_words};
pub use hourly::{HourlyUsage, USAGE_HOURS};
pub use overview::OverviewData;
pub use recent_use::{RecentUse, grouped};
pub use token_usage::{Denial, LastPermissionUse, OTHER_USE, PermissionUse, Presenter, TokenUsage, Top};
pub use totals::{Usage, UsageCount, UsageRange, UseTotals};
