//! What only PostgreSQL can do, or do wrong: several nodes on one database, and a server that is not as it should be.

mod endings;
mod faults;
mod moving;
mod opening;
mod order;
