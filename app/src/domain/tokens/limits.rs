//! The limits of a token besides its permissions: its addresses and its rate.

use crate::domain::tokens::address_range::AddressRange;
use crate::domain::{ALLOWED_ADDRESSES_MAX, Error, Field, FieldError, RATE_REQUESTS_MAX, RATE_SECONDS_MAX};
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr};

/// The addresses that a token may be used from, as ranges of IPv4 and IPv6. Without any range, it may be used from
/// everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AllowedAddresses(Box<[AddressRange]>);

impl AllowedAddresses {
    /// Reads addresses and ranges, separated by spaces, commas or lines: `203.0.113.9 10.0.0.0/8 2001:db8::/32`. Each
    /// range is normalised to its first address, and duplicates are dropped.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let refuse = |code, detail: String| FieldError::new(Field::AllowedAddresses, code, detail);
        let mut ranges: Vec<AddressRange> = Vec::new();
        for text in raw.split(|c: char| c.is_whitespace() || c == ',').filter(|text| !text.is_empty()) {
            let range = text.parse().map_err(|_| {
                let shown: String = text.chars().take(60).collect();
                let detail = format!(
                    "“{shown}” is not an address or range, such as 203.0.113.9, 10.0.0.0/8 or 2001:db8::/32."
                );
                refuse("malformed", detail)
            })?;
            if !ranges.contains(&range) {
                ranges.push(range);
            }
            if ranges.len() > ALLOWED_ADDRESSES_MAX {
                return Err(refuse("too_many", format!("{ALLOWED_ADDRESSES_MAX} ranges are the most.")));
            }
        }
        Ok(Self(ranges.into()))
    }

    /// May the token be used from everywhere?
    pub fn is_everywhere(&self) -> bool {
        self.0.is_empty()
    }

    /// May the token be used from this address? An unknown address is allowed only if every address is.
    pub fn allow(&self, address: Option<IpAddr>) -> bool {
        self.is_everywhere()
            || address.is_some_and(|address| {
                let address = address.to_canonical();
                self.0.iter().any(|range| range.contains(address))
            })
    }

    /// Do these ranges cover all addresses that `others` allow?
    pub fn include(&self, others: &Self) -> bool {
        let is_inside = |other: &AddressRange| self.0.iter().any(|range| range.includes(other));
        self.is_everywhere() || (!others.is_everywhere() && others.0.iter().all(is_inside))
    }

    pub fn iter(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(ToString::to_string)
    }
}

/// Separated by spaces, as they are stored. The text parses again.
impl fmt::Display for AllowedAddresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().collect::<Vec<_>>().join(" "))
    }
}

impl TryFrom<String> for AllowedAddresses {
    type Error = Error;
    fn try_from(raw: String) -> Result<Self, Error> {
        Self::parse(&raw).map_err(|error| Error::Invalid { errors: vec![error] })
    }
}

impl From<AllowedAddresses> for String {
    fn from(addresses: AllowedAddresses) -> Self {
        addresses.to_string()
    }
}

/// The rate limit of a token: at most `requests` verifications at once, which come back evenly over `per_seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RateLimit {
    pub requests: u32,
    pub per_seconds: u32,
}

impl RateLimit {
    pub fn new(requests: u32, per_seconds: u32) -> Result<Option<Self>, FieldError> {
        let fits =
            (1..=RATE_REQUESTS_MAX).contains(&requests) && (1..=RATE_SECONDS_MAX).contains(&per_seconds);
        if fits { Ok(Some(Self { requests, per_seconds })) } else { Err(refused()) }
    }

    /// Is every use within the other limit also within this one?
    pub fn includes(self, other: Self) -> bool {
        let over = |a: u32, b: u32| u64::from(a) * u64::from(b);
        self.requests >= other.requests
            && over(self.requests, other.per_seconds) >= over(other.requests, self.per_seconds)
    }

    /// `100 verifications in 60 seconds`.
    pub fn in_words(self) -> String {
        format!("{} verifications in {} seconds", self.requests, self.per_seconds)
    }

    /// Reads two fields of a form. Without `requests`, there is no limit.
    pub fn parse(requests: &str, per_seconds: &str) -> Result<Option<Self>, FieldError> {
        match (requests.trim(), per_seconds.trim()) {
            ("", _) => Ok(None),
            (requests, per_seconds) => {
                let number = |text: &str| text.parse().map_err(|_| refused());
                Self::new(number(requests)?, number(per_seconds)?)
            }
        }
    }
}

fn refused() -> FieldError {
    let detail = format!(
        "A rate limit is 1 to {RATE_REQUESTS_MAX} verifications in 1 to {RATE_SECONDS_MAX} seconds, both in digits."
    );
    FieldError::new(Field::RateLimit, "malformed", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str) -> Option<String> {
        AllowedAddresses::parse(raw).ok().map(|addresses| addresses.to_string())
    }

    fn allows(raw: &str, address: &str) -> bool {
        AllowedAddresses::parse(raw).is_ok_and(|ranges| ranges.allow(address.parse().ok()))
    }

    #[test]
    fn ranges_are_written_from_their_first_address_and_once() {
        assert_eq!(
            parsed("10.1.2.3/8, 10.0.0.0/8\n203.0.113.9/32"),
            Some("10.0.0.0/8 203.0.113.9".to_owned())
        );
        assert_eq!(parsed("2001:DB8::1/32 ::ffff:203.0.113.9"), Some("2001:db8::/32 203.0.113.9".to_owned()));
        assert_eq!(parsed("  "), Some(String::new()));
    }

    #[test]
    fn what_is_no_address_is_named() {
        for wrong in
            ["10.0.0", "10.0.0.0/33", "010.0.0.1", "host", "10.0.0.0/-1", "::ffff:0:0/96", "1.2.3.4/"]
        {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
        let many: Vec<String> = (0..=ALLOWED_ADDRESSES_MAX).map(|i| format!("10.0.{i}.0/24")).collect();
        assert_eq!(parsed(&many.join(" ")), None);
    }

    #[test]
    fn an_address_must_lie_in_one_of_the_ranges() {
        assert!(allows("10.0.0.0/8 2001:db8::/32", "10.255.0.1"));
        assert!(allows("10.0.0.0/8 2001:db8::/32", "2001:db8:1::1"));
        assert!(allows("10.0.0.0/8", "::ffff:10.0.0.1"), "the same address, written in IPv6");
        assert!(!allows("10.0.0.0/8", "11.0.0.1"));
        assert!(!allows("10.0.0.0/8", "no address"));
        assert!(allows("", "no address"));
    }

    #[test]
    fn a_rate_limit_has_both_of_its_numbers() {
        let rate = |requests, per_seconds| RateLimit::parse(requests, per_seconds).map_err(|e| e.code);
        assert_eq!(rate("", "60"), Ok(None));
        assert_eq!(rate(" 100 ", "60"), Ok(Some(RateLimit { requests: 100, per_seconds: 60 })));
        for (requests, per_seconds) in
            [("0", "60"), ("1", "0"), ("1", ""), ("-1", "60"), ("1e3", "60"), ("1", "86401")]
        {
            assert_eq!(rate(requests, per_seconds), Err("malformed".to_owned()), "{requests} {per_seconds}");
        }
    }
}
