//! Bytes on connections, and what stands in front of them.

mod bounds;
mod connections;
mod crowd;
mod descriptors;
mod metrics;
mod recipes;
mod tls;
