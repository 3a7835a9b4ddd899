//! The HTTP API.

mod every_route;
mod exposures;
mod github;
mod manage;
mod verify;
