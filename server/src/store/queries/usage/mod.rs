//! Uses, counted and added up.

pub mod token_usage;
pub mod uses;

use super::*;
