//! The database servers: what they have, write and acknowledge.

use super::{
    lines::{Kind, Line, Lines},
    rules::{Model, PROMISE},
    state::{Ended, Known, Server, State},
};

/// The server whose data counts, and the other one.
pub const LEADER: usize = 0;
pub const OTHER: usize = 1;

impl Server {
    pub fn new(run: u8, lines: Lines) -> Self {
        Self { is_up: true, is_primary: false, waits: false, run, lines, pending: Lines::default() }
    }

    /// The line that decides about the secret.
    pub fn status(&self) -> Option<Line> {
        self.lines.iter().filter(|line| line.kind != Kind::Other).last()
    }

    pub fn is_valid(&self) -> bool {
        self.status().is_some_and(|line| line.kind == Kind::Enable)
    }

    pub fn newest(&self) -> Known {
        let newest = self.lines.iter().max_by_key(|line| line.number);
        newest.map_or(Known { run: self.run, ..Known::default() }, |line| Known {
            number: line.number,
            mark: line.mark,
            run: self.run,
        })
    }

    fn next_number(&self) -> u8 {
        self.lines.iter().chain(self.pending.iter()).map(|line| line.number).max().unwrap_or(0) + 1
    }
}

impl State {
    pub fn new(model: &Model) -> Self {
        // The secret has been created.
        let lines = Lines::default().with(Line { number: 1, mark: 0, kind: Kind::Enable });
        let mut first = Server::new(0, lines);
        first.is_primary = true;
        first.waits = model.is_synchronous();
        Self {
            servers: [first, Server::new(1, lines)],
            is_linked: true,
            node: Default::default(),
            ended: None,
            writes: 0,
            faults: 0,
            is_broken: false,
        }
    }

    pub const fn leading(&self) -> &Server {
        &self.servers[LEADER]
    }

    /// A run that nobody knows of.
    pub fn new_run(&self) -> u8 {
        let known = [self.node.known.run, self.node.poll.map_or(0, |poll| poll.read.run)];
        let is_new = |run: &u8| !known.contains(run) && self.servers.iter().all(|server| server.run != *run);
        (0..).find(is_new).unwrap_or_default()
    }

    /// Does this server acknowledge a write? The standby then has all that is visible on it.
    pub fn is_heard(&mut self, server: usize) -> bool {
        let asked = &self.servers[server];
        let is_followed = self.is_linked && server == LEADER;
        if !asked.is_up || !asked.is_primary || asked.waits && !is_followed {
            return false;
        }
        if asked.waits {
            self.replicate();
        }
        true
    }

    pub fn replicate(&mut self) {
        self.servers[OTHER].lines = self.leading().lines;
    }

    pub fn acknowledge(&mut self, mark: u8, is_ours: bool) {
        match &mut self.ended {
            Some(ended) if ended.mark == mark => ended.is_ours |= is_ours,
            ended => *ended = Some(Ended { mark, age: 0, is_ours }),
        }
    }

    /// Is the end with this mark in the data that counts, and has nobody begun to take it back?
    pub fn is_standing(&self, mark: u8) -> bool {
        let leader = self.leading();
        let mut later = leader.lines.iter().chain(leader.pending.iter()).skip_while(|line| line.mark != mark);
        later.next().is_some() && later.all(|line| line.kind != Kind::Enable)
    }

    pub fn is_in_force(&self) -> bool {
        self.ended.is_some_and(|ended| self.is_standing(ended.mark))
    }

    /// Must a request that begins now be refused?
    pub fn must_refuse(&self) -> bool {
        self.is_in_force() && self.ended.is_some_and(|ended| ended.is_ours || ended.age > PROMISE)
    }

    /// Begins a write, if the server takes it, and returns its mark.
    pub fn begin(&mut self, server: usize, kind: Kind, is_one_writer: bool) -> Option<u8> {
        let asked = &mut self.servers[server];
        let mut pending = asked.pending.iter();
        let is_free = match (pending.next(), pending.next()) {
            (None, _) => true,
            // Without the lock of all writes, the row of the secret is still one.
            (Some(other), None) => !is_one_writer && (other.kind == Kind::Other) != (kind == Kind::Other),
            _ => false,
        };
        let is_possible = kind == Kind::Other || asked.is_valid() == (kind == Kind::End);
        if !asked.is_up || !asked.is_primary || !is_free || !is_possible {
            return None;
        }
        self.writes += 1;
        asked.pending = asked.pending.with(Line { number: asked.next_number(), mark: self.writes, kind });
        Some(self.writes)
    }

    /// Makes a write visible, if the server can acknowledge it.
    pub fn commit(&mut self, server: usize, pending: usize) -> Option<Line> {
        let line = self.servers[server].pending.iter().nth(pending)?;
        if !self.is_heard(server) {
            return None;
        }
        let asked = &mut self.servers[server];
        let others = asked.pending.iter().filter(|other| *other != line);
        asked.pending = others.fold(Lines::default(), Lines::with);
        asked.lines = asked.lines.with(line);
        // A standby has it, too.
        self.is_heard(server).then_some(line)
    }
}
