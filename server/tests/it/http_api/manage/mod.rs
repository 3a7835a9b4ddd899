//! Managing tokens over HTTP, as scripts do.

mod create;
mod every_api_route;
mod family;
mod idempotency;
mod input;
mod limits;
mod list;
mod metadata;
mod once;
mod openapi;
mod others;
mod patch;
mod power;
mod requests;
mod tokens;
mod transfer;
mod whose;
