//! The memory of the watched node: `app/src/service/verify/freshness.rs` and `cache.rs`.

use super::{
    lines::Kind,
    rules::{MAX_STALE, Model, PROMISE, Rule, WAIT},
    state::{Fill, Forgets, Poll, State, Write},
};

impl State {
    /// May memory be used?
    pub fn is_current(&self, model: &Model) -> bool {
        let is_fresh = self.node.age <= MAX_STALE || !model.has(Rule::Bound);
        is_fresh && !self.node.is_unseen
    }

    /// Is what memory knows part of what this server has?
    fn is_same_history(&self, model: &Model, server: usize) -> bool {
        let (known, server) = (self.node.known, &self.servers[server]);
        let is_run = known.run == server.run || !model.has(Rule::RunOfServer);
        let is_line = |mark, number| number == known.number && (mark == known.mark || !model.has(Rule::Mark));
        known.number == 0 || is_run && server.lines.iter().any(|line| is_line(line.mark, line.number))
    }

    /// Begins a comparison: the pulse on one server, and the changes from one, which is the same where both are on one
    /// connection. The server may be changed in between, which only makes what is read newer than it is taken for.
    pub fn ask(&mut self, model: &Model, pulse: usize, server: usize) -> bool {
        if self.node.poll.is_some() || pulse != server && model.has(Rule::OneConnection) {
            return false;
        }
        // A standby writes no pulse, and says so with the changes.
        let is_standby = self.servers[pulse].is_up && !self.servers[pulse].is_primary;
        let is_heard = is_standby || !model.has(Rule::Pulse) || self.is_heard(pulse);
        let read = &self.servers[server];
        if !is_heard || !read.is_up || !read.is_primary && model.has(Rule::PrimaryOnly) {
            return false;
        }
        let mut after = read.lines.iter().filter(|line| line.number > self.node.known.number);
        self.node.poll = Some(Poll {
            age: 0,
            read: read.newest(),
            forgets: if !self.is_same_history(model, server) {
                Forgets::Everything
            } else if after.any(|line| line.kind != Kind::Other) {
                Forgets::Secret
            } else {
                Forgets::Nothing
            },
            sees_all: true,
            sees_write: self.node.write.is_some_and(|write| write.is_committed),
        });
        true
    }

    /// Takes in what has changed.
    pub fn take_in(&mut self, model: &Model) -> bool {
        let Some(poll) = self.node.poll.take() else { return false };
        if poll.forgets != Forgets::Nothing {
            self.node.accepts = false;
            if let Some(fill) = &mut self.node.fill {
                fill.is_outdated = true;
            }
        }
        self.node.known = poll.read;
        self.node.age = if model.has(Rule::AgeFromBeginning) { poll.age } else { 0 };
        if poll.sees_all {
            self.node.is_unseen = false;
        }
        if poll.sees_write
            && let Some(write) = self.node.write.take()
        {
            self.acknowledge(write.mark, !write.is_overruled);
        }
        true
    }

    /// A request for the secret, which is not in memory, reads it from this server.
    pub fn look_up(&mut self, model: &Model, server: usize) -> bool {
        let is_needed = self.is_current(model) && !self.node.accepts && self.node.fill.is_none();
        let asked = &self.servers[server];
        let is_included = !model.has(Rule::FillIncludesMemory) || self.is_same_history(model, server);
        if !is_needed || !asked.is_up || !asked.is_valid() || !is_included {
            return false;
        }
        self.node.fill = Some(Fill { is_late: self.must_refuse(), is_outdated: false });
        true
    }

    /// That request is answered.
    pub fn keep(&mut self, model: &Model) -> bool {
        let Some(fill) = self.node.fill.take() else { return false };
        self.is_broken |= fill.is_late;
        self.node.accepts |= !fill.is_outdated || !model.has(Rule::Generation);
        true
    }

    pub fn restart_node(&mut self) -> bool {
        let is_change = self.node != Default::default();
        self.node = Default::default();
        is_change
    }

    /// Time goes by.
    pub fn tick(&mut self) -> bool {
        let age = |age: u8, most: u8| (age + 1).min(most);
        self.node.age = age(self.node.age, MAX_STALE + 1);
        // Whoever waits for a comparison for a second goes without.
        self.node.poll =
            self.node.poll.filter(|poll| poll.age < WAIT).map(|poll| Poll { age: poll.age + 1, ..poll });
        if let Some(ended) = &mut self.ended {
            ended.age = age(ended.age, PROMISE + 1);
        }
        true
    }

    /// What is not in force does not bind, and binds anew from when it is in force again.
    pub fn settle(&mut self) {
        if let Some(Write { mark, is_committed: true, .. }) = self.node.write
            && let is_overruled = !self.is_standing(mark)
            && let Some(write) = &mut self.node.write
        {
            write.is_overruled |= is_overruled;
        }
        if self.is_in_force() {
            return;
        }
        if let Some(ended) = &mut self.ended {
            (ended.age, ended.is_ours) = (0, false);
        }
        if let Some(fill) = &mut self.node.fill {
            fill.is_late = false;
        }
    }
}
