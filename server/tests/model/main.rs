//! A model of how nodes keep their memory current, and every state that it can come to within bounds.
//!
//! The promise: a secret whose end was acknowledged is accepted by no request that begins more than a second later, and
//! by none at all on the node that acknowledged it. With synchronous replication it holds whatever fails. With
//! asynchronous replication it holds for what survives a failover, if the old primary does not go on after it.
//!
//! - Two database servers, and one node that is watched. Nodes share nothing but the data, so the others are what they
//!   write, and what holds for one holds for each.
//! - Every statement may be answered by any server that is up, a standby or a primary that has been replaced without
//!   knowing, as if each were on a new connection to an address that leads anywhere.
//! - The one that takes over has all that was acknowledged, where the primary waits for it, and is no standby any more.
//! - An older backup is put in place with the server stopped. What it does not have is not promised any more.
//! - Time goes on at any moment, in ticks of 800 ms. Bounds that include their ends are kept at all times if they are
//!   kept at ticks (Henzinger, Manna, Pnueli: What good are digital clocks?, 1992). The clock of a node never stops: a
//!   machine that sleeps with its clock is not in the model.
//!
//! The explorer is our own, in 100 lines. stateright 0.31 would find the same counterexamples, but cannot ask whether a
//! node can become current again from each state, and brings a web server along.

#![allow(clippy::panic, reason = "a test stops at the first surprise")]

mod cluster;
mod explorer;
mod failures;
mod lines;
mod node;
mod properties;
mod rules;
mod state;
mod steps;
mod writing;
