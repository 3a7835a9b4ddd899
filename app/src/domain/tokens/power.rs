//! The power of a token: its permissions, and the limits on its end, its addresses and its rate. A token can give no
//! more than it has, in any of these dimensions.

use crate::domain::{
    AllowedAddresses, Error, PermissionSet, RateLimit, Timestamp, Token, TokenDetails,
    tokens::patch::{is_quicker, lasts_longer},
};

/// Most refused permissions that a line of the audit log names.
const NAMED_MAX: usize = 10;

/// Permissions within limits. An absent limit means unlimited: the power lasts forever, works everywhere, or works at
/// any rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    pub permissions: PermissionSet,
    pub expires_at: Option<Timestamp>,
    pub allowed_addresses: AllowedAddresses,
    pub rate_limit: Option<RateLimit>,
}

/// The dimension in which a power is too small to give another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// These permissions are not held.
    Permissions(Vec<String>),
    /// The power ends too early, at this moment.
    End(Timestamp),
    /// The power works from these addresses only.
    Addresses(AllowedAddresses),
    /// The power works at this rate only.
    Rate(RateLimit),
}

impl Power {
    /// All that a token can do. Anybody who gets its secret gets this power.
    pub fn of(token: &Token) -> Self {
        Self::in_details(&TokenDetails::of(token))
    }

    /// All that a token with these details can do.
    pub fn in_details(details: &TokenDetails) -> Self {
        Self {
            permissions: details.permissions.clone(),
            expires_at: details.expires_at,
            allowed_addresses: details.allowed_addresses.clone(),
            rate_limit: details.rate_limit,
        }
    }

    /// The power that an edit adds for holders of the secret: the new permissions, or all of them if a limit is lifted,
    /// within the limits that hold afterwards. `None` when the token only loses.
    pub fn gained(current: &Token, details: &TokenDetails) -> Option<Self> {
        let all = Self::in_details(details);
        if details.lift_a_limit_of(current) {
            return Some(all);
        }
        let new = details.permissions.iter().filter(|p| !current.permissions.contains(p)).cloned();
        let permissions: PermissionSet = new.collect();
        (!permissions.is_empty()).then_some(Self { permissions, ..all })
    }

    /// The dimension in which this power is too small to give `given`; `None` when it suffices. Each range of addresses
    /// has to lie within one of this power's own. Rates are compared both by their burst and by their refill per
    /// second, so that no span of time lets more through.
    pub fn falls_short_of(&self, given: &Self) -> Option<Beyond> {
        let missing: Vec<String> = given
            .permissions
            .iter()
            .filter(|p| !self.permissions.contains(p))
            .map(ToString::to_string)
            .collect();
        if !missing.is_empty() {
            return Some(Beyond::Permissions(missing));
        }
        if let Some(end) = self.expires_at
            && lasts_longer(self.expires_at, given.expires_at)
        {
            return Some(Beyond::End(end));
        }
        if !self.allowed_addresses.include(&given.allowed_addresses) {
            return Some(Beyond::Addresses(self.allowed_addresses.clone()));
        }
        self.rate_limit.filter(|_| is_quicker(self.rate_limit, given.rate_limit)).map(Beyond::Rate)
    }
}

impl Beyond {
    /// The name of what was wanted, for the audit log.
    pub fn named(&self) -> String {
        match self {
            Self::Permissions(missing) => {
                let named = missing.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join(" ");
                match missing.len().saturating_sub(NAMED_MAX) {
                    0 => named,
                    more => format!("{named} and {more} more"),
                }
            }
            Self::End(_) => "expires_at".to_owned(),
            Self::Addresses(_) => "allowed_addresses".to_owned(),
            Self::Rate(_) => "rate_limit".to_owned(),
        }
    }
}

