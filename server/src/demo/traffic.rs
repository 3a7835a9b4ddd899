//! The uses of the sample tokens: in the last thirty days up to this moment, and before that for tokens that nobody
//! uses any more. Counts are written by the store's own method, as the server writes them.

use super::{
    SampleError,
    history::Life,
    plot::{DAY_MS, HOUR_MS, MINUTE_MS},
    sample::{Deed, Sample},
};
use app::{
    domain::{Timestamp, USES_BATCH, Verdict},
    service::{LatestUse, Store, UseCount},
};
use std::{
    collections::{BTreeMap, HashMap},
    net::Ipv4Addr,
};
use uuid::Uuid;

const SHOWN_MS: i64 = 30 * DAY_MS;
/// Shortest time of use before the clients of a token stopped.
const BEFORE_STOP_MS: i64 = 3 * DAY_MS;
/// Time for which a late client goes on with an old secret after it has ended.
const LATE_MS: i64 = DAY_MS;
/// The address of somebody who has no business here.
const STRANGER: &str = "192.0.2.66";
/// Load of each hour of the day, in percent of the busiest.
const DAY_CURVE: [i64; 24] =
    [14, 9, 6, 5, 7, 13, 26, 45, 68, 84, 95, 100, 92, 86, 90, 94, 97, 99, 93, 82, 66, 48, 33, 22];

/// The client of a way by which uses come, and the beginning of its addresses. The client is the token that asks
/// about the uses, or a program that comes by itself.
fn way(via: &str) -> (&'static str, &'static str) {
    match via {
        "cluster" => ("API gateway", "10.20.1."),
        "ci" => ("API gateway", "10.30.4."),
        "office" => ("Internal proxy", "203.0.113."),
        "home" => ("Internal proxy", "2001:db8:4a:11::"),
        "partner" => ("Partner gateway", "198.51.100."),
        "gateway" => ("envoy/1.36", "10.20.0."),
        "proxy" => ("nginx", "203.0.113."),
        "partners" => ("node", "10.40.0."),
        _ => ("curl/8.15.0", "10.20.9."),
    }
}

/// As random as it needs to be, and the same every time.
fn mix(a: i64, b: i64) -> i64 {
    let mut x = a.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.cast_unsigned();
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ (x >> 31)) >> 1).cast_signed()
}

/// Number of uses with this rhythm in an hour that began at this moment.
fn times(rhythm: &str, hour: i64, seed: i64) -> i64 {
    let (kind, often) = rhythm.split_once(' ').unwrap_or((rhythm, ""));
    let often: i64 = often.parse().unwrap_or_default();
    let (day, hour_of_day) = (hour.div_euclid(DAY_MS), hour.rem_euclid(DAY_MS) / HOUR_MS);
    // The first day of 1970 was a Thursday.
    let weekday = (day + 3).rem_euclid(7);
    let is_weekend = weekday > 4;
    let base = match kind {
        "steady" => often,
        "day" => {
            let percent = usize::try_from(hour_of_day)
                .ok()
                .and_then(|at| DAY_CURVE.get(at))
                .copied()
                .unwrap_or_default();
            often * percent * if is_weekend { 60 } else { 100 } / 10_000
        }
        "office" if !is_weekend && (7..17).contains(&hour_of_day) => often,
        "nightly" if hour_of_day == 2 => often,
        "weekly" if weekday == 0 && hour_of_day == 5 => often,
        _ => 0,
    };
    let chance = mix(seed, hour);
    // Rare uses are sometimes left out; the others vary by up to 30 percent.
    if (1..5).contains(&base) && kind != "nightly" && chance % 3 == 0 {
        0
    } else {
        base * (70 + chance % 61) / 100
    }
}

/// Everything to be written.
#[derive(Default)]
struct Traffic {
    counts: Vec<UseCount>,
    latest: HashMap<Uuid, LatestUse>,
    /// Number of questions that each verifying client has asked, by the hour.
    asked: BTreeMap<(&'static str, i64), i64>,
}

/// One token, on its way through the hours.
struct Path<'a> {
    sample: &'a Sample,
    life: &'a Life,
    seed: i64,
    now: i64,
}

