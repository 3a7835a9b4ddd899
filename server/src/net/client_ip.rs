//! The client's address. It is the other end of the connection, unless that is a proxy the operator has declared:
//! then it is the address the proxy speaks for. Claims of anybody else are ignored.

use crate::{
    net::network::Network,
    net::sources::{Sources, Ticket},
};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client's address, in the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

/// A ticket that is held until the answer was taken, in the extensions of a response.
#[derive(Debug, Clone)]
pub struct Held {
    _ticket: Arc<Ticket>,
}

impl Held {
    /// Holds the ticket for as long as this answer is on its way.
    pub fn until_taken(held: Option<Self>, response: &mut Response) {
        if let Some(held) = held {
            response.extensions_mut().insert(held);
        }
    }
}

/// The reason a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Unencrypted and from another machine, past the proxy.
    InTheClear,
    /// The client has as many requests in progress as it may.
    TooMany,
}

impl Refused {
    pub fn status(self) -> StatusCode {
        match self {
            Self::InTheClear => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    pub fn sentence(self) -> &'static str {
        match self {
            Self::InTheClear => {
                "This way in is for the proxy only. Open Tokenry by the https address that its operator gave you."
            }
            Self::TooMany => {
                "Too many requests from your address are being answered at once. Wait a second and try again."
            }
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.status(), format!("{}\n", self.sentence())).into_response();
        if self == Self::TooMany {
            response.headers_mut().insert(header::RETRY_AFTER, 1.into());
        }
        response
    }
}

pub async fn find(State(network): State<Arc<Network>>, mut request: Request, next: Next) -> Response {
    match admit(&mut request, &network) {
        Ok(held) => {
            let mut response = next.run(request).await;
            Held::until_taken(held, &mut response);
            response
        }
        Err(refused) => refused.into_response(),
    }
}

/// Puts the client's address into the request, unless the client is refused.
pub fn admit(request: &mut Request, network: &Network) -> Result<Option<Held>, Refused> {
    // Only tests come without a connection.
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(Ipv4Addr::LOCALHOST.into(), |ConnectInfo(peer)| peer.ip())
        .to_canonical();
    if !network.lets_in(peer) {
        return Err(Refused::InTheClear);
    }
    let address = address_behind(peer, request.headers(), network);
    request.extensions_mut().insert(ClientAddress(address));
    // A client with an HTTP/1 connection of its own has one request at once, and connections are counted.
    let counted = address != peer || request.version() == Version::HTTP_2 && !network.trusts(peer);
    counted.then(|| hold(&network.requests, address)).transpose()
}

fn hold(requests: &Sources, address: IpAddr) -> Result<Held, Refused> {
    requests.admit(address).map(|ticket| Held { _ticket: Arc::new(ticket) }).ok_or(Refused::TooMany)
}

/// Every proxy appends on the right the address it was called from. Read from the right, entries beyond the first
/// address that is not a proxy are that client's own claim. If all addresses are proxies, all entries but the last
/// are claims. An entry that cannot be read names nobody.
fn address_behind(peer: IpAddr, headers: &HeaderMap, network: &Network) -> IpAddr {
    if !network.trusts(peer) {
        return peer;
    }
    let lists = headers.get_all(FORWARDED_FOR).iter();
    let lists: Vec<_> = lists.map(|list| String::from_utf8_lossy(list.as_bytes())).collect();
    let mut hops = lists
        .iter()
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(hop)
        .rev();
    let Some(Some(last)) = hops.next() else { return peer };
    if !network.trusts(last) {
        return last;
    }
    hops.map_while(|hop| hop).find(|hop| !network.trusts(*hop)).unwrap_or(last)
}

/// An entry as proxies write it: an address, perhaps with a port, perhaps quoted, IPv6 perhaps in brackets.
fn hop(entry: &str) -> Option<IpAddr> {
    let quoted = entry.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let entry = quoted.unwrap_or(entry).trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let address: Option<IpAddr> =
        bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::HeaderValue};

    fn network() -> Network {
        let trusted = ["10.0.0.0/8", "2001:db8::/32"].iter().filter_map(|range| range.parse().ok()).collect();
        Network { trusted_proxies: trusted, ..Network::default() }
    }

