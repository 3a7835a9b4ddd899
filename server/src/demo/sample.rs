//! The sample tokens as `tokens.csv` has them: one line for each, with what becomes of it. All days are counted from
//! the moment at which the demonstration starts. Nothing here touches any data.

use super::SampleError;
use serde::Deserialize;

const TOKENS: &str = include_str!("tokens.csv");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// How many days ago it was made.
    pub made: i64,
    /// The first name of whoever made it.
    pub owner: String,
    pub name: String,
    pub description: String,
    /// Separated by spaces; `*` is all that there was when it was made.
    pub permissions: String,
    /// In how many days it ends, if it does; below zero it has.
    pub ends: Option<i64>,
    pub addresses: String,
    /// `120/60`: so many in so many seconds.
    pub rate: String,
    /// `rotate@2/168 delete@1`: what was done, how many days ago, and how.
    deeds: String,
    /// `office 20`: its hours, and about how often in each of them.
    #[serde(rename = "use")]
    pub used: String,
    /// Which way its uses come.
    pub via: String,
}

/// What becomes of a token, besides that it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Its old secret works on for so many hours.
    Rotate(i64),
    /// The same, and somebody goes on with the old secret.
    RotateLate(i64),
    Edit,
    Disable,
    Enable,
    Delete,
    /// To the person of this first name.
    HandOver(String),
    /// Its clients stopped asking.
    Stop,
    /// For some hours it was asked for what it lacks.
    Denied,
    /// For some hours somebody tried it from elsewhere.
    Foreign,
    /// For some hours it was used too often.
    Limited,
}

impl Sample {
    pub fn all() -> Result<Vec<Self>, SampleError> {
        csv::Reader::from_reader(TOKENS.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .map_err(SampleError::of)
    }

    /// What was done, each with how many days ago that was.
    pub fn deeds(&self) -> Result<Vec<(i64, Deed)>, SampleError> {
        let unclear = || SampleError::of(format!("{}: {}", self.name, self.deeds));
        let read = |text: &str| Some(text).and_then(deed).ok_or_else(unclear);
        self.deeds.split(' ').filter(|text| !text.is_empty()).map(read).collect()
    }

    /// How many days ago this was done last.
    pub fn day_of(&self, wanted: &Deed) -> Option<i64> {
        let deeds = self.deeds().unwrap_or_default();
        deeds.iter().rev().find(|(_, deed)| deed == wanted).map(|(day, _)| *day)
    }

    /// The two halves of the rate limit.
    pub fn rate(&self) -> (String, String) {
        let (requests, seconds) = self.rate.split_once('/').unwrap_or_default();
        (requests.to_owned(), seconds.to_owned())
    }
}

fn deed(text: &str) -> Option<(i64, Deed)> {
    let (verb, rest) = text.split_once('@')?;
    let (day, how) = rest.split_once('/').unwrap_or((rest, ""));
    let deed = match verb {
        "rotate" => Deed::Rotate(how.parse().ok()?),
        "rotate-late" => Deed::RotateLate(how.parse().ok()?),
        "edit" => Deed::Edit,
        "disable" => Deed::Disable,
        "enable" => Deed::Enable,
        "delete" => Deed::Delete,
        "hand-over" => Deed::HandOver(how.to_owned()),
        "stop" => Deed::Stop,
        "denied" => Deed::Denied,
        "foreign" => Deed::Foreign,
        "limited" => Deed::Limited,
        _ => return None,
    };
    Some((day.parse().ok()?, deed))
}
