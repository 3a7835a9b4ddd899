//! A range of IP addresses: those that share their first bits. The browser reads ranges, too, and a library for them
//! would be among the larger parts of its download.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// The addresses that share the first `bits` bits of `first`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    bits: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not an address or range of addresses.")]
pub struct AddressRangeError;

impl AddressRange {
    /// Is every address of the other range in this range, too?
    pub fn includes(&self, other: &Self) -> bool {
        other.bits >= self.bits && self.contains(other.first)
    }

    /// The number of bits that its addresses share, and the number of bits of an address.
    pub const fn bits(&self) -> (u32, u32) {
        (self.bits, bits_of(self.first))
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        first_of(address, self.bits) == Some(self.first)
    }
}

/// The first address of the range that `address` is in; `None` if `address` has fewer than `bits` bits.
fn first_of(address: IpAddr, bits: u32) -> Option<IpAddr> {
    let spare = bits_of(address).checked_sub(bits)?;
    Some(match address {
        IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() & u32::MAX.checked_shl(spare).unwrap_or(0)).into(),
        IpAddr::V6(v6) => {
            Ipv6Addr::from_bits(v6.to_bits() & u128::MAX.checked_shl(spare).unwrap_or(0)).into()
        }
    })
}

const fn bits_of(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => Ipv4Addr::BITS,
        IpAddr::V6(_) => Ipv6Addr::BITS,
    }
}

/// `10.0.0.0/8`, or a single address, which is a range of its own. An IPv4-mapped IPv6 address is read as its IPv4
/// address; a range of mapped addresses is refused.
impl FromStr for AddressRange {
    type Err = AddressRangeError;

    fn from_str(text: &str) -> Result<Self, AddressRangeError> {
        let read = || match text.split_once('/') {
            None => {
                let first = text.parse::<IpAddr>().ok()?.to_canonical();
                Some(Self { first, bits: bits_of(first) })
            }
            Some((address, bits)) => {
                let plain = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
                let bits = bits.parse().ok().filter(|_| plain)?;
                let first = first_of(address.parse().ok()?, bits)?;
                (first.to_canonical() == first).then_some(Self { first, bits })
            }
        };
        read().ok_or(AddressRangeError)
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bits == bits_of(self.first) {
            true => self.first.fmt(f),
            false => write!(f, "{}/{}", self.first, self.bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ipnet::IpNet;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranges_are_those_of_the_library(
            six: bool, address: u128, bits in 0u8..=130, other: u128, near: bool,
        ) {
            let ip = |bits: u128| -> IpAddr {
                if six { Ipv6Addr::from_bits(bits).into() } else { Ipv4Addr::from_bits(bits as u32).into() }
            };
            let (address, other) = (ip(address), ip(if near { address ^ (other & 0xffff) } else { other }));
            let ours: Result<AddressRange, _> = format!("{address}/{bits}").parse();
            let theirs = IpNet::new(address, bits).ok().map(|range| range.trunc());
            prop_assert_eq!(ours.is_ok(), theirs.is_some());
            if let (Ok(ours), Some(theirs)) = (ours, theirs) {
                prop_assert_eq!(ours.contains(other), theirs.contains(&other));
                prop_assert!(ours.contains(address));
                prop_assert_eq!(ours.to_string().parse(), Ok(ours));
                prop_assert!(ours.to_string() == theirs.to_string() || ours.to_string() == theirs.addr().to_string());
            }
        }

        #[test]
        fn reading_never_panics(text in "[0-9a-f:./]{0,40}") {
            let _ = text.parse::<AddressRange>();
        }
    }

    #[test]
    fn what_is_written_carelessly_is_refused() {
        for wrong in [
            "",
            "/",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/ 8",
            "10.0.0.0/8/8",
            "10.0.0.0/33",
            "::/129",
            "host",
        ] {
            assert_eq!(wrong.parse::<AddressRange>(), Err(AddressRangeError), "{wrong}");
        }
    }
}
