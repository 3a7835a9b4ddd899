//! Everything that can happen in a state.

use super::{
    lines::Kind,
    rules::{Model, Rule},
    state::State,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Tick,
    /// Another node begins a write, on this server.
    OtherWrites(usize, Kind),
    /// The node begins to end the secret, on this server.
    Ends(usize),
    /// One that has ended already.
    EndsAgain(usize),
    OtherEndsAgain(usize),
    /// This server makes a write visible, and its author hears of that.
    Commits(usize, usize),
    /// This server makes a write visible, and its author does not.
    CommitsUnheard(usize, usize),
    GivesUpComparing,
    GivesUpWriting,
    /// The node sends a pulse to one server, and reads the changes from one.
    Asks(usize, usize),
    TakesIn,
    /// A request reads the secret from this server.
    LooksUp(usize),
    Answers,
    NodeRestarts,
    Replicates,
    /// The primary crashes. What was being written comes back with it, or not.
    Crashes {
        is_kept: bool,
    },
    Restarts(usize),
    CutOff,
    Reconnects,
    Promotes,
    Rejoins,
    /// A backup with so many lines is restored.
    Restores(usize),
}

impl Step {
    const fn is_fault(self) -> bool {
        matches!(
            self,
            Self::Crashes { .. }
                | Self::CutOff
                | Self::Restores(_)
                | Self::NodeRestarts
                | Self::GivesUpWriting
                | Self::GivesUpComparing
                | Self::CommitsUnheard(..)
        )
    }

    const fn is_write(self) -> bool {
        matches!(self, Self::OtherWrites(..) | Self::Ends(_))
    }

    fn all() -> impl Iterator<Item = Self> {
        let single = [
            Self::Tick,
            Self::GivesUpComparing,
            Self::GivesUpWriting,
            Self::TakesIn,
            Self::Answers,
            Self::NodeRestarts,
            Self::Replicates,
            Self::Crashes { is_kept: false },
            Self::Crashes { is_kept: true },
            Self::CutOff,
            Self::Reconnects,
            Self::Promotes,
            Self::Rejoins,
        ];
        let of_server = |server| {
            [
                Self::OtherWrites(server, Kind::End),
                Self::OtherWrites(server, Kind::Enable),
                Self::OtherWrites(server, Kind::Other),
                Self::Ends(server),
                Self::EndsAgain(server),
                Self::OtherEndsAgain(server),
                Self::Commits(server, 0),
                Self::Commits(server, 1),
                Self::CommitsUnheard(server, 0),
                Self::Asks(server, server),
                Self::Asks(server, 1 - server),
                Self::LooksUp(server),
                Self::Restarts(server),
            ]
        };
        single.into_iter().chain((0..2).flat_map(of_server)).chain((1..4).map(Self::Restores))
    }
}

/// The states that can be next.
pub fn next(model: &Model, state: &State) -> Vec<(Step, State)> {
    Step::all().filter_map(|step| after(model, state, step).map(|next| (step, next))).collect()
}

/// The state after a step; `None` if the step is not possible, or changes nothing.
pub fn after(model: &Model, state: &State, step: Step) -> Option<State> {
    let is_spent =
        step.is_fault() && state.faults == model.faults || step.is_write() && state.writes == model.writes;
    if is_spent {
        return None;
    }
    let mut next = *state;
    let is_possible = match step {
        Step::Tick => next.tick(),
        Step::OtherWrites(server, kind) => next.begin(server, kind, model.has(Rule::OneWriter)).is_some(),
        Step::Ends(server) => next.end(model, server),
        Step::EndsAgain(server) => next.end_again(model, server, true),
        Step::OtherEndsAgain(server) => next.end_again(model, server, false),
        Step::Commits(server, pending) => commits(model, &mut next, server, pending, true),
        Step::CommitsUnheard(server, pending) => commits(model, &mut next, server, pending, false),
        Step::GivesUpComparing => next.give_up_comparing(model),
        Step::GivesUpWriting => next.give_up_writing(model),
        Step::Asks(pulse, server) => next.ask(model, pulse, server),
        Step::TakesIn => next.take_in(model),
        Step::LooksUp(server) => next.look_up(model, server),
        Step::Answers => next.keep(model),
        Step::NodeRestarts => next.restart_node(),
        Step::Replicates => {
            let is_possible = next.is_linked && next.leading().is_up;
            if is_possible {
                next.replicate();
            }
            is_possible
        }
        Step::Crashes { is_kept } => next.crash(model, is_kept),
        Step::Restarts(server) => next.restart(model, server),
        Step::CutOff => next.link(false),
        Step::Reconnects => next.link(true),
        Step::Promotes => next.promote(model),
        Step::Rejoins => next.rejoin(model),
        Step::Restores(kept) => next.restore(model, kept),
    };
    if !is_possible {
        return None;
    }
    next.faults += u8::from(step.is_fault());
    next.settle();
    (next != *state).then_some(next)
}

fn commits(model: &Model, next: &mut State, server: usize, pending: usize, is_heard: bool) -> bool {
    let Some(line) = next.commit(server, pending) else { return false };
    let is_ours = next.node.write.is_some_and(|write| write.mark == line.mark);
    match (is_ours, is_heard) {
        (true, true) => next.learn(model, line.mark),
        (true, false) => next.lose_write(model),
        (false, true) if line.kind == Kind::End => next.acknowledge(line.mark, false),
        (false, _) => {}
    }
    true
}
