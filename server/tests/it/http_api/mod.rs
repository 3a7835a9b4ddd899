//! The HTTP API.

mod every_route;
mod exposures;
mod manage;
mod verify;
