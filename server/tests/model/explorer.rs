//! Every state that can be reached, in order of the number of steps: the first counterexample is a shortest one.

use super::{
    rules::Model,
    state::State,
    steps::{Step, next},
};
use std::{
    collections::HashMap,
    fmt::Write,
    hash::{BuildHasherDefault, Hasher},
};

/// A hash of small numbers: unoptimised, that of the standard library takes most of the time.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u8(*byte));
    }

    fn write_u8(&mut self, byte: u8) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_u32(&mut self, number: u32) {
        self.write_usize(number as usize);
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = (self.0.rotate_left(5) ^ number as u64).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_usize(number.unsigned_abs());
    }
}

/// All states, and how they were reached.
pub struct Explored {
    states: Vec<State>,
    /// The state before each, and the step from there.
    before: Vec<Option<(usize, Step)>>,
    /// From which state to which.
    steps: Vec<(usize, usize)>,
    found: Option<usize>,
}

/// Explores from the first state on until one is found in which this is so.
pub fn explore(model: &Model, is_found: impl Fn(&State) -> bool) -> Explored {
    let first = State::new(model);
    let mut places: HashMap<State, usize, BuildHasherDefault<Quick>> = HashMap::default();
    places.insert(first, 0);
    let mut all = Explored { states: vec![first], before: vec![None], steps: Vec::new(), found: None };
    let mut place = 0;
    while place < all.states.len() && all.found.is_none() {
        for (step, state) in next(model, &all.states[place]) {
            let to = places.get(&state).copied().unwrap_or_else(|| {
                let to = all.states.len();
                all.found = all.found.or(is_found(&state).then_some(to));
                all.states.push(state);
                all.before.push(Some((place, step)));
                places.insert(state, to);
                to
            });
            all.steps.push((place, to));
        }
        place += 1;
    }
    all
}

impl Explored {
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// The steps to the state that was found.
    pub fn trace(&self) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        let mut place = self.found?;
        while let Some((before, step)) = self.before[place] {
            steps.push(step);
            place = before;
        }
        steps.reverse();
        Some(steps)
    }

    /// The trace to one of the states from which no state can be reached in which this is so.
    pub fn without_way_to(mut self, is_wanted: impl Fn(&State) -> bool) -> Option<Vec<Step>> {
        let mut from = vec![Vec::new(); self.states.len()];
        for (before, after) in &self.steps {
            from[*after].push(*before);
        }
        let mut reaches: Vec<bool> = self.states.iter().map(is_wanted).collect();
        let mut open: Vec<usize> = (0..reaches.len()).filter(|place| reaches[*place]).collect();
        while let Some(place) = open.pop() {
            for before in &from[place] {
                if !std::mem::replace(&mut reaches[*before], true) {
                    open.push(*before);
                }
            }
        }
        self.found = reaches.iter().position(|reaches| !reaches);
        self.trace()
    }
}

/// A trace, as a failed test shows it.
pub fn written(trace: &[Step]) -> String {
    trace.iter().enumerate().fold(String::new(), |mut text, (number, step)| {
        let _ = write!(text, "\n{:>3}. {step:?}", number + 1);
        text
    })
}
