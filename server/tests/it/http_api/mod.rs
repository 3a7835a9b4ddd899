//! The HTTP API.

mod every_route;
mod manage;
mod verify;
