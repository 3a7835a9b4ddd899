use super::{
    FlushQueue,
    budget::{OwnersRows, UseBudget},
    counts::{Counts, Row},
    key::UseKind,
};
use crate::domain::{Timestamp, USE_KINDS_OF_OWNER_MAX, USES_A_SECOND, Verdict};

const HOUR_MS: i64 = 60 * 60 * 1_000;

fn kind(client: &str) -> UseKind<'_> {
    UseKind { verdict: Verdict::Valid, wanted: Some(&[]), from: Some((None, client)) }
}

/// Notes one use in the first hour.
fn add(counts: &Counts, client: &str, budget: &UseBudget) -> bool {
    counts.add(Timestamp::from_millis(5), kind(client), budget, None).is_counted
}

fn number(rows: &[Row]) -> u32 {
    rows.iter().map(|row| row.count).sum()
}

#[test]
fn what_is_noted_while_it_is_written_is_written_the_next_time() {
    let (counts, budget) = (Counts::default(), UseBudget::of(1_000));
    let noted = counts.add(Timestamp::from_millis(5), kind("curl"), &budget, None);
    assert!(noted.is_new && noted.begins_to_wait);
    let taken = counts.take();
    let noted = counts.add(Timestamp::from_millis(HOUR_MS - 1), kind("curl"), &budget, None);
    assert!(!noted.is_new && noted.begins_to_wait);
    assert_eq!((taken.len(), number(&taken)), (1, 1));
    let taken = counts.take();
    assert_eq!((number(&taken), taken[0].last().as_millis()), (1, HOUR_MS - 1_000), "to the second");
    assert_eq!(counts.take().len(), 0, "and then there is nothing");
}

#[test]
fn what_could_not_be_written_is_written_the_next_time_together_with_the_rest() {
    let (counts, budget) = (Counts::default(), UseBudget::of(1_000));
    add(&counts, "curl", &budget);
    for row in counts.take() {
        assert!(counts.give_back(&row), "it waits again");
    }
    add(&counts, "curl", &budget);
    assert_eq!(number(&counts.take()), 2);
}

#[test]
fn a_flood_of_ways_takes_no_more_room_than_there_is_and_what_is_left_out_is_known() {
    const ROOM: usize = 160;
    let budget = UseBudget::of(ROOM);
    let secrets: Vec<Counts> = (0..256).map(|_| Counts::default()).collect();
    let mut dropped = 0;
    for counts in &secrets {
        for client in 0..20 {
            dropped += u32::from(!add(counts, &format!("client {client}"), &budget));
        }
    }
    let (rows, keys) = budget.taken();
    assert!(rows <= 2 * ROOM && keys <= 2 * ROOM, "{rows} rows of {keys} ways");
    assert!(budget.is_crowded());
    let written: u32 = secrets.iter().map(|counts| number(&counts.take())).sum();
    assert_eq!(written + dropped, 256 * 20, "every use is written or known to be missing");
    for counts in &secrets {
        counts.make_room(1, true, &budget);
    }
    budget.forget_unused();
    assert_eq!(budget.taken(), (0, 0), "what is written makes room");
    assert!(add(&secrets[0], "client 1", &budget));
}

#[test]
fn an_hour_that_is_over_is_forgotten_once_it_is_written() {
    let (counts, budget) = (Counts::default(), UseBudget::of(1_000));
    add(&counts, "curl", &budget);
    add(&counts, "wget", &budget);
    assert!(counts.make_room(1, false, &budget), "it is not written");
    assert_eq!(number(&counts.take()), 2);
    assert!(counts.make_room(0, false, &budget), "it goes on");
    assert!(!counts.make_room(1, false, &budget));
    assert_eq!(budget.taken().0, 0);
}

#[tokio::test]
async fn up_to_a_batch_everybody_is_written_at_once_and_of_a_crowd_a_part() {
    for (secrets, extra, each) in [
        (0, 0, USES_A_SECOND),
        (USES_A_SECOND, 0, USES_A_SECOND),
        (300 * USES_A_SECOND, 0, USES_A_SECOND),
        (900_000, 0, 3_000),
        (USES_A_SECOND, 300_000, 1_001),
    ] {
        let mut queue = FlushQueue { due: vec![None; secrets], ..FlushQueue::default() };
        queue.begin(extra).await;
        assert_eq!((queue.due.len(), queue.each), (secrets, each));
    }
}

#[test]
fn the_secrets_of_one_owner_leave_only_so_many_rows_in_an_hour() {
    let (budget, owner, hour) =
        (UseBudget::of(1_000_000), OwnersRows::default(), Timestamp::from_millis(HOUR_MS));
    let secrets: Vec<Counts> = (0..200).map(|_| Counts::default()).collect();
    let mut uses = 0;
    for counts in &secrets {
        for client in 0..150 {
            let noted = counts.add(hour, kind(&format!("client {client}")), &budget, Some(&owner));
            uses += u32::from(noted.is_counted);
        }
    }
    let rows: Vec<Row> = secrets.iter().flat_map(Counts::take).collect();
    // Each secret has its first way, and then one without a client and one that may be anything.
    let most = USE_KINDS_OF_OWNER_MAX as usize + 3 * secrets.len();
    assert!(rows.len() <= most, "{} rows", rows.len());
    assert_eq!((uses, number(&rows)), (200 * 150, 200 * 150), "each is counted");
    let other = secrets[0].add(Timestamp::from_millis(2 * HOUR_MS), kind("a"), &budget, Some(&owner));
    assert!(other.is_new || other.is_counted, "another hour has room again");
    assert!(secrets[0].add(Timestamp::from_millis(2 * HOUR_MS), kind("b"), &budget, Some(&owner)).is_counted);
}
