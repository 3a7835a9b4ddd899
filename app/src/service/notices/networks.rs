//! What is new about a use: a network that a token was not used from before, and a browser that a person was not seen in.

use crate::domain::{Error, Event, EventKind, PersonId, Visit};
use crate::service::{SeenNetwork, Service, UseCount, audit::event};
use serde_json::json;
use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// Networks of secrets that are remembered here, so that the data is asked about each only once.
const KNOWN_MAX: usize = 100_000;

/// Secrets and networks that the data knows of.
#[derive(Default)]
pub struct KnownNetworks(Mutex<HashSet<(Uuid, String)>>);

impl KnownNetworks {
    fn is_known(&self, secret: Uuid, network: &str) -> bool {
        // A lock is poisoned by a panic under it; nothing here panics.
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&(secret, network.to_owned()))
    }

    fn remember(&self, seen: &[SeenNetwork]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + seen.len() > KNOWN_MAX {
            known.clear();
        }
        known.extend(seen.iter().map(|seen| (seen.secret, seen.network.clone())));
    }
}

/// The network of an address, as it is said: `203.0.113.0/24`, or the first 48 bits of IPv6. `None` for what is no address.
fn network_of(address: &str) -> Option<String> {
    Some(match address.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    })
}

impl Service {
    /// Notes the networks of valid uses that were just counted. A network that a token was not used from before leaves a
    /// line, except for the first. What cannot be noted now is noted with its next use.
    pub(in crate::service) async fn note_networks(&self, counts: &[UseCount]) {
        let mut seen: Vec<SeenNetwork> = Vec::new();
        for count in counts.iter().filter(|count| count.verdict.is_valid() && !count.secret.is_nil()) {
            let Some(network) = network_of(&count.address) else { continue };
            let is_seen = seen.iter().any(|seen| (seen.secret, &seen.network) == (count.secret, &network));
            if is_seen || self.networks.is_known(count.secret, &network) {
                continue;
            }
            seen.push(SeenNetwork { secret: count.secret, network, address: count.address.clone() });
        }
        if seen.is_empty() {
            return;
        }
        let event = event::event(EventKind::TokenNewNetwork, self.clock.now(), None, &Visit::by_itself());
        let about = |seen: &SeenNetwork| {
            event.clone().with(&json!({ "network": seen.network, "used_from": seen.address }))
        };
        let lines: Vec<Event> = seen.iter().map(about).collect();
        match self.store.note_networks(&seen, &lines).await {
            Ok(()) => self.networks.remember(&seen),
            Err(cause) => tracing::warn!(%cause, "the networks of uses could not be noted"),
        }
    }

    /// The line about a sign-in, with the word that its browser was not known, if others were.
    pub(in crate::service) async fn with_device(
        &self,
        event: Event,
        person: PersonId,
        is_known: bool,
    ) -> Result<Event, Error> {
        if is_known || !self.store.has_browsers(person).await? {
            return Ok(event);
        }
        Ok(event.with(&json!({ "new_device": true })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_are_told_from_those_of_another() {
        for (address, network) in [
            ("203.0.113.9", Some("203.0.113.0/24")),
            ("::ffff:203.0.113.200", Some("203.0.113.0/24")),
            ("2001:db8:1:2::3", Some("2001:db8:1::/48")),
            ("2001:db8:1:ffff::", Some("2001:db8:1::/48")),
            ("", None),
            ("somewhere", None),
        ] {
            assert_eq!(network_of(address).as_deref(), network, "{address}");
        }
    }
}
