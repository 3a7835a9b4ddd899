//! Moments as they travel: RFC 3339, in UTC.

use app::domain::Timestamp;
use serde::{Serialize, Serializer};

#[derive(Debug, Clone, Copy)]
pub struct Rfc3339(pub Timestamp);

impl Serialize for Rfc3339 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