pub async fn write(
    store: &dyn Store,
    samples: &[Sample],
    lives: &[Life],
    now: Timestamp,
) -> Result<(), SampleError> {
    let mut traffic = Traffic::default();
    let now = now.as_millis();
    let all =
        || samples.iter().zip(lives).zip(1..).map(|((sample, life), seed)| Path { sample, life, seed, now });
    for path in all().filter(|path| path.sample.used != "asks") {
        path.walk(&mut traffic);
    }
    let asked = std::mem::take(&mut traffic.asked);
    for path in all().filter(|path| path.sample.used == "asks") {
        for ((_, hour), count) in asked.iter().filter(|((who, _), _)| *who == path.sample.name) {
            path.use_in(*hour, *count, &mut traffic);
        }
    }
    traffic.add_strangers(now);
    let latest: Vec<LatestUse> = traffic.latest.into_values().collect();
    for counts in traffic.counts.chunks(USES_BATCH) {
        store.add_uses(counts, &[]).await.map_err(SampleError::of)?;
    }
    store.add_uses(&[], &latest).await.map_err(SampleError::of)
}

impl Traffic {
    fn add(&mut self, secret: Uuid, hour: i64, verdict: Verdict, from: (&str, &str, &str), count: i64) {
        let (permission, address, client) = from;
        let Ok(count @ 1..) = u64::try_from(count) else { return };
        let hour = Timestamp::from_millis(hour);
        let (permission, address, client) = (permission.to_owned(), address.to_owned(), client.to_owned());
        self.counts.push(UseCount { secret, hour, verdict, permission, address, client, count });
    }

    /// Secrets that nobody knows: some that were mistyped, and some hours in which somebody guessed.
    fn add_strangers(&mut self, now: i64) {
        let today = now.div_euclid(DAY_MS) * DAY_MS;
        for day in 1..30 {
            let hour = today - day * DAY_MS + mix(day, 1) % 24 * HOUR_MS;
            self.add(
                Uuid::nil(),
                hour,
                Verdict::Malformed,
                ("", "10.30.4.15", "API gateway"),
                1 + mix(day, 2) % 4,
            );
            if day % 5 == 4 {
                self.add(
                    Uuid::nil(),
                    hour,
                    Verdict::Unknown,
                    ("", STRANGER, "API gateway"),
                    20 + mix(day, 3) % 40,
                );
            }
        }
    }
}