impl From<Beyond> for Error {
    fn from(beyond: Beyond) -> Self {
        let why = match beyond {
            Beyond::Permissions(missing) => return Self::PermissionMissing { missing },
            Beyond::End(end) => format!(
                "The secret that asks ends at {end}. What it makes, changes or renews cannot last longer: give it \
                 an expires_at that is no later."
            ),
            Beyond::Addresses(ranges) => format!(
                "The token that asks may be used from {} only. What it makes, changes or renews cannot be used \
                 from more: give it allowed_addresses inside of these.",
                ranges.iter().collect::<Vec<_>>().join(", ")
            ),
            Beyond::Rate(limit) => format!(
                "The token that asks may be used for {} only. What it makes, changes or renews cannot be used more \
                 often: give it a rate_limit that is no higher.",
                limit.in_words()
            ),
        };
        Self::Forbidden { why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn power(permissions: &[&str], end: Option<i64>, ranges: &str, rate: Option<(u32, u32)>) -> Power {
        Power {
            permissions: permissions.iter().filter_map(|p| p.parse().ok()).collect(),
            expires_at: end.map(Timestamp::from_millis),
            allowed_addresses: AllowedAddresses::parse(ranges).unwrap_or_default(),
            rate_limit: rate.and_then(|(requests, seconds)| RateLimit::new(requests, seconds).ok()?),
        }
    }

    fn short(of: &Power, given: &Power) -> String {
        of.falls_short_of(given).map(|beyond| beyond.named()).unwrap_or_default()
    }

    #[test]
    fn each_dimension_is_told_by_its_name_and_what_is_within_all_of_them_is_given() {
        let mine = power(&["projects:read"], Some(100), "10.0.0.0/8 2001:db8::/32", Some((100, 60)));
        let within = power(&["projects:read"], Some(100), "10.1.0.0/16 2001:db8::1", Some((100, 60)));
        assert_eq!(short(&mine, &within), "");
        let with = |change: fn(&mut Power)| {
            let mut other = within.clone();
            change(&mut other);
            short(&mine, &other)
        };
        assert_eq!(
            with(|p| p.permissions = "projects:write".parse().into_iter().collect()),
            "projects:write"
        );
        assert_eq!(with(|p| p.expires_at = None), "expires_at");
        assert_eq!(with(|p| p.expires_at = Some(Timestamp::from_millis(101))), "expires_at");
        assert_eq!(with(|p| p.allowed_addresses = AllowedAddresses::default()), "allowed_addresses");
        assert_eq!(
            with(|p| p.allowed_addresses = AllowedAddresses::parse("10.0.0.1 11.0.0.1").unwrap_or_default()),
            "allowed_addresses"
        );
        assert_eq!(with(|p| p.rate_limit = None), "rate_limit");
        // The same rate in the long run, but a larger burst.
        assert_eq!(with(|p| p.rate_limit = RateLimit::new(200, 120).ok().flatten()), "rate_limit");
        // The same burst, but a higher rate in the long run.
        assert_eq!(with(|p| p.rate_limit = RateLimit::new(100, 59).ok().flatten()), "rate_limit");
        assert_eq!(with(|p| p.rate_limit = RateLimit::new(50, 30).ok().flatten()), "");
    }

    #[test]
    fn a_power_without_limits_gives_every_limit() {
        let mine = power(&["projects:read"], None, "", None);
        assert_eq!(short(&mine, &mine), "");
        assert_eq!(short(&mine, &power(&["projects:read"], Some(5), "10.0.0.1", Some((1, 1)))), "");
    }

    #[test]
    fn a_line_of_the_audit_log_names_a_few() {
        let many: Vec<String> = (0..13).map(|i| format!("projects:a{i}")).collect();
        assert!(Beyond::Permissions(many).named().ends_with("projects:a9 and 3 more"));
    }

    proptest! {
        /// Power that is given on step by step stays within the first one.
        #[test]
        fn what_is_given_on_stays_within_what_was_given(
            ends in prop::array::uniform3(prop::option::of(0_i64..4)),
            bits in prop::array::uniform3(prop::option::of(8_u32..12)),
            rates in prop::array::uniform3(prop::option::of((1_u32..4, 1_u32..4))),
        ) {
            let [a, b, c] = [0, 1, 2].map(|i| {
                let ranges = bits[i].map(|bits| format!("10.0.0.0/{bits}")).unwrap_or_default();
                power(&["projects:read"], ends[i], &ranges, rates[i])
            });
            prop_assert_eq!(a.falls_short_of(&a), None);
            if a.falls_short_of(&b).is_none() && b.falls_short_of(&c).is_none() {
                prop_assert_eq!(a.falls_short_of(&c), None);
            }
        }
    }
}
