//! The use of tokens: how much, by whom and for what.

mod activity;
mod attention;
mod overview;
mod pulse;
mod recent_use;
mod totals;
mod words;

pub use activity::{Activity, Denial, Exercise, LastExercise, OTHER_USE, Presenter, Top};
pub use attention::{Attention, attention_in_words};
pub use overview::OverviewData;
pub use pulse::{PULSE_HOURS, Pulse};
pub use recent_use::{RecentUse, grouped};
pub use totals::{ActivityRange, Tally, Usage, UseTotals};
