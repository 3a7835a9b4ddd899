//! The sample tokens of `tokens.csv`: one line per token, with what becomes of it. All days are counted from the
//! moment at which the demonstration starts. Nothing here touches any data.

use super::SampleError;
use serde::Deserialize;

const TOKENS: &str = include_str!("tokens.csv");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Days since it was made.
    pub made: i64,
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
    deeds: String,
    /// `office 20`: the rhythm, and the approximate number of uses in each of its hours.
    #[serde(rename = "use")]
    pub used: String,
    /// The way by which its uses come.
    pub via: String,
}

/// An event in the life of a token after it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The old secret keeps working for this many hours.
    Rotate(i64),
    /// Like [`Deed::Rotate`], but somebody goes on with the old secret.
    RotateLate(i64),
    Edit,
    Disable,
    Enable,
    Delete,
    /// To the person with this first name.
    HandOver(String),
    /// Its clients stopped using it.
    Stop,
    /// For some hours, clients asked for a permission that it lacks.
    Denied,
    /// For some hours, somebody tried it from elsewhere.
    Foreign,
    /// For some hours, it was used too often.
    Limited,
}

impl Sample {
    pub fn all() -> Result<Vec<Self>, SampleError> {
        csv::Reader::from_reader(TOKENS.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .map_err(SampleError::of)
    }

    /// The deeds, each with the days since it was done.
    pub fn deeds(&self) -> Result<Vec<(i64, Deed)>, SampleError> {
        let unclear = || SampleError::of(format!("{}: {}", self.name, self.deeds));
        let read = |text: &str| Some(text).and_then(deed).ok_or_else(unclear);
        self.deeds.split(' ').filter(|text| !text.is_empty()).map(read).collect()
    }

    /// Days since this deed was done last.
    pub fn day_of(&self, wanted: &Deed) -> Option<i64> {
        let deeds = self.deeds().unwrap_or_default();
        deeds.iter().rev().find(|(_, deed)| deed == wanted).map(|(day, _)| *day)
    }

    /// The requests and the seconds of the rate limit.
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
