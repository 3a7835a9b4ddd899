//! What browsers post and open besides the screens of the application.

pub mod continue_form;
pub mod links;
pub mod sign_in;
