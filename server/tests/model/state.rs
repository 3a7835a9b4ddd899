//! What a state consists of.

use super::{lines::Lines, rules::MAX_STALE};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    pub is_up: bool,
    pub is_primary: bool,
    /// Does it wait for a standby before it acknowledges?
    pub waits: bool,
    /// Another one after each start.
    pub run: u8,
    /// What can be read, in the order in which it became visible.
    pub lines: Lines,
    /// What is being written.
    pub pending: Lines,
}

/// What memory was compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Known {
    pub number: u8,
    pub mark: u8,
    pub run: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forgets {
    Nothing,
    Secret,
    Everything,
}

/// A comparison of which the answer is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Poll {
    pub age: u8,
    pub read: Known,
    pub forgets: Forgets,
    /// Has nothing become unseen since it began?
    pub sees_all: bool,
    /// Was a write waiting to be acknowledged when it began?
    pub sees_write: bool,
}

/// A request for which the secret was read as valid, of which the answer is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fill {
    /// Would the promise be broken if it accepted the secret?
    pub is_late: bool,
    /// Has something been forgotten since it began?
    pub is_outdated: bool,
}

/// A write by the watched node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Write {
    pub server: usize,
    pub mark: u8,
    pub is_committed: bool,
    /// Has somebody begun to take it back since it was committed?
    pub is_overruled: bool,
}

/// The watched node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    pub known: Known,
    /// Since memory was compared; more than `MAX_STALE` is too old, or never.
    pub age: u8,
    pub is_unseen: bool,
    /// Is the secret in memory, as valid?
    pub accepts: bool,
    pub poll: Option<Poll>,
    pub fill: Option<Fill>,
    pub write: Option<Write>,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            known: Known::default(),
            age: MAX_STALE + 1,
            is_unseen: false,
            accepts: false,
            poll: None,
            fill: None,
            write: None,
        }
    }
}

/// The last end that was acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ended {
    pub mark: u8,
    /// Since it was acknowledged, or is in force again.
    pub age: u8,
    /// Did the watched node acknowledge it?
    pub is_ours: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The first is the one whose data counts.
    pub servers: [Server; 2],
    /// Does the other one follow it?
    pub is_linked: bool,
    pub node: Node,
    pub ended: Option<Ended>,
    pub writes: u8,
    pub faults: u8,
    /// Has a request been accepted that had to be refused?
    pub is_broken: bool,
}
