//! A token between two secrets: the time for which the old one keeps working, and the clients that still present it.

use crate::domain::{Error, Field, OVERLAP_SECONDS_MAX, QUIET_SECONDS_MIN, SecretHint, Timestamp, Token};
use serde::{Deserialize, Serialize};

/// The choices of the prompt: seconds for which the old secret keeps working, and their label.
pub const OVERLAPS: [(i64, &str); 4] =
    [(0, "Stop it now"), (3_600, "1 hour"), (OVERLAP_USUAL, "24 hours"), (7 * 24 * 3_600, "7 days")];
/// The default choice.
pub const OVERLAP_USUAL: i64 = 24 * 3_600;

/// Further choices of the prompt: seconds without use after which the old secret is revoked automatically.
pub const QUIETS: [(i64, &str); 4] =
    [(0, "Off"), (3_600, "1 hour"), (6 * 3_600, "6 hours"), (24 * 3_600, "24 hours")];

/// The time for which the old secret keeps working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    pub seconds: i64,
    /// Seconds without use after which it ends earlier.
    pub quiet_seconds: Option<i64>,
}

impl Overlap {
    pub const fn of_seconds(seconds: i64) -> Self {
        Self { seconds, quiet_seconds: None }
    }

    /// Reads the two choices of a form. An empty or zero `quiet_seconds` means none.
    pub fn parse(seconds: &str, quiet_seconds: &str) -> Result<Self, Error> {
        let read = |raw: &str, detail: &str| {
            raw.parse::<i64>().map_err(|_| Error::field(Field::Overlap, "malformed", detail))
        };
        let seconds = read(seconds, "Choose how long the old secret keeps working.")?;
        let quiet_seconds = match quiet_seconds {
            "" | "0" => None,
            raw => Some(read(raw, "Choose after how long without use the old secret is revoked.")?),
        };
        Ok(Self { seconds, quiet_seconds })
    }

    pub fn check(self) -> Result<(), Error> {
        let detail = if !(0..=OVERLAP_SECONDS_MAX).contains(&self.seconds) {
            format!("An overlap is 0 to {OVERLAP_SECONDS_MAX} seconds, which are 30 days.")
        } else if self.quiet_seconds.is_some_and(|s| !(QUIET_SECONDS_MIN..=OVERLAP_SECONDS_MAX).contains(&s))
        {
            format!(
                "An old secret can be revoked automatically after {QUIET_SECONDS_MIN} to {OVERLAP_SECONDS_MAX} seconds \
                 without use."
            )
        } else {
            return Ok(());
        };
        Err(Error::field(Field::Overlap, "out_of_range", detail))
    }

    /// Milliseconds without use after which an old secret that works from `now` until `end` ends earlier. `None` when
    /// it ends before that anyway, so that no text mentions an end that cannot happen.
    pub fn quiet_ms(self, now: Timestamp, end: Timestamp) -> Option<i64> {
        let quiet_ms = self.quiet_seconds?.saturating_mul(1_000);
        (quiet_ms < end.as_millis() - now.as_millis()).then_some(quiet_ms)
    }
}

/// The end of a retiring secret: `works until 26 Nov 2026, 13:00 UTC`.
pub fn retiring_in_words(end: Timestamp, quiet_ms: Option<i64>) -> String {
    match quiet_ms {
        None => format!("works until {}", end.date_time()),
        Some(quiet) => format!(
            "stops once it is unused for {}, at the latest on {}",
            hours_in_words(quiet),
            end.date_time()
        ),
    }
}

