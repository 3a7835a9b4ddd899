//! The addresses the server may listen on, and the settings that they require. Secrets and passwords pass through it,
//! so its traffic leaves this machine only encrypted: by our own TLS, or by a declared proxy.

use crate::{net::limits::PER_SOURCE, net::network::PublicUrl, net::tls::TlsFiles};
use app::domain::AddressRange;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// The network settings as they were given.
#[derive(Default)]
pub struct NetworkArgs {
    pub listen: Option<String>,
    pub public_url: Option<String>,
    pub trusted_proxies: Vec<String>,
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
}

/// The network settings, parsed and checked.
#[derive(Debug, PartialEq, Eq)]
pub struct Resolved {
    pub listen: SocketAddr,
    pub public_url: Option<PublicUrl>,
    pub trusted_proxies: Vec<AddressRange>,
    pub tls: Option<TlsFiles>,
}

/// The reason the network settings were refused. Displays what to change.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    #[error("“{0}” is not an address to listen on. Write an IP address and a port, as in 127.0.0.1:3000.")]
    Listen(String),
    #[error(
        "On {0}, secrets and passwords would cross the network in the clear. Give Tokenry a certificate (--tls-cert and --tls-key), or put a proxy with HTTPS in front and declare it (--trusted-proxy and an https --public-url), or listen on 127.0.0.1."
    )]
    Clear(IpAddr),
    #[error(
        "On {0}, Tokenry cannot know by which name people call it. Say so with --public-url, as in https://tokens.example.com."
    )]
    Nameless(IpAddr),
    #[error(
        "Whoever opens the demonstration is signed in, so it listens on this machine only, and not on {0}. Leave --listen out, or write a loopback address, as in 127.0.0.1:3000."
    )]
    OpenToOthers(IpAddr),
    // The given URL is not repeated, since it may contain a password.
    #[error(
        "The public URL cannot be used. Write a scheme, a host and perhaps a port, as in https://tokens.example.com."
    )]
    PublicUrl,
    #[error(
        "The public URL must begin with https: only for localhost and loopback addresses may it be http."
    )]
    PublicHttp,
    #[error("With a certificate, people come by HTTPS: the public URL must begin with https, too.")]
    HttpOverTls,
    #[error(
        "“{0}” is not a proxy to trust. Write its IP address or a range of them, as in 10.0.0.7 or 10.0.0.0/24; a range of all addresses would trust everybody."
    )]
    Proxy(String),
    #[error("“{0}” is not a number of connections. Write 1 or more, as in 256.")]
    Connections(String),
    #[error("A certificate and its private key are given together: --tls-cert and --tls-key.")]
    HalfTls,
}

/// The listen address of a server that is for this machine alone.
pub fn on_this_machine(asked: Option<String>) -> Result<SocketAddr, NetworkError> {
    let listen = address(asked)?;
    let ip = listen.ip().to_canonical();
    if ip.is_loopback() { Ok(listen) } else { Err(NetworkError::OpenToOthers(ip)) }
}

pub fn address(asked: Option<String>) -> Result<SocketAddr, NetworkError> {
    match asked {
        None => Ok((Ipv4Addr::LOCALHOST, 3000).into()),
        Some(asked) => asked.parse().map_err(|_| NetworkError::Listen(asked)),
    }
}

impl NetworkArgs {
    pub fn resolve(self) -> Result<Resolved, NetworkError> {
        let listen = address(self.listen)?;
        let public_url = self
            .public_url
            .map(|asked| PublicUrl::parse(&asked).ok_or(NetworkError::PublicUrl))
            .transpose()?;
        // An empty environment variable is an empty list.
        let said = self.trusted_proxies.iter().map(|asked| asked.trim()).filter(|asked| !asked.is_empty());
        let trusted_proxies = said.map(proxy).collect::<Result<_, _>>()?;
        let tls = match (self.tls_cert, self.tls_key) {
            (Some(cert), Some(key)) => Some(TlsFiles { cert, key }),
            (None, None) => None,
            _ => return Err(NetworkError::HalfTls),
        };
        let resolved = Resolved { listen, public_url, trusted_proxies, tls };
        resolved.check()?;
        Ok(resolved)
    }
}

impl Resolved {
    fn check(&self) -> Result<(), NetworkError> {
        let ip = self.listen.ip().to_canonical();
        let https = self.public_url.as_ref().map(PublicUrl::is_https);
        let proxied = https == Some(true) && !self.trusted_proxies.is_empty();
        if https == Some(false) && self.tls.is_some() {
            Err(NetworkError::HttpOverTls)
        } else if self.public_url.as_ref().is_some_and(|url| !url.is_https() && !url.is_loopback()) {
            Err(NetworkError::PublicHttp)
        } else if ip.is_loopback() {
            Ok(())
        } else if self.tls.is_none() && !proxied {
            Err(NetworkError::Clear(ip))
        } else if ip.is_unspecified() && self.public_url.is_none() {
            Err(NetworkError::Nameless(ip))
        } else {
            Ok(())
        }
    }
}

/// Most connections of one source. An empty environment variable is ignored.
pub fn connections_per_source(asked: Option<String>, filed: Option<u32>) -> Result<usize, NetworkError> {
    let asked = asked.filter(|asked| !asked.is_empty()).or(filed.map(|number| number.to_string()));
    let Some(asked) = asked else { return Ok(PER_SOURCE) };
    let number = asked.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or(NetworkError::Connections(asked))
}