impl Path<'_> {
    fn walk(&self, traffic: &mut Traffic) {
        let end = self.moment_of(&Deed::Stop).unwrap_or(self.now);
        let begin = (self.now - SHOWN_MS).min(end - BEFORE_STOP_MS).max(self.life.made.as_millis());
        let first = begin.div_euclid(HOUR_MS) + 1;
        for hour in (first..=end.div_euclid(HOUR_MS)).map(|hour| hour * HOUR_MS) {
            let count = self.part_of(hour, times(&self.sample.used, hour, self.seed));
            self.use_in(hour, count, traffic);
        }
        for (at, deed) in &self.life.done {
            self.burst(at.as_millis(), deed, traffic);
        }
    }

    /// The part of the count that falls before now, for the hour that is not over.
    fn part_of(&self, hour: i64, count: i64) -> i64 {
        if hour + HOUR_MS > self.now { count * (self.now - hour) / HOUR_MS } else { count }
    }

    fn moment_of(&self, wanted: &Deed) -> Option<i64> {
        self.life.done.iter().rev().find(|(_, deed)| deed == wanted).map(|(at, _)| at.as_millis())
    }

    /// Adds uses in one hour: most of the first permission that the token holds, some of the second, and none of the
    /// others.
    fn use_in(&self, hour: i64, count: i64, traffic: &mut Traffic) {
        if count == 0 {
            return;
        }
        let (client, _) = way(&self.sample.via);
        *traffic.asked.entry((client, hour)).or_default() += count;
        let late = self.late_secret(hour).map_or(0, |_| (count * 3 / 10).max(1));
        if let Some(old) = self.late_secret(hour) {
            self.present(old, hour, (self.permission(0), late), 1, traffic);
        }
        let Some(current) = self.life.secrets.iter().rposition(|secret| secret.from.as_millis() <= hour)
        else {
            return;
        };
        let second = if self.life.permissions.len() > 1 { (count - late) * 3 / 10 } else { 0 };
        self.present(current, hour, (self.permission(0), count - late - second), 0, traffic);
        self.present(current, hour, (self.permission(1), second), 0, traffic);
    }

    fn permission(&self, place: usize) -> &str {
        self.life.permissions.get(place).map_or("", String::as_str)
    }

    /// The old secret with which somebody goes on although there is a newer one.
    fn late_secret(&self, hour: i64) -> Option<usize> {
        let is_late = self.life.done.iter().any(|(_, deed)| matches!(deed, Deed::RotateLate(_)));
        let old = self.life.secrets.len().checked_sub(2).filter(|_| is_late)?;
        let secret = self.life.secrets.get(old)?;
        let begins = self.life.secrets.last()?.from.as_millis();
        (begins <= hour && hour < secret.until?.as_millis() + LATE_MS).then_some(old)
    }

    fn present(
        &self,
        place: usize,
        hour: i64,
        (wanted, count): (&str, i64),
        machine: i64,
        traffic: &mut Traffic,
    ) {
        let Some(secret) = self.life.secrets.get(place) else { return };
        let (client, _) = way(&self.sample.via);
        let address = self.address(machine);
        let last = self.last_in(hour);
        let verdict = self.verdict(place, last);
        traffic.add(secret.id, hour, verdict, (wanted, &address, client), count);
        if verdict.is_valid() && count > 0 {
            let at = Timestamp::from_millis(last);
            let latest =
                LatestUse { secret: secret.id, token: self.life.id, at, address, client: client.to_owned() };
            traffic.latest.insert(secret.id, latest);
        }
    }

    /// The moment of its last use in this hour; in the hour that is not over, a few minutes ago at most.
    fn last_in(&self, hour: i64) -> i64 {
        let chance = mix(self.seed, hour + 1);
        if hour + HOUR_MS > self.now {
            self.now - chance % (self.now - hour).clamp(1, 9 * MINUTE_MS)
        } else {
            hour + chance % HOUR_MS
        }
    }

    /// The verdict that the server would have given.
    fn verdict(&self, place: usize, at: i64) -> Verdict {
        let has_come = |moment: Option<Timestamp>| moment.is_some_and(|moment| moment.as_millis() <= at);
        let until = self.life.secrets.get(place).and_then(|secret| secret.until);
        let done = |deed: &Deed| self.moment_of(deed).filter(|moment| *moment <= at);
        if done(&Deed::Delete).is_some() {
            Verdict::Revoked
        } else if has_come(self.life.ends) || has_come(until) {
            Verdict::Expired
        } else if done(&Deed::Disable) > done(&Deed::Enable) {
            Verdict::Disabled
        } else if has_come(self.life.orphaned) {
            Verdict::OwnerDisabled
        } else {
            Verdict::Valid
        }
    }

    /// An address of its clients, inside the range that it is limited to.
    fn address(&self, machine: i64) -> String {
        let network =
            self.sample.addresses.split('/').next().and_then(|first| first.parse::<Ipv4Addr>().ok());
        match network {
            Some(first) => {
                let number = u32::try_from(2 + (self.seed + machine) % 4).unwrap_or(1);
                Ipv4Addr::from_bits(first.to_bits() + number).to_string()
            }
            None => format!("{}{}", way(&self.sample.via).1, 10 + (self.seed * 7 + machine) % 80),
        }
    }

    /// Adds a few hours in which something went wrong.
    fn burst(&self, at: i64, deed: &Deed, traffic: &mut Traffic) {
        let (client, _) = way(&self.sample.via);
        let lacks = |wanted: &&&str| !self.life.permissions.iter().any(|held| held == **wanted);
        let lacking = ["invoices:refund", "shipments:cancel"].iter().find(lacks).copied().unwrap_or_default();
        let own = self.address(0);
        let (verdict, wanted, address, often) = match deed {
            Deed::Denied => (Verdict::PermissionMissing, lacking, own.as_str(), 60),
            Deed::Foreign => (Verdict::AddressNotAllowed, self.permission(0), STRANGER, 25),
            Deed::Limited => (Verdict::RateLimited, self.permission(0), own.as_str(), 400),
            _ => return,
        };
        let Some(secret) = self.life.secrets.last() else { return };
        let first = at.div_euclid(HOUR_MS);
        for hour in (first..first + 3).map(|hour| hour * HOUR_MS).filter(|hour| *hour <= self.now) {
            let count = self.part_of(hour, often * (50 + mix(self.seed, hour) % 100) / 100);
            *traffic.asked.entry((client, hour)).or_default() += count;
            traffic.add(secret.id, hour, verdict, (wanted, address, client), count);
        }
    }
}
