//! How often somebody may try to sign in: for each source of requests, and for each account.
//!
//! A browser in which the person has signed in before has a budget of its own, so that nobody can lock them out
//! by failing on purpose (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Budgets are kept in
//! memory and measured by the monotonic clock; a restart refills them.

use super::KeyDigest;
use crate::domain::Error;
use governor::{
    DefaultKeyedRateLimiter, NotUntil, Quota,
    clock::{Clock, DefaultClock},
};
use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::Mutex,
    time::{Duration, Instant},
};

/// Attempts from one address, or from one IPv6 network of a household (/64): 30 at once, then one in 10 seconds.
const SOURCE: (u32, Duration) = (30, Duration::from_secs(10));
/// Attempts on one account from browsers that it does not know: 10 at once, then one in 10 minutes. Some 150 a
/// day, so 15 characters or more cannot be guessed.
const ACCOUNT: (u32, Duration) = (10, Duration::from_secs(600));
/// Attempts on one account from a browser that it knows: 10 at once, then one in 30 seconds.
const KNOWN_BROWSER: (u32, Duration) = (10, Duration::from_secs(30));
/// Lines of the audit log about too many attempts: for each source, and for all of them together. The log must not
/// grow as fast as strangers can knock.
const REPORTS: (u32, Duration) = (3, Duration::from_secs(20));
/// Attempts from one IPv6 network of a provider's customer (/48): 300 at once, then one in a second.
const NETWORK: (u32, Duration) = (300, Duration::from_secs(1));
/// Secrets that nobody knows, from one address or household: 100 at once, then ten in a second.
const IN_VAIN: (u32, Duration) = (100, Duration::from_millis(100));
/// Lines of the audit log about what one person was refused: 100 at once, then one in 5 seconds.
const REFUSALS: (u32, Duration) = (100, Duration::from_secs(5));
/// Changes by one person: 120 at once, then two in a second.
const CHANGES: (u32, Duration) = (120, Duration::from_millis(500));
/// Changes with one token: 300 at once, then five in a second.
const CHANGES_BY_TOKEN: (u32, Duration) = (300, Duration::from_millis(200));
/// Tokens that one person changes several at once: 1,000, then five in a second.
const CHANGES_AT_ONCE: (u32, Duration) = (1_000, Duration::from_millis(200));
/// Beyond this many keys, those whose budget is full again are forgotten, but not more often than this.
const KEYS_MAX: usize = 10_000;
const FORGET_EVERY: Duration = Duration::from_secs(10);

/// Keys are digests: whoever types long ones costs no memory.
type Limiter = DefaultKeyedRateLimiter<[u8; 32]>;

pub struct Throttle {
    sources: Limiter,
    networks: Limiter,
    refusals: Limiter,
    forgotten_at: Mutex<Instant>,
    accounts: Limiter,
    known_browsers: Limiter,
    reports: Limiter,
    in_vain: Limiter,
    changes: Limiter,
    changes_by_token: Limiter,
    changes_at_once: Limiter,
}

