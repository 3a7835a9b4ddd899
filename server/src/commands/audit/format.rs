//! What an archive has besides a header and its lines: a seal at the end.

use serde::{Deserialize, Serialize};

pub const FORMAT: &str = "tokenry-audit-archive-1";

#[derive(Serialize, Deserialize)]
pub struct Sealed {
    pub seal: Seal,
}

#[derive(Serialize, Deserialize)]
pub struct Seal {
    pub lines: i64,
    /// As `LINE:LINK`.
    pub last: String,
    /// The digest of everything before the seal.
    pub sha256: String,
}