/// `6 hours`, or minutes if the time is not a whole number of hours.
fn hours_in_words(millis: i64) -> String {
    let (count, unit) = match millis / 60_000 {
        minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

impl Token {
    /// The reason why a new secret would not work either; `None` if it would.
    pub fn why_no_secret_works(&self, now: Timestamp) -> Option<String> {
        match self.expires_at {
            Some(end) if end <= now => Some(format!(
                "This token has expired ({}). A new secret will not work until you edit the token and give it a later \
                 expiry date.",
                end.end_in_words()
            )),
            _ if self.works_after_rotation() => None,
            _ if self.disabled_at.is_some() => Some(
                "This token is disabled. A new secret will not work until the token is enabled.".to_owned(),
            ),
            _ => None,
        }
    }

    /// Is it disabled only because its secret was exposed?
    pub fn works_after_rotation(&self) -> bool {
        self.exposed.as_ref().is_some_and(|exposed| self.disabled_at == Some(exposed.at))
    }

    /// The moment at which the current secret stops working, if the token is rotated with this overlap. It is never
    /// later than without a rotation.
    pub fn old_secret_ends_at(&self, now: Timestamp, overlap_seconds: i64) -> Timestamp {
        let end = Timestamp::from_millis(now.as_millis() + overlap_seconds * 1_000);
        self.expires_at.map_or(end, |expiry| expiry.min(end))
    }

    /// [`Self::old_secret_ends_at`] in words, to show beside one of [`OVERLAPS`].
    pub fn overlap_in_words(&self, now: Timestamp, overlap_seconds: i64) -> String {
        let end = self.old_secret_ends_at(now, overlap_seconds);
        let is_cut_short = self.expires_at == Some(end);
        match overlap_seconds {
            _ if end <= now && is_cut_short => "It has already expired with the token.".to_owned(),
            0 => "Anything still using it stops working immediately.".to_owned(),
            _ if is_cut_short => {
                format!("It stops earlier, because the token expires: {}.", end.end_in_words())
            }
            _ => format!("It works until {}.", end.date_time()),
        }
    }
}

/// The old secret after a rotation, as long as it works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldSecret {
    pub hint: SecretHint,
    pub rotated_at: Timestamp,
    pub ends_at: Timestamp,
    /// Milliseconds without use after which it ends earlier.
    pub quiet_ms: Option<i64>,
    /// The last time that it was found valid, before the rotation or since.
    pub last_used_at: Option<Timestamp>,
    /// Its presenters since the hour of the rotation, the latest first.
    pub presented: Vec<Presented>,
    /// There were more presenters.
    pub has_more: bool,
}

/// A presenter of a secret, and the number of times, whatever the verdict was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presented {
    /// Empty when unknown.
    pub address: String,
    pub client: String,
    /// The beginning of the last hour in which they did.
    pub last_hour: Timestamp,
    pub count: u64,
}

impl Presented {
    /// `within this hour`, `2 hours ago`. Uses are kept by the hour, so nothing more exact is known.
    pub fn last_in_words(&self, now: Timestamp) -> String {
        match hours(now) - hours(self.last_hour) {
            ..1 => "within this hour".to_owned(),
            1 => "an hour ago".to_owned(),
            many @ 2..48 => format!("{many} hours ago"),
            many => format!("{} days ago", many / 24),
        }
    }

    /// `25 Nov 2026, between 13:00 and 14:00 UTC`.
    pub fn last_exactly(&self) -> String {
        let hour = hours(self.last_hour).rem_euclid(24);
        format!("{}, between {hour:02}:00 and {:02}:00 UTC", self.last_hour.date(), hour + 1)
    }
}