fn proxy(asked: &str) -> Result<AddressRange, NetworkError> {
    let range = asked.parse::<AddressRange>().ok().filter(|range| range.bits().0 > 0);
    range.ok_or_else(|| NetworkError::Proxy(asked.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut NetworkArgs)) -> Result<Resolved, NetworkError> {
        let mut network = NetworkArgs::default();
        change(&mut network);
        network.resolve()
    }

    fn tls(network: &mut NetworkArgs) {
        network.tls_cert = Some("cert.pem".into());
        network.tls_key = Some("key.pem".into());
    }

    fn url(network: &mut NetworkArgs, url: &str) {
        network.public_url = Some(url.to_owned());
    }

    fn listen(network: &mut NetworkArgs, address: &str) {
        network.listen = Some(address.to_owned());
    }

    #[test]
    fn loopback_needs_nothing_else() {
        for loopback in ["127.0.0.1:0", "127.8.8.8:3000", "[::1]:3000", "[::ffff:127.0.0.1]:3000"] {
            assert!(with(|n| listen(n, loopback)).is_ok(), "{loopback}");
        }
        assert_eq!(with(|n| listen(n, "localhost")), Err(NetworkError::Listen("localhost".into())));
    }

    #[test]
    fn nothing_leaves_this_machine_in_the_clear() {
        let https = "https://tokens.example.com";
        for address in ["0.0.0.0:3000", "192.168.1.5:80", "[::]:3000", "[2001:db8::1]:3000"] {
            let refused = |change: fn(&mut NetworkArgs)| {
                let refused = with(|n| {
                    listen(n, address);
                    change(n);
                });
                assert!(matches!(refused, Err(NetworkError::Clear(_))), "{address}: {refused:?}");
            };
            refused(|_| ());
            refused(|n| url(n, "https://tokens.example.com"));
            refused(|n| n.trusted_proxies = vec!["10.0.0.1".into()]);
            refused(|n| {
                url(n, "http://localhost:3000");
                n.trusted_proxies = vec!["10.0.0.1".into()];
            });
            let behind_a_proxy = with(|n| {
                listen(n, address);
                url(n, https);
                n.trusted_proxies = vec!["10.0.0.1".into()];
            });
            assert!(behind_a_proxy.is_ok(), "{address}");
            let encrypted = with(|n| {
                listen(n, address);
                url(n, https);
                tls(n);
            });
            assert!(encrypted.is_ok(), "{address}");
        }
    }

    #[test]
    fn a_demonstration_is_for_this_machine_alone() {
        let on = |address: &str| on_this_machine(Some(address.to_owned()));
        for loopback in ["127.0.0.1:0", "127.8.8.8:3000", "[::1]:3000", "[::ffff:127.0.0.1]:3000"] {
            assert!(on(loopback).is_ok(), "{loopback}");
        }
        for open in ["0.0.0.0:3000", "[::]:3000", "192.168.1.5:80", "[::ffff:10.0.0.7]:3000"] {
            assert!(matches!(on(open), Err(NetworkError::OpenToOthers(_))), "{open}");
        }
        assert_eq!(on("localhost:3000"), Err(NetworkError::Listen("localhost:3000".into())));
        assert_eq!(on_this_machine(None).map(|address| address.to_string()), Ok("127.0.0.1:3000".into()));
    }

    #[test]
    fn an_address_that_is_no_name_needs_one() {
        let on = |address: &str| {
            with(|n| {
                listen(n, address);
                tls(n);
            })
        };
        assert!(matches!(on("0.0.0.0:443"), Err(NetworkError::Nameless(_))));
        assert!(matches!(on("[::]:443"), Err(NetworkError::Nameless(_))));
        assert!(on("192.168.1.5:443").is_ok());
    }

    #[test]
    fn a_public_url_without_encryption_is_for_this_machine_only() {
        for own in ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:8080"] {
            assert!(with(|n| url(n, own)).is_ok(), "{own}");
        }
        assert_eq!(with(|n| url(n, "http://tokens.example.com")), Err(NetworkError::PublicHttp));
        let both = with(|n| {
            url(n, "http://localhost:3000");
            tls(n);
        });
        assert_eq!(both, Err(NetworkError::HttpOverTls));
        assert_eq!(with(|n| url(n, "https://a:b@tokens.example.com")), Err(NetworkError::PublicUrl));
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        assert_eq!(with(|n| n.tls_cert = Some("cert.pem".into())), Err(NetworkError::HalfTls));
        assert_eq!(with(|n| n.tls_key = Some("key.pem".into())), Err(NetworkError::HalfTls));
    }

    #[test]
    fn a_source_has_256_connections_unless_another_number_is_given() {
        let number = |asked: &str, filed| connections_per_source(Some(asked.to_owned()), filed);
        assert_eq!(connections_per_source(None, None), Ok(256));
        assert_eq!(
            (number("", None), number("", Some(8)), number("1000", Some(8))),
            (Ok(256), Ok(8), Ok(1_000))
        );
        for refused in ["0", "-1", "many", "1e3"] {
            assert_eq!(number(refused, None), Err(NetworkError::Connections(refused.into())), "{refused}");
        }
        assert_eq!(connections_per_source(None, Some(0)), Err(NetworkError::Connections("0".into())));
    }

    #[test]
    fn proxies_are_addresses_or_ranges_and_never_everybody() {
        let proxies = |list: &[&str]| {
            with(|n| n.trusted_proxies = list.iter().map(|&range| range.to_owned()).collect())
                .map(|n| n.trusted_proxies.len())
        };
        assert_eq!(proxies(&["10.0.0.7", " 10.1.0.0/24", "2001:db8::/32", "::1"]), Ok(4));
        assert_eq!(proxies(&[""]), Ok(0));
        for refused in ["proxy.example.com", "10.0.0.7:80", "10.0.0.0/33", "0.0.0.0/0", "::/0"] {
            assert_eq!(proxies(&[refused]), Err(NetworkError::Proxy(refused.into())), "{refused}");
        }
    }
}
