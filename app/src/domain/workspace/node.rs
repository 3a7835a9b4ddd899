//! A node: one of the servers that share the data of an installation.

use crate::domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Time after which a node that has told nothing is taken to be away: 20 seconds, in milliseconds.
pub const NODE_SILENT_MS: i64 = 20_000;
/// Age of its memory from which a node gives no verdicts.
const BEHIND_MS: i64 = 1_000;

/// A node, as it has last told about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    pub name: String,
    pub version: String,
    pub address: String,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
    /// The age of its memory at that time, in milliseconds; `None` if it was never compared with the data.
    pub behind_ms: Option<i64>,
    /// Whether it is the node that has answered.
    pub is_this: bool,
}

impl Node {
    /// Its state at `now`, in words.
    pub fn state(&self, now: Timestamp) -> &'static str {
        let silent_ms = now.as_millis() - self.seen_at.as_millis();
        match self.behind_ms {
            _ if silent_ms > NODE_SILENT_MS => "Not heard from",
            Some(..=BEHIND_MS) => "Up to date",
            _ => "Behind",
        }
    }

    /// The age of its memory, in words: `120 ms`, `2.5 s`.
    pub fn lag(&self) -> String {
        match self.behind_ms {
            None => "unknown".to_owned(),
            Some(ms @ ..1_000) => format!("{ms} ms"),
            Some(ms) => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_falls_behind_or_falls_silent_is_told_apart() {
        let node = |behind_ms| Node {
            name: "one".into(),
            version: "1".into(),
            address: String::new(),
            started_at: Timestamp::from_millis(0),
            seen_at: Timestamp::from_millis(100_000),
            behind_ms,
            is_this: false,
        };
        let state = |behind, later: i64| node(behind).state(Timestamp::from_millis(100_000 + later));
        assert_eq!(state(Some(200), 20_000), "Up to date");
        assert_eq!(state(Some(200), 20_001), "Not heard from");
        assert_eq!(state(Some(1_001), 0), "Behind");
        assert_eq!(state(None, 0), "Behind");
        assert_eq!([Some(7), Some(2_540), None].map(|ms| node(ms).lag()), ["7 ms", "2.5 s", "unknown"]);
    }
}
