//! The recent use of a token, shown before it is ended, disabled or rotated.

use crate::domain::{RECENT_MS, Timestamp};

/// The valid uses of a token in the last 24 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecentUse {
    pub calls: u64,
    /// The number of known addresses.
    pub addresses: u64,
    /// There were more addresses than the counts tell apart.
    pub has_more: bool,
}

impl RecentUse {
    /// `1,204 calls in the last 24 hours from 3 addresses, last 2 minutes ago.`
    pub fn in_words(self, last: Option<Timestamp>, now: Timestamp) -> String {
        let Some(last) = last else { return "Never used.".to_owned() };
        let ago = last.ago(now);
        if now.as_millis() - last.as_millis() > RECENT_MS {
            return format!("Last used {ago}.");
        }
        let calls = match self.calls {
            1 => "1 call".to_owned(),
            many => format!("{} calls", grouped(many)),
        };
        let from = match (self.addresses, self.has_more) {
            (0, _) => String::new(),
            (1, false) => " from 1 address".to_owned(),
            (many, false) => format!(" from {} addresses", grouped(many)),
            (many, true) => format!(" from more than {} addresses", grouped(many)),
        };
        format!("{calls} in the last 24 hours{from}, last {ago}.")
    }
}

/// `1,204`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_lately_is_said_in_one_sentence() {
        let now = Timestamp::from_millis(RECENT_MS * 100);
        let said = |calls, addresses, has_more, ago_ms| {
            let last = Timestamp::from_millis(now.as_millis() - ago_ms);
            RecentUse { calls, addresses, has_more }.in_words(Some(last), now)
        };
        assert_eq!(
            said(1_204, 3, false, 120_000),
            "1,204 calls in the last 24 hours from 3 addresses, last 2 minutes ago."
        );
        assert_eq!(said(1, 1, false, 0), "1 call in the last 24 hours from 1 address, last just now.");
        assert_eq!(said(7, 0, false, 3_600_000), "7 calls in the last 24 hours, last 1 hour ago.");
        assert_eq!(
            said(900, 198, true, 3_600_000),
            "900 calls in the last 24 hours from more than 198 addresses, last 1 hour ago."
        );
        // Counts are kept by the hour, so the first one may lie further back.
        assert_eq!(said(2, 1, false, RECENT_MS + 1), "Last used 1 day ago.");
        let never = RecentUse::default().in_words(None, now);
        assert_eq!(never, "Never used.");
    }

    #[test]
    fn numbers_are_read_in_groups_of_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1_204, "1,204"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), text);
        }
    }
}
