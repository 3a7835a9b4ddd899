//! Moments, days and spans.

mod calendar;
mod span;
mod timestamp;

pub use span::{SpanError, span_ms};
pub use timestamp::Timestamp;
