//! What browsers post and open besides the screens of the application.

pub mod audit;
pub mod continue_form;
pub mod export;
pub mod links;
pub mod sign_in;
