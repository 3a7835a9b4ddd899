//! Managing tokens over HTTP, as scripts do.

mod create;
mod every_api_route;
mod idempotency;
mod input;
mod list;
mod once;
mod openapi;
mod others;
mod patch;
mod power;
mod tokens;
