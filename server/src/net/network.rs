//! The ways in which the server is reached: its names, HTTPS or not, and its proxies. They are fixed once, at the
//! start; `config` decides what may be declared at all.

use crate::{net::limits::PER_SOURCE, net::sources::Sources};
use app::domain::AddressRange;
use http::uri::Authority;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use url::{Host, Url};

/// The address people type: a scheme, a host, perhaps a port, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        (matches!(url.scheme(), "http" | "https") && bare && anonymous).then_some(Self(url))
    }

    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Is the host a loopback address, or this machine's name for itself?
    pub fn is_loopback(&self) -> bool {
        self.0.host_str().is_some_and(is_loopback_name)
    }

    /// As in `https://tokens.example.com`: without a trailing slash, and without a default port.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    fn is_called(&self, authority: &Authority) -> bool {
        let default = if self.is_https() { 443 } else { 80 };
        let port = match authority.as_str().strip_prefix(authority.host()) {
            Some("") => Some(default),
            _ => authority.port_u16(),
        };
        self.0.host_str().is_some_and(|own| plain(own).eq_ignore_ascii_case(plain(authority.host())))
            && port == self.0.port_or_known_default()
    }
}

/// The network settings of a running server.
#[derive(Debug, Clone)]
pub struct Network {
    /// The listen address.
    pub listening: SocketAddr,
    /// Do people connect over HTTPS, ours or that of a proxy?
    pub secure: bool,
    /// Is the connection itself encrypted, by our own TLS?
    pub encrypted: bool,
    pub public_url: Option<PublicUrl>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<AddressRange>,
    /// Requests in progress, by source, where connections do not limit them.
    pub requests: Sources,
}

/// Plain HTTP on this machine.
impl Default for Network {
    fn default() -> Self {
        Self {
            listening: (Ipv4Addr::LOCALHOST, 3000).into(),
            secure: false,
            encrypted: false,
            public_url: None,
            trusted_proxies: Vec::new(),
            requests: Sources::new(PER_SOURCE, usize::MAX),
        }
    }
}

impl Network {
    /// The origin of links: the public URL, or else the listen address.
    pub fn origin(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        self.public_url.as_ref().map_or_else(|| format!("{scheme}://{}", self.listening), PublicUrl::origin)
    }

    /// Is this one of the server's own names? A web page that points a name of its own at the server's address (DNS
    /// rebinding) calls it by that name, and is refused.
    pub fn answers_to(&self, authority: &Authority) -> bool {
        let ip = self.listening.ip().to_canonical();
        let host = plain(authority.host());
        self.public_url.as_ref().is_some_and(|url| url.is_called(authority))
            // All addresses include this machine's own: a local health check needs no public name.
            || (ip.is_loopback() || ip.is_unspecified()) && is_loopback_name(host)
            || literal(host).is_some_and(|literal| literal == ip)
    }

    /// May this peer connect at all? Unencrypted and from another machine, only declared proxies may: their own
    /// clients came to them encrypted.
    pub fn lets_in(&self, peer: IpAddr) -> bool {
        self.encrypted
            || self.listening.ip().to_canonical().is_loopback()
            || peer.is_loopback()
            || self.trusts(peer)
    }

    /// Is this the address of a declared proxy?
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|range| range.contains(address))
    }
}

/// Does the authority name the listen address, or this machine by its name for itself? If the server listens on all
/// addresses, any of them will do. A name will not, since anybody can point one at us (DNS rebinding).
pub fn is_by_address(authority: &Authority, listening: SocketAddr) -> bool {
    let (host, ip) = (plain(authority.host()), listening.ip().to_canonical());
    (ip.is_loopback() || ip.is_unspecified()) && is_loopback_name(host)
        || literal(host).is_some_and(|literal| literal == ip || ip.is_unspecified())
}