impl Throttle {
    pub fn new() -> Self {
        let limiter = |(burst, every): (u32, Duration)| {
            let quota = Quota::with_period(every).unwrap_or(Quota::per_hour(NonZeroU32::MIN));
            Limiter::keyed(quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN)))
        };
        Self {
            sources: limiter(SOURCE),
            networks: limiter(NETWORK),
            refusals: limiter(REFUSALS),
            forgotten_at: Mutex::new(Instant::now()),
            accounts: limiter(ACCOUNT),
            known_browsers: limiter(KNOWN_BROWSER),
            reports: limiter(REPORTS),
            in_vain: limiter(IN_VAIN),
            changes: limiter(CHANGES),
            changes_by_token: limiter(CHANGES_BY_TOKEN),
            changes_at_once: limiter(CHANGES_AT_ONCE),
        }
    }

    /// May this source try once more?
    pub fn source(&self, address: &str) -> Result<(), Error> {
        self.forget();
        if let Ok(IpAddr::V6(v6)) = address.parse() {
            spend(&self.networks, &prefix(v6, 48))?;
        }
        spend(&self.sources, &source(address))
    }

    /// May somebody try this account once more?
    pub fn account(&self, email_key: &str, known_browser: bool) -> Result<(), Error> {
        let limiter = if known_browser { &self.known_browsers } else { &self.accounts };
        spend(limiter, email_key)
    }

    /// Somebody has presented a secret that nobody knows. May they be told so?
    pub fn presented_in_vain(&self, source: Option<IpAddr>) -> Result<(), Error> {
        self.forget();
        let address = source.map(|address| address.to_string()).unwrap_or_default();
        spend(&self.in_vain, &self::source(&address))
    }

    /// Is it time for another line in the audit log about this source?
    pub fn is_worth_a_line(&self, address: &str) -> bool {
        spend(&self.reports, "everybody").is_ok() && spend(&self.reports, &source(address)).is_ok()
    }

    /// May the audit log have another line about what this person was refused?
    pub fn is_refusal_worth_a_line(&self, person: &str) -> bool {
        spend(&self.refusals, person).is_ok()
    }

    /// May this person change one thing more?
    pub fn change(&self, person: &str) -> Result<(), Error> {
        self.forget();
        spend(&self.changes, person)
    }

    /// May this token change one thing more?
    pub fn change_by_token(&self, token: &str) -> Result<(), Error> {
        self.forget();
        spend(&self.changes_by_token, token)
    }

    /// May this person change so many tokens at once?
    pub fn change_at_once(&self, person: &str, count: u32) -> Result<(), Error> {
        spend_several(&self.changes_at_once, person, count)
    }

    /// Keeps the number of keys in bounds. It reads all of them, so it is not done with every attempt.
    fn forget(&self) {
        let all = [
            &self.sources,
            &self.networks,
            &self.accounts,
            &self.known_browsers,
            &self.reports,
            &self.refusals,
            &self.in_vain,
            &self.changes,
            &self.changes_by_token,
            &self.changes_at_once,
        ];
        let Ok(mut at) = self.forgotten_at.try_lock() else { return };
        if at.elapsed() >= FORGET_EVERY && all.iter().any(|limiter| limiter.len() > KEYS_MAX) {
            all.iter().for_each(|limiter| limiter.retain_recent());
            *at = Instant::now();
        }
    }
}

fn spend(limiter: &Limiter, key: &str) -> Result<(), Error> {
    limiter.check_key(KeyDigest::of(key.as_bytes()).as_bytes()).map_err(|refused| too_many(&refused))
}

/// All of them or none. What is more than the whole budget waits as long as there is.
fn spend_several(limiter: &Limiter, key: &str, count: u32) -> Result<(), Error> {
    let Some(count) = NonZeroU32::new(count) else { return Ok(()) };
    match limiter.check_key_n(KeyDigest::of(key.as_bytes()).as_bytes(), count) {
        Ok(spent) => spent.map_err(|refused| too_many(&refused)),
        Err(_) => Err(Error::TooMany { seconds: 60 }),
    }
}

fn too_many(refused: &NotUntil<<DefaultClock as Clock>::Instant>) -> Error {
    let wait = refused.wait_time_from(DefaultClock::default().now());
    Error::TooMany { seconds: wait.as_secs() + 1 }
}

/// What counts as one source.
fn source(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) => prefix(v6, 64),
        _ => address.to_owned(),
    }
}

/// The network that an address is in.
fn prefix(address: Ipv6Addr, bits: u32) -> String {
    let rest = 128 - bits;
    format!("{}/{bits}", Ipv6Addr::from_bits(address.to_bits() >> rest << rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(mut attempt: impl FnMut() -> Result<(), Error>) -> usize {
        (0..200).take_while(|_| attempt().is_ok()).count()
    }

    #[test]
    fn an_account_is_tried_ten_times_at_once_and_then_slowly() {
        let throttle = Throttle::new();
        assert_eq!(tries(|| throttle.account("ada@example.com", false)), 10);
        match throttle.account("ada@example.com", false) {
            Err(Error::TooMany { seconds }) => assert!((1..=601).contains(&seconds), "{seconds}"),
            other => assert_eq!(other, Err(Error::Malformed)),
        }
        assert_eq!(throttle.account("ines@example.com", false), Ok(()));
    }

    #[test]
    fn failing_on_purpose_does_not_lock_out_a_browser_that_is_known() {
        let throttle = Throttle::new();
        tries(|| throttle.account("ada@example.com", false));
        assert_eq!(throttle.account("ada@example.com", true), Ok(()));
    }

    #[test]
    fn a_household_is_one_source_and_its_neighbour_another() {
        let throttle = Throttle::new();
        let mut host = 0;
        let same = || {
            host += 1;
            throttle.source(&format!("2001:db8:1:2::{host:x}"))
        };
        assert_eq!(tries(same), 30);
        assert_eq!(throttle.source("2001:db8:1:3::1"), Ok(()));
        assert_eq!(tries(|| throttle.source("192.0.2.1")), 30);
        assert_eq!(throttle.source("192.0.2.2"), Ok(()));
    }
}
