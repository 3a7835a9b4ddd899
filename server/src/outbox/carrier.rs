//! The ways out of this process.

use super::line;
use app::service::{Carrier, FollowerKind, WrittenLine};
use async_trait::async_trait;
use std::{
    fs::File,
    io::{self, Write},
    os::fd::AsFd,
};

/// What this process was told to send by.
#[derive(Default)]
pub struct Post {
    /// Whether the audit log goes to the standard output.
    pub prints: bool,
}

#[async_trait]
impl Carrier for Post {
    fn carries(&self, kind: FollowerKind) -> bool {
        kind == FollowerKind::Output && self.prints
    }

    async fn print(&self, lines: &[WrittenLine]) -> Result<(), String> {
        let text = line::text(lines).map_err(|cause| cause.to_string())?;
        // Whoever reads a pipe may be slow.
        let written = tokio::task::spawn_blocking(move || {
            // As a file, since `io::stdout` reports success for a write to a descriptor that is closed.
            File::from(io::stdout().as_fd().try_clone_to_owned()?).write_all(&text)
        });
        written.await.map_err(|cause| cause.to_string())?.map_err(|cause| cause.to_string())
    }
}