/// The name without the dot at its end, which marks it as fully qualified.
fn plain(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

pub fn is_loopback_name(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || literal(host).is_some_and(|address| address.is_loopback())
}

/// The address, if the host is one and not a name; IPv6 is in brackets.
fn literal(host: &str) -> Option<IpAddr> {
    match Host::parse(host).ok()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(IpAddr::from(address).to_canonical()),
        Host::Domain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind(url: &str) -> Network {
        Network { public_url: PublicUrl::parse(url), ..Network::default() }
    }

    fn answers(network: &Network, host: &str) -> bool {
        host.parse().is_ok_and(|authority| network.answers_to(&authority))
    }

    #[test]
    fn a_public_url_is_an_origin_and_nothing_more() {
        let origin = |text: &str| PublicUrl::parse(text).map(|url| url.origin());
        assert_eq!(origin("https://Tokens.Example.com/"), Some("https://tokens.example.com".to_owned()));
        assert_eq!(origin("https://tokens.example.com:443"), Some("https://tokens.example.com".to_owned()));
        assert_eq!(origin("http://[::1]:8080"), Some("http://[::1]:8080".to_owned()));
        for refused in [
            "",
            "tokens.example.com",
            "tokens.example.com:443",
            "ftp://tokens.example.com",
            "https://",
            "https://tokens.example.com/console",
            "https://tokens.example.com/?a=b",
            "https://tokens.example.com/#top",
            "https://ann@tokens.example.com",
            "https://:secret@tokens.example.com",
            "https://tokens.example.com:99999",
            "javascript:alert(1)",
        ] {
            assert_eq!(PublicUrl::parse(refused), None, "{refused}");
        }
    }

    #[test]
    fn off_this_machine_and_in_the_clear_only_proxies_are_let_in() {
        let proxied = Network {
            listening: ([0, 0, 0, 0], 3000).into(),
            trusted_proxies: "10.0.0.7".parse().into_iter().collect(),
            ..Network::default()
        };
        let lets_in = |network: &Network, peer: [u8; 4]| network.lets_in(peer.into());
        assert!(lets_in(&proxied, [10, 0, 0, 7]) && lets_in(&proxied, [127, 0, 0, 1]));
        assert!(!lets_in(&proxied, [10, 0, 0, 8]));
        assert!(lets_in(&Network { encrypted: true, ..proxied }, [10, 0, 0, 8]));
    }

    #[test]
    fn on_loopback_only_the_names_of_this_machine_are_answered() {
        let network = Network::default();
        let own = [
            "localhost",
            "LOCALHOST:1",
            "localhost.:3000",
            "127.0.0.1",
            "127.0.0.1:3000",
            "[::1]",
            "127.9.9.9",
        ];
        for own in own {
            assert!(answers(&network, own), "{own}");
        }
        for foreign in [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "[2001:db8::1]",
            "0.0.0.0",
            "localhost..",
            ".",
        ] {
            assert!(!answers(&network, foreign), "{foreign}");
        }
    }

    #[test]
    fn the_public_name_is_answered_with_its_port() {
        let usual = behind("https://tokens.example.com");
        let own = [
            "tokens.example.com",
            "TOKENS.example.com",
            "tokens.example.com:443",
            "tokens.example.com.",
            "tokens.example.com.:443",
            "localhost",
        ];
        for own in own {
            assert!(answers(&usual, own), "{own}");
        }
        for foreign in [
            "tokens.example.com:80",
            "tokens.example.com:",
            "tokens.example.com:99999",
            "example.com",
            "x.tokens.example.com",
            "tokens.example.com.evil.example",
        ] {
            assert!(!answers(&usual, foreign), "{foreign}");
        }
        let unusual = behind("https://tokens.example.com:8443");
        assert!(answers(&unusual, "tokens.example.com:8443"));
        assert!(!answers(&unusual, "tokens.example.com"));
    }

    #[test]
    fn an_address_of_the_network_answers_to_itself_and_not_to_loopback() {
        let network = Network {
            listening: (Ipv4Addr::new(192, 168, 1, 5), 3000).into(),
            ..behind("https://tokens.example.com")
        };
        assert!(answers(&network, "192.168.1.5:3000"));
        assert!(answers(&network, "tokens.example.com"));
        assert!(!answers(&network, "localhost"));
        assert!(!answers(&network, "192.168.1.6"));
    }

    #[test]
    fn who_calls_by_address_calls_by_the_one_that_is_listened_on() {
        let by_address = |host: &str, ip: [u8; 4]| {
            host.parse().is_ok_and(|authority| is_by_address(&authority, (ip, 9100).into()))
        };
        for (ip, own, foreign) in [
            ([127, 0, 0, 1], "localhost:9100", "10.0.0.7:9100"),
            ([10, 0, 0, 7], "10.0.0.7:9100", "localhost:9100"),
            ([0, 0, 0, 0], "10.0.0.7:9100", "evil.example:9100"),
            ([0, 0, 0, 0], "localhost", "localhost.evil.example"),
        ] {
            assert!(by_address(own, ip) && !by_address(foreign, ip), "{own} {foreign}");
        }
    }

    #[test]
    fn links_begin_with_the_public_url_or_else_with_the_address() {
        assert_eq!(behind("https://tokens.example.com/").origin(), "https://tokens.example.com");
        assert_eq!(Network::default().origin(), "http://127.0.0.1:3000");
        assert_eq!(Network { secure: true, ..Network::default() }.origin(), "https://127.0.0.1:3000");
    }
}
