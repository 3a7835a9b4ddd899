//! Limits on what one source has in use at once, so that nobody takes all of it. An IPv4 address is one source; for
//! IPv6 it is a /64, since a client that has one address there has all of them.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The addresses that belong to one client, as far as can be told, represented by the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source(IpAddr);

impl Source {
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (!0 << 64)).into(),
            address => address,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(address) => write!(f, "{address}/64"),
        }
    }
}

/// Counts what is in use, by source.
#[derive(Debug, Clone)]
pub struct Sources(Arc<Counter>);

#[derive(Debug)]
struct Counter {
    each_max: usize,
    all_max: usize,
    in_use: Mutex<InUse>,
}

#[derive(Debug, Default)]
struct InUse {
    all: usize,
    by_source: HashMap<Source, usize>,
}

impl Sources {
    /// At most `each_max` for each source, and `all_max` for all of them together.
    pub fn new(each_max: usize, all_max: usize) -> Self {
        Self(Arc::new(Counter { each_max, all_max, in_use: Mutex::default() }))
    }

    /// Counts one more for this address, until the ticket is dropped. `None` if there are too many already.
    pub fn admit(&self, address: IpAddr) -> Option<Ticket> {
        let source = Source::of(address);
        let mut in_use = self.0.in_use();
        let own = in_use.by_source.get(&source).copied().unwrap_or_default();
        if own >= self.0.each_max || in_use.all >= self.0.all_max {
            return None;
        }
        in_use.all += 1;
        in_use.by_source.insert(source, own + 1);
        Some(Ticket { counter: self.0.clone(), source })
    }
}

impl Counter {
    /// The counts are right even if a thread panicked while it held the lock.
    fn in_use(&self) -> MutexGuard<'_, InUse> {
        self.in_use.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One unit that is in use, for as long as this is held.
#[derive(Debug)]
pub struct Ticket {
    counter: Arc<Counter>,
    source: Source,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut in_use = self.counter.in_use();
        in_use.all -= 1;
        if let Some(own) = in_use.by_source.get_mut(&self.source) {
            *own -= 1;
            if *own == 0 {
                in_use.by_source.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(sources: &Sources, address: &str) -> Option<Ticket> {
        sources.admit(address.parse().ok()?)
    }

    #[test]
    fn a_source_has_its_share_and_no_more_until_it_gives_some_back() {
        let sources = Sources::new(2, 3);
        let own: Vec<_> = (0..3).filter_map(|_| admit(&sources, "203.0.113.7")).collect();
        assert_eq!(own.len(), 2);
        let other = admit(&sources, "203.0.113.8");
        assert!(other.is_some(), "somebody else has a share of their own");
        assert!(admit(&sources, "203.0.113.9").is_none(), "three are the most for all");
        drop(own);
        assert!(admit(&sources, "203.0.113.7").is_some());
        drop(other);
        assert!(sources.0.in_use().by_source.is_empty(), "nothing is kept about those who are gone");
        assert_eq!(sources.0.in_use().all, 0);
    }

    #[test]
    fn of_ipv6_a_64_is_one_source_and_ipv4_in_its_clothes_is_ipv4() {
        let sources = Sources::new(1, 10);
        let held = ["2001:db8:0:1::1", "203.0.113.7"].map(|address| admit(&sources, address));
        assert!(held.iter().all(Option::is_some));
        for same in ["2001:db8:0:1:ffff::9", "::ffff:203.0.113.7"] {
            assert!(admit(&sources, same).is_none(), "{same}");
        }
        assert!(admit(&sources, "2001:db8:0:2::1").is_some());
        let shown = ["2001:db8:0:1::1", "::ffff:203.0.113.7"].map(|address| address.parse().map(Source::of));
        let shown = shown.map(|source| source.map_or(String::new(), |source| source.to_string()));
        assert_eq!(shown, ["2001:db8:0:1::/64", "203.0.113.7"]);
    }
}
