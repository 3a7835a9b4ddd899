//! Uses, counted and added up.

pub mod activity;
pub mod uses;

use super::*;