fn hours(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(3_600_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        AllowedAddresses, Description, EndedBy, Owner, PermissionSet, PersonId, PersonName, TokenId,
        TokenName,
    };

    const HOUR_MS: i64 = 3_600_000;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|| Timestamp::from_millis(0))
    }

    fn token(expires_at: Option<Timestamp>) -> Option<Token> {
        let (id, at) = (uuid::Uuid::nil(), at("2026-11-01T00:00:00Z"));
        Some(Token {
            id: TokenId::from_uuid(id),
            name: TokenName::parse("Sync").ok()?,
            description: Description::parse("").ok()?,
            out_of_reach: PermissionSet::default(),
            permissions: PermissionSet::default(),
            secret_hint: SecretHint { prefix: "tkr".into(), last: "x9Qf".into() },
            owner: Owner { id: PersonId::from_uuid(id), name: PersonName::parse("Ada").ok()? },
            parent: None,
            expires_at,
            disabled_at: None,
            disabled_by: EndedBy::default(),
            exposed: None,
            rotating_until: None,
            idle_at: at,
            last_used: None,
            allowed_addresses: AllowedAddresses::default(),
            metadata: Default::default(),
            rate_limit: None,
            created_at: at,
            updated_at: at,
            version: 1,
        })
    }

    #[test]
    fn an_old_secret_ends_with_the_overlap_or_with_its_token() {
        let now = at("2026-11-25T13:00:00Z");
        let words =
            |expiry: Option<&str>, overlap| token(expiry.map(at)).map(|t| t.overlap_in_words(now, overlap));
        let said = |expiry, overlap, text: &str| assert_eq!(words(expiry, overlap).as_deref(), Some(text));
        said(None, 0, "Anything still using it stops working immediately.");
        said(None, OVERLAP_USUAL, "It works until 26 Nov 2026, 13:00 UTC.");
        said(Some("2026-11-29T00:00:00Z"), OVERLAP_USUAL, "It works until 26 Nov 2026, 13:00 UTC.");
        said(
            Some("2026-11-29T00:00:00Z"),
            7 * 24 * 3_600,
            "It stops earlier, because the token expires: the end of 28 Nov 2026, UTC.",
        );
        said(Some("2026-11-25T12:00:00Z"), OVERLAP_USUAL, "It has already expired with the token.");
    }

    #[test]
    fn an_overlap_is_two_numbers_of_seconds_of_which_one_may_be_nothing() {
        let overlap = |seconds, quiet_seconds| Ok(Overlap { seconds, quiet_seconds });
        assert_eq!(Overlap::parse("3600", ""), overlap(3_600, None));
        assert_eq!(Overlap::parse("86400", "0"), overlap(86_400, None));
        assert_eq!(Overlap::parse("86400", "3600"), overlap(86_400, Some(3_600)));
        for wrong in ["", "1h", "1.5", "99999999999999999999"] {
            let refused = Overlap::parse(wrong, "");
            assert!(refused.is_err_and(|e| e.detail_for(Field::Overlap).is_some()), "{wrong}");
            assert!(wrong.is_empty() || Overlap::parse("0", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_overlap_has_bounds() {
        let is_fine = |seconds, quiet_seconds| Overlap { seconds, quiet_seconds }.check().is_ok();
        assert!(is_fine(0, None) && is_fine(OVERLAP_SECONDS_MAX, Some(OVERLAP_SECONDS_MAX)));
        assert!(is_fine(0, Some(QUIET_SECONDS_MIN)), "without effect, and no mistake");
        for wrong in
            [(-1, None), (OVERLAP_SECONDS_MAX + 1, None), (0, Some(0)), (0, Some(3_599)), (0, Some(i64::MAX))]
        {
            assert!(!is_fine(wrong.0, wrong.1), "{wrong:?}");
        }
    }

    #[test]
    fn a_quiet_time_counts_only_where_it_can_end_a_secret_earlier() {
        let (now, day) = (at("2026-11-25T13:00:00Z"), at("2026-11-26T13:00:00Z"));
        let quiet = |seconds| Overlap { seconds: 86_400, quiet_seconds: seconds }.quiet_ms(now, day);
        assert_eq!(quiet(None), None);
        assert_eq!(quiet(Some(3_600)), Some(HOUR_MS));
        assert_eq!([quiet(Some(86_400)), quiet(Some(i64::MAX))], [None, None]);
        assert_eq!(retiring_in_words(day, None), "works until 26 Nov 2026, 13:00 UTC");
        let words = |quiet| retiring_in_words(day, Some(quiet));
        assert_eq!(
            words(6 * HOUR_MS),
            "stops once it is unused for 6 hours, at the latest on 26 Nov 2026, 13:00 UTC"
        );
        assert!(
            words(HOUR_MS).contains("for 1 hour,") && words(HOUR_MS + 60_000).contains("for 61 minutes,")
        );
    }

    #[test]
    fn what_is_known_by_the_hour_is_said_by_the_hour() {
        let now = at("2026-11-25T13:40:00Z");
        let seen = |hours: i64| Presented {
            address: String::new(),
            client: String::new(),
            last_hour: Timestamp::from_millis(at("2026-11-25T13:00:00Z").as_millis() - hours * HOUR_MS),
            count: 1,
        };
        let words: Vec<String> = [0, 1, 2, 47, 48].map(|hours| seen(hours).last_in_words(now)).into();
        assert_eq!(words, ["within this hour", "an hour ago", "2 hours ago", "47 hours ago", "2 days ago"]);
        assert_eq!(seen(14).last_exactly(), "24 Nov 2026, between 23:00 and 24:00 UTC");
    }
}
