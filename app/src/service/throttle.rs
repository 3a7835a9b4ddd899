//! Bounds on attempts to sign in: for each source of requests, and for each account.
//!
//! A browser in which the person has signed in before has a budget of its own, so that nobody can lock them out
//! by failing on purpose (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). Budgets are kept in
//! memory and measured by the monotonic clock; a restart refills them. Several nodes count attempts to sign in together,
//! in the data; every other budget bounds the load of one node.

mod in_vain;
mod limiter;

use super::{Spending, crypto};
use crate::domain::Error;
use in_vain::InVain;
pub use in_vain::Pass;
pub(super) use limiter::Limiter;
use std::{
    net::{IpAddr, Ipv6Addr},
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
/// Lines of the audit log about too many attempts: of one source, of one IPv6 network (/48), and of all together. The
/// log must not grow as fast as strangers can ask, and a noisy one must not keep the others out of it.
const REPORTS: (u32, Duration) = (3, Duration::from_secs(600));
const NETWORK_REPORTS: (u32, Duration) = (10, Duration::from_secs(300));
const ALL_REPORTS: (u32, Duration) = (60, Duration::from_secs(20));
/// Attempts from one IPv6 network of a provider's customer (/48): 300 at once, then one in a second.
const NETWORK: (u32, Duration) = (300, Duration::from_secs(1));
/// Secrets that nobody knows, from one address or household: 100 at once, then ten in a second.
const IN_VAIN: (u32, Duration) = (100, Duration::from_millis(100));
/// Sessions that nobody has, and links that were never made, from one address or household: 50 at once, then one in a
/// second.
const COOKIES_IN_VAIN: (u32, Duration) = (50, Duration::from_secs(1));
/// Tokens of CI systems and clusters that prove nothing, each of which costs the check of a signature: as many.
const EXCHANGES_IN_VAIN: (u32, Duration) = COOKIES_IN_VAIN;
/// Lines of the audit log about what one person was refused: 100 at once, then one in 5 seconds.
const REFUSALS: (u32, Duration) = (100, Duration::from_secs(5));
/// Changes by one person: 120 at once, then two in a second.
const CHANGES: (u32, Duration) = (120, Duration::from_millis(500));
/// Changes with one token: 300 at once, then five in a second.
const CHANGES_BY_TOKEN: (u32, Duration) = (300, Duration::from_millis(200));
/// Tokens that one person changes in requests for several: 1,000 at once, then five in a second.
const CHANGES_AT_ONCE: (u32, Duration) = (1_000, Duration::from_millis(200));
/// Beyond this many keys, those whose budget is full again are forgotten, but not more often than this.
const KEYS_MAX: usize = 10_000;
const FORGET_EVERY: Duration = Duration::from_secs(10);

pub struct Throttle {
    sources: Limiter,
    networks: Limiter,
    refusals: Limiter,
    forgotten_at: Mutex<Instant>,
    accounts: Limiter,
    known_browsers: Limiter,
    reports: Limiter,
    network_reports: Limiter,
    all_reports: Limiter,
    changes: Limiter,
    changes_by_token: Limiter,
    changes_at_once: Limiter,
    /// Secrets that are not in memory.
    pub secrets: InVain,
    /// Sessions, and links.
    pub cookies: InVain,
    /// Tokens of CI systems and clusters that prove nothing.
    pub exchanges: InVain,
}

impl Throttle {
    pub fn new() -> Self {
        let limiter = Limiter::of;
        Self {
            sources: limiter(SOURCE),
            networks: limiter(NETWORK),
            refusals: limiter(REFUSALS),
            forgotten_at: Mutex::new(Instant::now()),
            accounts: limiter(ACCOUNT),
            known_browsers: limiter(KNOWN_BROWSER),
            reports: limiter(REPORTS),
            network_reports: limiter(NETWORK_REPORTS),
            all_reports: limiter(ALL_REPORTS),
            changes: limiter(CHANGES),
            changes_by_token: limiter(CHANGES_BY_TOKEN),
            changes_at_once: limiter(CHANGES_AT_ONCE),
            secrets: InVain::of(limiter(IN_VAIN)),
            cookies: InVain::of(limiter(COOKIES_IN_VAIN)),
            exchanges: InVain::of(limiter(EXCHANGES_IN_VAIN)),
        }
    }

    /// May this source try once more?
    pub fn source(&self, address: &str) -> Result<(), Error> {
        self.forget();
        let source = source(address);
        // Whoever is refused for their own attempts uses nothing up of what their neighbours share with them.
        spend(&self.sources, &source)?;
        let Ok(IpAddr::V6(v6)) = address.parse() else { return Ok(()) };
        spend(&self.networks, &prefix(v6, 48)).inspect_err(|_| self.sources.give_back(&source))
    }

    /// May somebody try this account once more?
    pub fn account(&self, email_key: &str, known_browser: bool) -> Result<(), Error> {
        let limiter = if known_browser { &self.known_browsers } else { &self.accounts };
        spend(limiter, email_key)
    }

    /// An attempt, as the nodes spend it together.
    pub fn attempt(address: Option<&str>, email_key: &str, known_browser: bool) -> Vec<Spending> {
        let of = |what: &str, key: String, (burst, every): (u32, Duration)| {
            let cost = u64::try_from(every.as_nanos()).unwrap_or(u64::MAX);
            let name = crypto::fingerprint(format!("{what} {key}").as_bytes());
            Spending { budget: name, cost, span: cost.saturating_mul(u64::from(burst)) }
        };
        let account = if known_browser { KNOWN_BROWSER } else { ACCOUNT };
        let what = if known_browser { "known browser" } else { "account" };
        let mut all = vec![of(what, email_key.to_owned(), account)];
        all.extend(address.map(|address| of("source", source(address), SOURCE)));
        if let Some(Ok(IpAddr::V6(v6))) = address.map(str::parse) {
            all.push(of("network", prefix(v6, 48), NETWORK));
        }
        all
    }

    /// Gives back what an attempt has spent that was not heard, since nobody had the time for it.
    pub fn not_heard(&self, address: Option<&str>, account: Option<(&str, bool)>) {
        if let Some(Ok(IpAddr::V6(v6))) = address.map(str::parse) {
            self.networks.give_back(&prefix(v6, 48));
        }
        if let Some(address) = address {
            self.sources.give_back(&source(address));
        }
        if let Some((email_key, known_browser)) = account {
            let limiter = if known_browser { &self.known_browsers } else { &self.accounts };
            limiter.give_back(email_key);
        }
    }

    /// May the audit log have another line about this source? The budget of all comes last, so that a source over its
    /// own budget takes nothing from it.
    pub fn is_worth_a_line(&self, address: &str) -> bool {
        let network = match address.parse() {
            Ok(IpAddr::V6(v6)) => Some(prefix(v6, 48)),
            _ => None,
        };
        spend(&self.reports, &source(address)).is_ok()
            && network.is_none_or(|network| spend(&self.network_reports, &network).is_ok())
            && spend(&self.all_reports, "everybody").is_ok()
    }

    /// May the audit log have another line about what this person was refused?
    pub fn is_refusal_worth_a_line(&self, person: &str) -> bool {
        spend(&self.refusals, person).is_ok()
    }

    /// May this person make one more change?
    pub fn change(&self, person: &str) -> Result<(), Error> {
        self.forget();
        spend(&self.changes, person)
    }

    /// May this token make one more change?
    pub fn change_by_token(&self, token: &str) -> Result<(), Error> {
        self.forget();
        spend(&self.changes_by_token, token)
    }

    /// May this person change `count` tokens at once?
    pub fn change_at_once(&self, person: &str, count: u32) -> Result<(), Error> {
        spend_several(&self.changes_at_once, person, count)
    }

    /// Keeps the number of keys in bounds. This reads all of them, so it is not done at every attempt.
    pub fn forget(&self) {
        let all = [
            &self.sources,
            &self.networks,
            &self.accounts,
            &self.known_browsers,
            &self.reports,
            &self.network_reports,
            &self.refusals,
            &self.changes,
            &self.changes_by_token,
            &self.changes_at_once,
            self.secrets.budget(),
            self.cookies.budget(),
            self.exchanges.budget(),
        ];
        let Ok(mut at) = self.forgotten_at.try_lock() else { return };
        if at.elapsed() >= FORGET_EVERY && all.iter().any(|limiter| limiter.len() > KEYS_MAX) {
            all.iter().for_each(|limiter| limiter.retain_recent());
            *at = Instant::now();
        }
    }
}

fn spend(limiter: &Limiter, key: &str) -> Result<(), Error> {
    limiter.spend(key).map_err(too_many)
}

/// Spends `count` or nothing.
fn spend_several(limiter: &Limiter, key: &str, count: u32) -> Result<(), Error> {
    limiter.spend_several(key, count).map_err(too_many)
}

fn too_many(wait: Duration) -> Error {
    Error::TooMany { seconds: wait.as_secs() + 1 }
}

/// The source that an address counts as: its IPv6 network (/64), or else the address itself.
pub fn source(address: &str) -> String {
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
    fn a_source_that_is_refused_uses_nothing_up_of_its_neighbours() {
        let throttle = Throttle::new();
        let mut attempts = (0..1_000).map(|_| throttle.source("2001:db8:0:1::1"));
        assert!(attempts.any(|attempt| attempt.is_err()) && attempts.all(|attempt| attempt.is_err()));
        assert_eq!(throttle.source("2001:db8:0:2::1"), Ok(()));
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
    fn a_noisy_stranger_keeps_nobody_else_out_of_the_log() {
        let throttle = Throttle::new();
        let lines = |address: &str| (0..1_000).filter(|_| throttle.is_worth_a_line(address)).count();
        assert_eq!(lines("192.0.2.1"), 3);
        let of_a_network: usize = (0..100).map(|host| lines(&format!("2001:db8:1:{host:x}::1"))).sum();
        assert_eq!(of_a_network, 10);
        assert_eq!(lines("192.0.2.2"), 3);
    }

    #[test]
    fn an_attempt_that_was_not_heard_costs_nothing() {
        let throttle = Throttle::new();
        for address in ["192.0.2.1", "2001:db8::1"] {
            for _ in 0..500 {
                assert_eq!(throttle.source(address), Ok(()));
                assert_eq!(throttle.account("ada@example.com", false), Ok(()));
                throttle.not_heard(Some(address), Some(("ada@example.com", false)));
            }
        }
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
