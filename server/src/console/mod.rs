//! The endpoints that browsers post to and download from: server functions, the same changes as plain forms, signing
//! in, one-time links, exports.

pub mod audit;
pub mod changes;
pub mod continue_form;
pub mod export;
pub mod forms;
pub mod links;
pub mod passkeys;
pub mod provider;
pub mod second_step;
pub mod server_fns;
pub mod sign_in;
pub mod streams;
