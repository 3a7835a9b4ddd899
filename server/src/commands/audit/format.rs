//! What an archive has besides its lines: a header in front of them and a seal at the end.

use serde::{Deserialize, Serialize};

pub const FORMAT: &str = "tokenry-audit-archive-1";

#[derive(Serialize, Deserialize)]
pub struct Header {
    pub format: String,
    pub installation: String,
    /// The line before the first one, as `LINE:LINK`; `None` in front of the first line ever.
    pub after: Option<String>,
}

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
