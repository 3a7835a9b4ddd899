//! The uses of the sample tokens: in the last thirty days, and before that shortly before each event, for tokens that
//! nobody uses any more. Counts are written by the store's own method, as the server writes them.

use super::{
    SampleError,
    plot::{DAY_MS, HOUR_MS, Sample, Step},
};
use app::{
    domain::{RevealedSecret, Timestamp, TokenId, USES_BATCH, Verdict},
    service::{LatestUse, Store, UseCount},
};
use std::{collections::HashMap, net::Ipv4Addr};
use uuid::Uuid;

const SHOWN_MS: i64 = 30 * DAY_MS;
const BEFORE_EVENT_MS: i64 = 3 * DAY_MS;
/// Time for which a late client goes on with an old secret after it has ended.
const LATE_MS: i64 = DAY_MS;
/// The address of somebody who has no business here.
const STRANGER: &str = "192.0.2.66";

/// The client of a way by which uses come, and the first of its addresses. The client is the token that asks about the
/// uses, or a program that comes by itself.
fn way(via: &str) -> (&'static str, &'static str) {
    match via {
        "cluster" => ("API gateway", "10.20.1.8"),
        "ci" => ("API gateway", "10.30.4.12"),
        "office" => ("Internal proxy", "203.0.113.20"),
        "home" => ("Internal proxy", "203.0.113.190"),
        "partner" => ("Partner gateway", "198.51.100.130"),
        "gateway" => ("envoy/1.36", "10.20.0.4"),
        "proxy" => ("nginx", "203.0.113.2"),
        "partners" => ("node", "10.40.0.2"),
        _ => ("curl/8.15.0", "10.20.9.7"),
    }
}

/// As random as it needs to be, and the same every time: 0 to 99.
fn chance(a: i64, b: i64) -> i64 {
    let mixed = (a ^ (b / HOUR_MS * 0x9e37)).wrapping_mul(0x2545_f491_4f6c_dd1d);
    (mixed ^ (mixed >> 29)).wrapping_mul(0x0139_5aef_1b2d_7a11).rotate_left(23).rem_euclid(100)
}

/// Number of uses with this rhythm in an hour that began at this moment.
fn times(rhythm: &str, hour: i64, seed: i64) -> i64 {
    let (kind, often) = rhythm.split_once(' ').unwrap_or((rhythm, "0"));
    let hour_of_day = hour.rem_euclid(DAY_MS) / HOUR_MS;
    // The first day of 1970 was a Thursday.
    let weekday = (hour.div_euclid(DAY_MS) + 3).rem_euclid(7);
    let percent = match kind {
        "steady" => 100,
        "day" if weekday < 5 => 100 - 7 * (hour_of_day - 13).abs(),
        "day" => 60 - 4 * (hour_of_day - 13).abs(),
        "office" if weekday < 5 && (7..17).contains(&hour_of_day) => 100,
        "nightly" if hour_of_day == 2 => 100,
        "weekly" if weekday == 0 && hour_of_day == 5 => 100,
        _ => 0,
    };
    often.parse::<i64>().unwrap_or_default() * percent * (70 + chance(seed, hour) * 6 / 10) / 10_000
}

/// Everything to be written.
pub struct Traffic {
    now: i64,
    counts: Vec<UseCount>,
    latest: HashMap<Uuid, LatestUse>,
}

impl Traffic {
    /// Begins with secrets that nobody knows: some that were mistyped, and some hours in which somebody guessed.
    pub fn until(now: i64) -> Self {
        let mut traffic = Self { now, counts: Vec::new(), latest: HashMap::new() };
        for day in 1..30 {
            let hour = (now.div_euclid(DAY_MS) - day) * DAY_MS + chance(day, now) % 24 * HOUR_MS;
            let (guesses, mistakes) =
                if day % 5 == 4 { (20 + chance(day, hour), 0) } else { (0, 1 + day % 4) };
            traffic.add(Uuid::nil(), hour, Verdict::Unknown, ("", STRANGER, "API gateway"), guesses);
            traffic.add(Uuid::nil(), hour, Verdict::Malformed, ("", "10.30.4.15", "API gateway"), mistakes);
        }
        traffic
    }

    /// Adds a count to the hour of a moment; only a part of it if the hour is not over.
    fn add(&mut self, secret: Uuid, at: i64, verdict: Verdict, from: (&str, &str, &str), often: i64) {
        let hour = at.div_euclid(HOUR_MS) * HOUR_MS;
        let Ok(count @ 1..) = u64::try_from(often * (self.now - hour).clamp(0, HOUR_MS) / HOUR_MS) else {
            return;
        };
        let (hour, (permission, address, client)) = (Timestamp::from_millis(hour), from);
        let (permission, address, client) = (permission.to_owned(), address.to_owned(), client.to_owned());
        self.counts.push(UseCount { secret, hour, verdict, permission, address, client, count });
    }

