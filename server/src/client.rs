//! Who is asking, as an address. It is the other end of the connection, unless that is a proxy the operator has
//! declared: then it is whom the proxy speaks for. What anybody else says about it is ignored.

use crate::entrance::Entrance;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

const FORWARDED_FOR: &str = "x-forwarded-for";
const UNCLEAR: &str =
    "The proxy did not say clearly whom it speaks for: X-Forwarded-For must be one list of addresses.\n";

const IN_THE_CLEAR: &str =
    "This way in is for the proxy only. Open Tokenry by the https address that its operator gave you.\n";

/// The address of whoever asks, in the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

pub async fn find(State(entrance): State<Arc<Entrance>>, mut request: Request, next: Next) -> Response {
    match address_of(&request, &entrance) {
        Ok(address) => {
            request.extensions_mut().insert(ClientAddress(address));
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    }
}

/// The address of whoever asks, or why they are not let in.
pub fn address_of(request: &Request, entrance: &Entrance) -> Result<IpAddr, (StatusCode, &'static str)> {
    // Only tests come without a connection.
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(Ipv4Addr::LOCALHOST.into(), |ConnectInfo(peer)| peer.ip());
    if !entrance.lets_in(peer.to_canonical()) {
        return Err((StatusCode::MISDIRECTED_REQUEST, IN_THE_CLEAR));
    }
    address_behind(peer, request.headers(), entrance).ok_or((StatusCode::BAD_REQUEST, UNCLEAR))
}

/// None, if a proxy that is believed says something that is not one list of addresses.
fn address_behind(peer: IpAddr, headers: &HeaderMap, entrance: &Entrance) -> Option<IpAddr> {
    let peer = peer.to_canonical();
    let mut lists = headers.get_all(FORWARDED_FOR).iter();
    let list = match (entrance.trusts(peer), lists.next(), lists.next()) {
        (false, _, _) | (true, None, _) => return Some(peer),
        (true, Some(_), Some(_)) => return None,
        (true, Some(list), None) => list.to_str().ok()?,
    };
    let hops: Vec<IpAddr> = list
        .split(',')
        .map(|hop| hop.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical()))
        .collect::<Option<_>>()?;
    // Every proxy adds to the right whom it was called by. What is left of the first stranger is his own claim.
    hops.iter().rev().find(|hop| !entrance.trusts(**hop)).or(hops.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const UNCLEAR: &str = "unclear";

    fn seen(peer: &str, lists: &[&'static str]) -> String {
        let trusted = ["10.0.0.0/8", "2001:db8::/32"].iter().filter_map(|range| range.parse().ok()).collect();
        let entrance = Entrance { trusted_proxies: trusted, ..Entrance::default() };
        let headers = lists
            .iter()
            .filter_map(|list| Some((FORWARDED_FOR.parse().ok()?, HeaderValue::from_static(list))))
            .fold(HeaderMap::new(), |mut headers, (name, value): (http::HeaderName, _)| {
                headers.append(name, value);
                headers
            });
        peer.parse()
            .ok()
            .and_then(|peer| address_behind(peer, &headers, &entrance))
            .map_or(UNCLEAR.to_owned(), |address| address.to_string())
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
        assert_eq!(seen("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_proxy_that_is_unclear_is_not_guessed_at() {
        for list in
            ["", "x", "1.2.3.4:5", "[::1]", "::1%eth0", "1.2.3.4,,5.6.7.8", "1.2.3.4;5.6.7.8", "unknown"]
        {
            assert_eq!(seen("10.0.0.1", &[list]), UNCLEAR, "{list}");
        }
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "1.2.3.4"]), UNCLEAR);
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_an_ipv4_address() {
        assert_eq!(seen("::ffff:203.0.113.7", &[]), "203.0.113.7");
        assert_eq!(seen("::ffff:10.0.0.1", &["::ffff:198.51.100.1, ::ffff:10.9.9.9"]), "198.51.100.1");
    }
}
