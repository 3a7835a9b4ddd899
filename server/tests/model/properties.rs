//! What holds in every state within bounds, and how it breaks without each rule.

use super::{
    explorer::{explore, written},
    rules::{Model, Replication, Rule},
    state::State,
};

/// Is the secret accepted by a request that has to be refused?
fn is_broken(model: &Model, state: &State) -> bool {
    state.is_broken || state.node.accepts && state.is_current(model) && state.must_refuse()
}

/// Has the end of the secret been acknowledged, and is not there?
fn is_lost(_: &Model, state: &State) -> bool {
    state.ended.is_some_and(|ended| !state.leading().lines.has(ended.mark))
}

/// More faults than are tried each time, by `MODEL_FAULTS=1`: millions of states, for minutes.
fn more_faults() -> u8 {
    std::env::var("MODEL_FAULTS").ok().and_then(|count| count.parse().ok()).unwrap_or(0)
}

fn holds(replication: Replication, is_wrong: fn(&Model, &State) -> bool) {
    for (writes, faults) in [(2, 1), (1, 2)] {
        let model = Model { replication, without: &[], writes, faults: faults + more_faults() };
        let explored = explore(&model, |state| is_wrong(&model, state));
        eprintln!("{} states", explored.len());
        if let Some(trace) = explored.trace() {
            panic!("{}", written(&trace));
        }
        let is_well = |state: &State| state.is_linked && state.leading().is_up && state.is_current(&model);
        if let Some(trace) = explored.without_way_to(is_well) {
            panic!("from here on, there is no answer for ever:{}", written(&trace));
        }
    }
}

#[test]
fn with_synchronous_replication_no_end_is_lost_and_none_is_overlooked_for_a_second() {
    holds(Replication::Synchronous, |model, state| is_broken(model, state) || is_lost(model, state));
}

#[test]
fn with_asynchronous_replication_no_end_that_survives_is_overlooked_for_a_second() {
    holds(Replication::Asynchronous, is_broken);
}

/// The other tests could not fail if no secret were ever accepted again.
#[test]
fn there_are_states_from_which_the_secret_is_never_accepted_again() {
    let model = Model { replication: Replication::Synchronous, without: &[], writes: 1, faults: 0 };
    assert!(explore(&model, |_| false).without_way_to(|state| state.node.accepts).is_some());
}

/// A model in which a state is found that should not be. The trace to it is what the test prints.
macro_rules! breaks {
    ($($name:ident: $replication:ident without [$($rule:ident),*], $writes:literal writes, $faults:literal faults,
        $is_wrong:ident;)*) => {
        $(#[test]
        fn $name() {
            let without = &[$(Rule::$rule),*];
            let replication = Replication::$replication;
            let model = Model { replication, without, writes: $writes, faults: $faults };
            let trace = explore(&model, |state| $is_wrong(&model, state)).trace();
            assert!(trace.is_some(), "{model:?} holds");
            eprintln!("{}:{}", stringify!($name), written(&trace.unwrap_or_default()));
        })*
    };
}

breaks! {
    // What asynchronous replication cannot promise.
    a_standby_that_takes_over_has_not_got_all_if_nobody_waited_for_it:
        Asynchronous without [], 1 writes, 1 faults, is_lost;
    an_old_primary_that_goes_on_is_believed_if_it_waits_for_nobody:
        Unfenced without [], 1 writes, 1 faults, is_broken;
    // What each rule is for.
    numbers_from_a_sequence_become_visible_in_another_order:
        Synchronous without [OneWriter], 2 writes, 0 faults, is_broken;
    without_marks_numbers_that_run_again_are_not_noticed:
        Asynchronous without [Mark, RunOfServer], 2 writes, 1 faults, is_broken;
    what_was_read_ahead_of_a_failover_stays_if_servers_are_not_told_apart:
        Asynchronous without [RunOfServer], 2 writes, 1 faults, is_broken;
    what_was_never_acknowledged_is_read_if_servers_are_not_told_apart:
        Synchronous without [RunOfServer], 2 writes, 2 faults, is_broken;
    an_old_primary_is_read_if_only_the_comparison_asks_who_answers:
        Synchronous without [FillIncludesMemory], 1 writes, 1 faults, is_broken;
    a_standby_is_read_if_only_the_comparison_asks_who_answers:
        Asynchronous without [FillIncludesMemory], 1 writes, 0 faults, is_broken;
    what_was_read_before_something_was_forgotten_comes_back_after_it:
        Synchronous without [Generation], 1 writes, 0 faults, is_broken;
    without_a_pulse_a_primary_that_was_cut_off_is_believed:
        Synchronous without [Pulse], 1 writes, 1 faults, is_broken;
    a_pulse_on_another_connection_proves_nothing:
        Synchronous without [OneConnection], 1 writes, 1 faults, is_broken;
    a_standby_that_is_behind_is_believed_if_it_may_answer:
        Asynchronous without [PrimaryOnly], 1 writes, 0 faults, is_broken;
    without_a_bound_memory_is_believed_while_nobody_answers:
        Synchronous without [Bound], 1 writes, 0 faults, is_broken;
    memory_that_is_as_old_as_the_answer_is_older_than_it_seems:
        Synchronous without [AgeFromBeginning], 1 writes, 0 faults, is_broken;
    a_node_that_does_not_compare_its_write_accepts_what_it_has_ended:
        Synchronous without [ComparedBeforeAcknowledged], 1 writes, 0 faults, is_broken;
    a_node_that_could_not_compare_its_write_accepts_what_it_has_ended:
        Synchronous without [Unseen], 1 writes, 1 faults, is_broken;
    a_node_that_is_told_that_a_secret_has_ended_accepts_it:
        Synchronous without [EndedAgainIsCommitted], 1 writes, 0 faults, is_broken;
    an_end_that_only_the_old_primary_knows_is_acknowledged:
        Synchronous without [EndedAgainIsCommitted], 1 writes, 2 faults, is_lost;
}
