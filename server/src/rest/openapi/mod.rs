//! The description of the API, for programs and for people.

pub mod document;
pub(super) mod examples;
pub mod parts;
pub mod reference;

pub use document::show;
