//! Settings > People: the list, and the prompts over it.

mod hand_over;
mod invite;
mod list;
mod questions;
mod role;

pub use hand_over::hand_over_prompt;
pub use invite::invite_prompt;
pub use list::people_page;
pub use questions::{disable_prompt, enable_prompt, factors_prompt, link_prompt, sign_out_prompt};
pub use role::role_prompt;
