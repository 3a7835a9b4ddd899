//! Writes by the watched node, and when they are acknowledged: `server/src/store/watchers.rs`.

use super::{
    lines::Kind,
    rules::{Model, Rule},
    state::{State, Write},
};

impl State {
    /// The node begins to end the secret.
    pub fn end(&mut self, model: &Model, server: usize) -> bool {
        if self.node.write.is_some() {
            return false;
        }
        let begun = self.begin(server, Kind::End, model.has(Rule::OneWriter));
        self.node.write = begun.map(|mark| Write { server, mark, is_committed: false, is_overruled: false });
        begun.is_some()
    }

    /// A secret that has ended is ended again, by the watched node or by another one.
    pub fn end_again(&mut self, model: &Model, server: usize, is_ours: bool) -> bool {
        let asked = &self.servers[server];
        let is_free = asked.is_up && asked.is_primary && asked.pending.is_empty();
        let Some(line) = asked.status().filter(|line| line.kind == Kind::End) else { return false };
        let is_committed = model.has(Rule::EndedAgainIsCommitted);
        if !is_free || is_ours && self.node.write.is_some() || is_committed && !self.is_heard(server) {
            return false;
        }
        if is_ours && is_committed {
            self.node.write = Some(Write { server, mark: line.mark, is_committed, is_overruled: false });
        } else {
            self.acknowledge(line.mark, is_ours);
        }
        true
    }

    /// The node learns that its write was committed.
    pub fn learn(&mut self, model: &Model, mark: u8) {
        if model.has(Rule::ComparedBeforeAcknowledged) {
            self.node.write = self.node.write.map(|write| Write { is_committed: true, ..write });
        } else {
            self.node.write = None;
            self.acknowledge(mark, true);
        }
    }

    /// Memory could not be compared with a write: it is acknowledged all the same.
    pub fn give_up_comparing(&mut self, model: &Model) -> bool {
        let Some(write) = self.node.write.filter(|write| write.is_committed) else { return false };
        self.acknowledge(write.mark, !write.is_overruled);
        self.miss(model);
        true
    }

    /// The connection is lost in mid-commit: nobody knows what becomes of it.
    pub fn give_up_writing(&mut self, model: &Model) -> bool {
        let is_writing = self.node.write.is_some_and(|write| !write.is_committed);
        if is_writing {
            self.miss(model);
        }
        is_writing
    }

    fn miss(&mut self, model: &Model) {
        self.node.write = None;
        self.node.is_unseen = model.has(Rule::Unseen);
        if let Some(poll) = &mut self.node.poll {
            (poll.sees_all, poll.sees_write) = (false, false);
        }
    }

    /// A server has gone, and with it perhaps a write.
    pub fn lose_write(&mut self, model: &Model) {
        let Some(Write { server, mark, is_committed: false, .. }) = self.node.write else { return };
        if !self.servers[server].pending.has(mark) {
            self.miss(model);
        }
    }

    /// So has a write that was committed after the backup was made.
    pub fn lose_write_of_backup(&mut self, model: &Model) {
        if self.node.write.is_some_and(|write| !self.leading().lines.has(write.mark)) {
            self.miss(model);
        }
    }
}
