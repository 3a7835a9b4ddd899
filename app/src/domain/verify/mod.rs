//! The decision about a token that is presented.

mod verdict;

pub use verdict::Verdict;