    pub async fn write(self, store: &dyn Store) -> Result<(), SampleError> {
        for counts in self.counts.chunks(USES_BATCH) {
            store.add_uses(counts, &[]).await.map_err(SampleError::of)?;
        }
        let latest: Vec<LatestUse> = self.latest.into_values().collect();
        store.add_uses(&[], &latest).await.map_err(SampleError::of)
    }
}

/// Whoever uses one token, and what they are told.
pub struct Client<'a> {
    pub sample: &'a Sample,
    pub seed: i64,
    pub token: TokenId,
    /// The first name of the owner.
    pub owner: &'a str,
    /// The permissions that the token holds, in the order in which the sample names them.
    pub permissions: Vec<String>,
    pub ends: Option<i64>,
    pub secret: RevealedSecret,
    /// The secret's ID.
    pub current: Uuid,
    /// The previous secret, with which somebody goes on although there is a newer one, and the moment of its end.
    pub late: Option<(Uuid, i64)>,
    /// `None` when they have stopped.
    pub verdict: Option<Verdict>,
    pub called_until: i64,
}

impl Client<'_> {
    /// Adds the uses from the last event to this one.
    pub fn call_until(&mut self, end: i64, traffic: &mut Traffic) {
        let begin = (traffic.now - SHOWN_MS).min(end - BEFORE_EVENT_MS).max(self.called_until);
        self.called_until = end;
        let Some(told) = self.verdict else { return };
        for hour in (begin.div_euclid(HOUR_MS) + 1..=end.div_euclid(HOUR_MS)).map(|hour| hour * HOUR_MS) {
            let at = hour + chance(self.seed, hour) * (traffic.now - hour).min(HOUR_MS) / 100;
            let until = |end: Option<i64>| match told {
                Verdict::Valid if end.is_some_and(|end| end <= at) => Verdict::Expired,
                told => told,
            };
            let count = times(&self.sample.used, hour, self.seed);
            let late = self.late.filter(|(_, until)| hour < until + LATE_MS);
            if let Some((old, end)) = late {
                self.call((old, at), until(Some(end)), (0, count * 3 / 10), traffic);
            }
            // Most of the first permission that the token holds, and some of the second.
            let second = if self.permissions.len() > 1 { count * 3 / 10 } else { 0 };
            self.call((self.current, at), until(self.ends), (0, count - second), traffic);
            self.call((self.current, at), until(self.ends), (1, second), traffic);
        }
    }

    fn call(&self, (secret, at): (Uuid, i64), verdict: Verdict, what: (usize, i64), traffic: &mut Traffic) {
        let (client, address) = (way(&self.sample.via).0, self.address(secret == self.current));
        let wanted = self.permissions.get(what.0).map_or("", String::as_str);
        traffic.add(secret, at, verdict, (wanted, &address, client), what.1);
        if verdict.is_valid() && what.1 > 0 {
            let (at, client) = (Timestamp::from_millis(at), client.to_owned());
            traffic.latest.insert(secret, LatestUse { secret, token: self.token, at, address, client });
        }
    }

    /// An address of its clients, inside the range that the token is limited to.
    fn address(&self, is_current: bool) -> String {
        let range = self.sample.addresses.split('/').next().and_then(|first| first.parse().ok());
        let first: Option<Ipv4Addr> = range.or_else(|| way(&self.sample.via).1.parse().ok());
        let machine = u32::try_from(self.seed % 3 + if is_current { 1 } else { 4 }).unwrap_or_default();
        first.map_or_else(String::new, |first| Ipv4Addr::from_bits(first.to_bits() + machine).to_string())
    }

    /// Do the clients stop, or does something go wrong for a few hours? Neither is done by anybody in the console.
    pub fn fails(&mut self, step: &Step<'_>, traffic: &mut Traffic) -> bool {
        let (own, wanted) = (self.address(true), self.permissions[0].as_str());
        let (verdict, wanted, address, often) = match step.deed {
            "denied" => (Verdict::PermissionMissing, "invoices:refund", own.as_str(), 60),
            "foreign" => (Verdict::AddressNotAllowed, wanted, STRANGER, 25),
            "limited" => (Verdict::RateLimited, wanted, own.as_str(), 400),
            "stop" => {
                self.verdict = None;
                return true;
            }
            _ => return false,
        };
        for at in [step.at, step.at + HOUR_MS, step.at + 2 * HOUR_MS] {
            let from = (wanted, address, way(&self.sample.via).0);
            traffic.add(self.current, at, verdict, from, often * (50 + chance(self.seed, at)) / 100);
        }
        true
    }
}
