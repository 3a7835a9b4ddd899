//! What fails at the database, and what an operator or a manager of the cluster does about it.

use super::{
    cluster::{LEADER, OTHER},
    lines::Lines,
    rules::{Model, Replication},
    state::{Server, State},
};

impl State {
    /// Ends the leader's process. What was being written is in its log by then, or not: if it is, it is visible after
    /// the next start, whether a standby has it or not.
    pub fn crash(&mut self, model: &Model, is_kept: bool) -> bool {
        let leader = &mut self.servers[LEADER];
        if !leader.is_up || is_kept && leader.pending.is_empty() {
            return false;
        }
        let pending = std::mem::take(&mut leader.pending);
        if is_kept {
            leader.lines = pending.iter().fold(leader.lines, Lines::with);
        }
        leader.is_up = false;
        self.lose_write(model);
        true
    }

    /// Starts a server again, as what it was.
    pub fn restart(&mut self, model: &Model, server: usize) -> bool {
        let is_fenced = model.replication == Replication::Asynchronous && server != LEADER;
        if self.servers[server].is_up || is_fenced {
            return false;
        }
        self.servers[server].run = self.new_run();
        self.servers[server].is_up = true;
        true
    }

    pub fn link(&mut self, is_linked: bool) -> bool {
        let standby = &self.servers[OTHER];
        let is_change = self.is_linked != is_linked && standby.is_up && !standby.is_primary;
        self.is_linked = if is_change { is_linked } else { self.is_linked };
        is_change
    }

    /// The standby takes over. It acknowledges alone until it has a standby itself.
    pub fn promote(&mut self, model: &Model) -> bool {
        let standby = &self.servers[OTHER];
        let is_away =
            !self.leading().is_up || !self.is_linked && model.replication != Replication::Asynchronous;
        if standby.is_primary || !is_away {
            return false;
        }
        self.servers.swap(LEADER, OTHER);
        self.servers[LEADER].is_primary = true;
        self.is_linked = false;
        if let Some(write) = &mut self.node.write {
            write.server = 1 - write.server;
        }
        if model.replication == Replication::Asynchronous {
            // Nobody reads it any more.
            self.servers[OTHER].lines = Lines::default();
        }
        true
    }

    /// The old primary becomes a standby of the new one.
    pub fn rejoin(&mut self, model: &Model) -> bool {
        if !self.servers[OTHER].is_primary {
            return false;
        }
        self.replace_standby(model);
        true
    }

    /// An older backup is put in place.
    pub fn restore(&mut self, model: &Model, kept: usize) -> bool {
        if kept >= self.leading().lines.len() as usize {
            return false;
        }
        let lines = self.leading().lines.iter().take(kept).fold(Lines::default(), Lines::with);
        self.servers[LEADER] = Server { is_primary: true, ..Server::new(self.new_run(), lines) };
        self.replace_standby(model);
        self.lose_end();
        self.lose_write_of_backup(model);
        true
    }

    /// An end that is lost is not promised any more.
    fn lose_end(&mut self) {
        let ended = self.ended.filter(|ended| self.leading().lines.has(ended.mark));
        self.ended = ended;
    }

    fn replace_standby(&mut self, model: &Model) {
        let run = self.new_run();
        self.servers[OTHER] = Server::new(run, self.leading().lines);
        self.servers[LEADER].waits = model.is_synchronous();
        self.is_linked = true;
        self.lose_write(model);
    }
}
