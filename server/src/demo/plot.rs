//! The steps of the story in chronological order, dated back from the moment at which it is told.

use super::{
    SampleError, company,
    sample::{Deed, Sample},
};
use app::domain::Timestamp;

pub const MINUTE_MS: i64 = 60 * 1_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// One step of the story. Numbers are indices into the lists of people and of samples.
pub enum Act {
    Invite(usize),
    Join(usize),
    /// Somebody becomes the second admin.
    Promote,
    /// Somebody who has left is disabled.
    Leave,
    /// A resource is removed from the catalogue, although tokens hold it.
    GiveUp,
    /// Somebody mistypes their password.
    Mistype,
    Export,
    /// A viewer tries to make a token.
    TryInVain,
    Make(usize),
    Do(usize, Deed),
}

/// The moment `minutes` into the day that was `day` days ago.
pub fn moment(now: Timestamp, day: i64, minutes: i64) -> Timestamp {
    let midnight = now.as_millis().div_euclid(DAY_MS) * DAY_MS;
    Timestamp::from_millis(midnight - day * DAY_MS + minutes * MINUTE_MS)
}

/// A moment between eight and five; today, one within the last hour.
fn at_work(now: Timestamp, day: i64, place: usize) -> Timestamp {
    let spread = i64::try_from(place).unwrap_or_default() * 37;
    match day {
        0 => Timestamp::from_millis(now.as_millis() - (5 + spread % 50) * MINUTE_MS),
        _ => moment(now, day, 8 * 60 + spread % (9 * 60)),
    }
}

/// The end of the day that is this many days ahead.
pub fn end_of(now: Timestamp, days: i64) -> Timestamp {
    moment(now, -days - 1, 0)
}

/// Everything that happens after the first morning, in chronological order.
pub fn plot(now: Timestamp, samples: &[Sample]) -> Result<Vec<(Timestamp, Act)>, SampleError> {
    let mut acts = vec![
        (moment(now, 100, 7 * 60 + 30), Act::Promote),
        (moment(now, 41, 7 * 60 + 52), Act::Mistype),
        (moment(now, 33, 17 * 60 + 20), Act::Export),
        (moment(now, 25, 17 * 60 + 30), Act::Leave),
        (moment(now, 19, 17 * 60 + 45), Act::GiveUp),
        (moment(now, 12, 17 * 60 + 10), Act::TryInVain),
    ];
    for (who, employee) in company::PEOPLE.iter().enumerate().skip(1) {
        let invited = moment(now, employee.invited, 9 * 60 + 10);
        acts.push((invited, Act::Invite(who)));
        if employee.invited > 1 {
            acts.push((Timestamp::from_millis(invited.as_millis() + 47 * MINUTE_MS), Act::Join(who)));
        }
    }
    for (place, sample) in samples.iter().enumerate() {
        acts.push((at_work(now, sample.made, place), Act::Make(place)));
        let deeds = sample.deeds()?.into_iter();
        acts.extend(deeds.map(|(day, deed)| (at_work(now, day, place), Act::Do(place, deed))));
    }
    acts.sort_by_key(|(at, _)| at.as_millis());
    Ok(acts)
}
