//! The steps of the story in chronological order, dated back from the moment at which it is told: the events of the
//! company, and one line of `tokens.csv` per token, with what becomes of it.

use super::{SampleError, company};
use app::domain::Timestamp;
use serde::Deserialize;

pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;
const MINUTE_MS: i64 = 60 * 1_000;

/// A sample token. All days are counted from the moment at which the demonstration starts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Days since it was made.
    made: String,
    /// The first name of the person who made it.
    pub owner: String,
    pub name: String,
    pub description: String,
    /// Separated by spaces; `*` stands for all that existed when it was made.
    pub permissions: String,
    /// Days until it ends, if it does; negative if it has ended.
    pub ends: Option<i64>,
    pub addresses: String,
    /// `120/60`: the number of requests, and of seconds.
    pub rate: String,
    /// `rotate@2/168 delete@1`: each deed, the days since it was done, and its detail.
    pub deeds: String,
    /// `office 20`: the rhythm, and the approximate number of uses in each of its hours.
    #[serde(rename = "use")]
    pub used: String,
    /// The way by which its uses come.
    pub via: String,
}

/// One step of the story: what happens, to whom or how, and to which token, if to one.
pub struct Step<'a> {
    pub at: i64,
    pub deed: &'a str,
    pub detail: &'a str,
    pub sample: Option<&'a Sample>,
}

pub fn samples() -> Result<Vec<Sample>, SampleError> {
    let mut lines = csv::Reader::from_reader(include_bytes!("tokens.csv").as_slice());
    lines.deserialize().collect::<Result<_, _>>().map_err(SampleError::of)
}

/// The moment `minutes` into the day that was `day` days ago.
pub fn moment(now: i64, day: i64, minutes: i64) -> i64 {
    (now.div_euclid(DAY_MS) - day) * DAY_MS + minutes * MINUTE_MS
}

/// The end of the day that is this many days ahead.
pub fn end_of(now: i64, days: i64) -> Timestamp {
    Timestamp::from_millis(moment(now, -days - 1, 0))
}

/// Everything that happens after the first morning.
pub fn plot(now: i64, samples: &[Sample]) -> Result<Vec<Step<'_>>, SampleError> {
    let mut steps = Vec::new();
    for (day, minutes, deed, detail) in company::events() {
        steps.push(Step { at: moment(now, day, minutes), deed, detail, sample: None });
    }
    for (sample, place) in samples.iter().zip(0..) {
        let deeds = sample.deeds.split_whitespace().map(|deed| deed.split_once('@').unwrap_or((deed, "")));
        for (deed, when) in deeds.chain([("make", sample.made.as_str())]) {
            let (day, detail) = when.split_once('/').unwrap_or((when, ""));
            // Between eight and five; today, within the last hour.
            let at = match day.parse().map_err(SampleError::of)? {
                0 => now - (5 + place * 37 % 50) * MINUTE_MS,
                day => moment(now, day, 8 * 60 + place * 37 % (9 * 60)),
            };
            steps.push(Step { at, deed, detail, sample: Some(sample) });
        }
    }
    steps.sort_by_key(|step| (step.at, step.deed != "make"));
    Ok(steps)
}
