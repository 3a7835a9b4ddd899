//! The activity of one token: its verifications over time, who presented it, and which of its permissions anybody
//! asks for.
//!
//! These are counts by the hour, not evidence: the detail kept for them is limited when they are recorded.

use crate::domain::{Permission, PermissionSet, Timestamp, Usage, Verdict, grouped};
use serde::{Deserialize, Serialize};

/// Stands in for permissions, address and client that are no longer told apart.
pub const OTHER_USE: &str = "other";

/// Somebody who presented the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presenter {
    /// Empty when unknown.
    pub address: String,
    pub client: String,
    pub count: u64,
    /// The beginning of the last hour in which they did.
    pub last_hour: Timestamp,
}

impl Presenter {
    /// Is this the sum of those who came after the limit, which are counted together?
    pub fn is_others(&self) -> bool {
        self.address == OTHER_USE
    }
}

/// A kind of refusal and its count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denial {
    pub verdict: Verdict,
    /// The permissions that were wanted, separated by spaces.
    pub wanted: String,
    pub count: u64,
}

impl Denial {
    /// Was too much wanted in that hour to keep the permissions?
    pub fn is_others(&self) -> bool {
        self.wanted == OTHER_USE
    }

    /// The permissions that were wanted and that the token lacks now. Empty when it was refused for another reason.
    pub fn lacks(&self, held: &PermissionSet) -> Vec<Permission> {
        let wanted = self.wanted.split_ascii_whitespace().filter_map(|text| text.parse().ok());
        let is_reason = self.verdict == Verdict::PermissionMissing;
        wanted.filter(|permission| is_reason && !held.contains(permission)).collect()
    }
}

/// Permissions that were asked for together and found to be held, last in the hour that begins at `last_hour`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionUse {
    pub wanted: String,
    pub last_hour: Timestamp,
}

/// The first rows of many, and the number of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Top<T> {
    pub rows: Vec<T>,
    pub count: u64,
}

impl<T> Top<T> {
    /// The number of those that are not among the rows.
    pub fn more(&self) -> u64 {
        self.count.saturating_sub(self.rows.len() as u64)
    }

    /// `and 3 more addresses`; `None` when there are no more.
    pub fn more_in_words(&self, what: &str) -> Option<String> {
        let more = self.more();
        (more > 0).then(|| format!("and {} more {what}{}", grouped(more), if more == 1 { "" } else { "s" }))
    }
}

/// The last time that a permission of a token was asked for with success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LastPermissionUse {
    /// In the hour that begins at this moment.
    At(Timestamp),
    /// Not in the last month.
    Never,
    /// Unknown, because some uses were counted without the permissions that they wanted.
    Unknown,
}

/// The uses of one token, as its page shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUsage {
    pub usage: Usage,
    /// The most frequent first.
    pub presenters: Top<Presenter>,
    pub denials: Top<Denial>,
    /// Over a month, whatever the range; the latest first.
    pub permission_uses: Top<PermissionUse>,
}

impl TokenUsage {
    pub fn last_use_of(&self, permission: &Permission) -> LastPermissionUse {
        let is_of = |permission_use: &&PermissionUse| {
            permission_use.wanted.split_ascii_whitespace().any(|p| p == permission.as_str())
        };
        let is_vague = self.permission_uses.more() > 0
            || self.permission_uses.rows.iter().any(|permission_use| permission_use.wanted == OTHER_USE);
        match self
            .permission_uses
            .rows
            .iter()
            .filter(is_of)
            .map(|permission_use| permission_use.last_hour)
            .max()
        {
            Some(hour) => LastPermissionUse::At(hour),
            None if is_vague => LastPermissionUse::Unknown,
            None => LastPermissionUse::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::UsageRange, *};

    const HOUR_MS: i64 = 60 * 60 * 1_000;

    fn activity(permission_uses: &[(&str, i64)]) -> TokenUsage {
        let permission_uses: Vec<PermissionUse> = permission_uses
            .iter()
            .map(|(wanted, hour)| PermissionUse {
                wanted: (*wanted).to_owned(),
                last_hour: Timestamp::from_millis(hour * HOUR_MS),
            })
            .collect();
        let count = permission_uses.len() as u64;
        let (presenters, denials) = (Top { rows: vec![], count: 0 }, Top { rows: vec![], count: 0 });
        let permission_uses = Top { rows: permission_uses, count };
        let (range, now) = (UsageRange::Day, Timestamp::from_millis(0));
        TokenUsage { usage: Usage { range, now, counts: vec![] }, presenters, denials, permission_uses }
    }

    #[test]
    fn a_permission_was_exercised_when_it_was_among_those_that_were_wanted() {
        let last = |permission_uses: &[(&str, i64)], permission: &str| {
            permission.parse().map(|p| activity(permission_uses).last_use_of(&p))
        };
        let permission_uses = [("a:read b:read", 9), ("b:read", 7), ("", 5)];
        let at = |hour: i64| Ok(LastPermissionUse::At(Timestamp::from_millis(hour * HOUR_MS)));
        assert_eq!(last(&permission_uses, "b:read"), at(9));
        assert_eq!(
            last(&permission_uses, "a:rea"),
            Ok(LastPermissionUse::Never),
            "a part of a name is another one"
        );
        assert_eq!(last(&[("other", 9), ("b:read", 7)], "b:read"), at(7));
        assert_eq!(last(&[("other", 9), ("b:read", 7)], "a:read"), Ok(LastPermissionUse::Unknown));
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let said = |count| Top::<u8> { rows: vec![7], count }.more_in_words("way");
        assert_eq!(said(1), None);
        assert_eq!(said(2).as_deref(), Some("and 1 more way"));
        assert_eq!(said(1_201).as_deref(), Some("and 1,200 more ways"));
    }

    #[test]
    fn a_denial_names_what_the_token_lacks_when_that_was_the_reason() {
        let held: PermissionSet = "a:read".parse().into_iter().collect();
        let denial = |verdict| Denial { verdict, wanted: "a:read b:write".to_owned(), count: 1 };
        let lacks = |verdict| {
            denial(verdict).lacks(&held).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(lacks(Verdict::PermissionMissing), "b:write");
        assert_eq!(lacks(Verdict::RateLimited), "");
    }
}
