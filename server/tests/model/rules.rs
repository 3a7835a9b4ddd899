//! What is explored, and the rules that can be switched off.

/// Longest time that memory is used after it was compared: 800 ms, which is a tick.
pub const MAX_STALE: u8 = 1;
/// An end that was acknowledged longer ago than this is known everywhere. A second is promised, and 800 ms are shown.
pub const PROMISE: u8 = 1;
/// Longest wait for the answer to a comparison: a second, and more.
pub const WAIT: u8 = 2;

/// What the code does so that the promise holds. Tests leave one out at a time, and find how it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Writers lock one row before they get a number; without it, numbers are drawn from a sequence.
    OneWriter,
    /// A line in `change` has a random mark.
    Mark,
    /// The mark is another one on another server, and after a restart.
    RunOfServer,
    /// What is read into memory includes what memory was compared with.
    FillIncludesMemory,
    /// What was read before something was forgotten is not kept after it.
    Generation,
    /// Where the server waits for a standby, the node writes before it compares.
    Pulse,
    /// The pulse and the comparison are on one connection.
    OneConnection,
    /// A standby is not compared with.
    PrimaryOnly,
    /// Memory that was not compared for a while is not used.
    Bound,
    /// Memory is as old as the beginning of its last comparison.
    AgeFromBeginning,
    /// A write is acknowledged after memory was compared.
    ComparedBeforeAcknowledged,
    /// A write that memory could not be compared with, or that perhaps happened, keeps memory from being used.
    Unseen,
    /// Who ends a secret that has ended already is answered after a commit, too.
    EndedAgainIsCommitted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replication {
    /// A write is acknowledged once the standby has it.
    Synchronous,
    /// The standby may be behind. It takes over only when the old primary is down, which comes back as a standby.
    Asynchronous,
    /// Like `Asynchronous`, but an old primary that was cut off goes on.
    Unfenced,
}

/// What is explored.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    pub replication: Replication,
    pub without: &'static [Rule],
    /// Most writes.
    pub writes: u8,
    /// Most faults.
    pub faults: u8,
}

impl Model {
    pub fn has(&self, rule: Rule) -> bool {
        !self.without.contains(&rule)
    }

    pub fn is_synchronous(&self) -> bool {
        self.replication == Replication::Synchronous
    }
}