    fn seen(peer: &str, lists: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(list));
        }
        let peer: Option<IpAddr> = peer.parse().ok();
        peer.map_or_else(String::new, |peer| {
            address_behind(peer.to_canonical(), &headers, &network()).to_string()
        })
    }

    #[test]
    fn a_stranger_cannot_say_who_he_is() {
        assert_eq!(seen("203.0.113.7", &[]), "203.0.113.7");
        assert_eq!(seen("203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(seen("203.0.113.7", &["x", "y"]), "203.0.113.7");
        assert_eq!(seen("127.0.0.1", &["198.51.100.1"]), "127.0.0.1");
    }

    #[test]
    fn a_declared_proxy_speaks_for_the_last_address_that_is_not_a_proxy() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, 198.51.100.1 ,10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("2001:db8::1", &["2001:db9::1"]), "2001:db9::1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn where_all_are_proxies_the_last_one_is_believed_as_the_others_may_be_made_up() {
        assert_eq!(seen("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9, unknown, 10.0.0.3, 10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for list in [
            "198.51.100.1",
            "198.51.100.1:4711",
            "\"198.51.100.1\"",
            "\"198.51.100.1:4711\"",
            "::ffff:198.51.100.1",
            "[::ffff:198.51.100.1]:4711",
            "unknown, 198.51.100.1",
            "made up; nonsense, 198.51.100.1:4711",
            ",, 198.51.100.1 ,",
            "198.51.100.1, 10.0.0.2:80, \"[2001:db8::7]:443\"",
        ] {
            assert_eq!(seen("10.0.0.1", &[list]), "198.51.100.1", "{list}");
        }
        for list in ["2001:db9::1", "[2001:db9::1]", "[2001:db9::1]:4711", "\"[2001:db9::1]\""] {
            assert_eq!(seen("10.0.0.1", &[list]), "2001:db9::1", "{list}");
        }
    }

    #[test]
    fn several_lists_are_one_in_their_order() {
        assert_eq!(seen("10.0.0.1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, 198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1", ""]), "198.51.100.1");
    }

    #[test]
    fn an_entry_that_cannot_be_read_names_nobody() {
        for list in [
            "",
            " , ",
            "x",
            "unknown",
            "_hidden",
            "1.1.1.1, unknown",
            "::1%eth0",
            "1.1.1.1;198.51.100.1",
            "198.51.100.1:",
            "198.51.100.1:99999",
            "[198.51.100.1",
            "\"198.51.100.1",
            "for=198.51.100.1",
        ] {
            assert_eq!(seen("10.0.0.1", &[list]), "10.0.0.1", "{list}");
        }
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_an_ipv4_address() {
        assert_eq!(seen("::ffff:203.0.113.7", &[]), "203.0.113.7");
        assert_eq!(seen("::ffff:10.0.0.1", &["::ffff:198.51.100.1, ::ffff:10.9.9.9"]), "198.51.100.1");
    }

    #[test]
    fn requests_are_counted_for_whoever_a_proxy_names_and_over_http_2_but_not_for_the_proxy() {
        let network = Network { requests: Sources::new(1, 10), ..network() };
        let ask = |peer: [u8; 4], named: &'static str, version: Version| {
            let mut request = Request::new(Body::empty());
            *request.version_mut() = version;
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 1))));
            request.headers_mut().insert(FORWARDED_FOR, HeaderValue::from_static(named));
            admit(&mut request, &Network { encrypted: true, ..network.clone() })
        };
        let (proxy, stranger) = ([10, 0, 0, 1], [203, 0, 113, 7]);
        let held = ask(proxy, "198.51.100.1", Version::HTTP_11);
        assert!(matches!(held, Ok(Some(_))));
        assert!(matches!(ask(proxy, "198.51.100.1", Version::HTTP_11), Err(Refused::TooMany)));
        assert!(matches!(ask(proxy, "198.51.100.2", Version::HTTP_11), Ok(Some(_))));
        for _ in 0..3 {
            assert!(matches!(ask(proxy, "", Version::HTTP_2), Ok(None)));
            assert!(matches!(ask(stranger, "198.51.100.1", Version::HTTP_11), Ok(None)));
        }
        let other = ask(stranger, "", Version::HTTP_2);
        assert!(matches!(other, Ok(Some(_))));
        assert!(matches!(ask(stranger, "", Version::HTTP_2), Err(Refused::TooMany)));
        drop(held);
        assert!(matches!(ask(proxy, "198.51.100.1", Version::HTTP_11), Ok(Some(_))));
    }
}
