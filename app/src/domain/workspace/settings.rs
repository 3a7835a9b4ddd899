//! The workspace: its name, and the rules for its tokens.

use crate::domain::{
    Error, FactorRule, Field, FieldError, IDLE_DAYS_MAX, LIFETIME_DAYS_MAX, SecretPrefix, Timestamp,
    UNDO_DAYS_MAX, WorkspaceName,
};
use serde::{Deserialize, Serialize};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The settings that admins choose for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    pub name: WorkspaceName,
    /// The prefix of new secrets; `None` stands for the one that the server was started with.
    pub prefix: Option<SecretPrefix>,
    pub policy: Policy,
    /// Days without use after which a token counts as idle.
    pub idle_days: u32,
    /// Days for which a deleted token can be restored; zero means never.
    pub undo_days: u32,
    /// The people who cannot sign in without a second factor.
    pub second_factor: FactorRule,
    /// Grows with every change. An edit names the version it begins from.
    pub version: i64,
}

impl Workspace {
    /// Tokens that were deleted after this moment can be restored now. `None` when none can.
    pub fn undo_since(&self, now: Timestamp) -> Option<Timestamp> {
        let days = i64::from(self.undo_days) * DAY_MS;
        (days > 0).then(|| Timestamp::from_millis(now.as_millis() - days))
    }

    /// The first moment at which a token deleted at `deleted_at` can no longer be restored.
    pub fn undo_until(&self, deleted_at: Timestamp) -> Timestamp {
        Timestamp::from_millis(deleted_at.as_millis() + i64::from(self.undo_days) * DAY_MS)
    }

    /// The warning before one token is deleted, or several.
    pub fn when_deleted(&self, is_one: bool) -> String {
        let (it, its, token, gets, secret) = if is_one {
            ("it", "Its", "the token", "it then gets", "a new secret")
        } else {
            ("them", "Their", "the tokens", "they then get", "new secrets")
        };
        let refused = format!("Anything still using {it} will stop working immediately.");
        match self.undo_days {
            0 => format!("{refused} This cannot be undone."),
            days => format!(
                "{refused} {its} secrets never work again. You can restore {token} for {}; {gets} {secret}.",
                days_in_words(days)
            ),
        }
    }

    /// A code for the rules that could affect tokens which `other` leaves alone. A form sends it back to confirm them.
    /// Empty when there is nothing to ask about.
    pub fn stricter_than(&self, other: &Self) -> String {
        let policy = self.policy.is_stricter_than(other.policy).then(|| self.policy.code());
        let undo = (self.undo_days < other.undo_days).then(|| format!("undo-{}", self.undo_days));
        policy.into_iter().chain(undo).collect::<Vec<_>>().join(".")
    }
}

/// The rules for the lifetime of tokens. They apply when a token is made or its end is changed. Existing tokens stay as
/// they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Most days from the day on which the end is chosen.
    pub lifetime_days: Option<u32>,
    /// Must every token have an end?
    pub expiry_required: bool,
}

impl Policy {
    /// A limited lifetime requires an end, whatever `expiry_required` says.
    pub const fn requires_end(self) -> bool {
        self.expiry_required || self.lifetime_days.is_some()
    }

    /// The last end that can be chosen now. People choose days, so it is the end of a day in UTC.
    pub fn latest_end(self, now: Timestamp) -> Option<Timestamp> {
        let today = now.as_millis().div_euclid(DAY_MS);
        self.lifetime_days.map(|days| Timestamp::from_millis((today + i64::from(days) + 1) * DAY_MS))
    }

    /// May a token be given this end now?
    pub fn allows(self, end: Option<Timestamp>, now: Timestamp) -> bool {
        match end {
            None => !self.requires_end(),
            Some(end) => self.latest_end(now).is_none_or(|latest| end <= latest),
        }
    }

    /// [`Self::allows`] as a check. Its error has the sentence for the field.
    pub fn check(self, end: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
        if self.allows(end, now) {
            return Ok(());
        }
        let rule = self.in_words(now).unwrap_or_default();
        Err(match end {
            None => Error::field(Field::ExpiresAt, "required", format!("{rule} Choose a day.")),
            Some(_) => Error::field(Field::ExpiresAt, "too_late", rule),
        })
    }

    /// The rule as a sentence; `None` when there is no rule.
    pub fn in_words(self, now: Timestamp) -> Option<String> {
        match (self.lifetime_days, self.latest_end(now)) {
            (Some(days), Some(latest)) => {
                let until = latest.last_before().date();
                Some(format!("Tokens may live at most {} here: until {until}.", days_in_words(days)))
            }
            _ => self.expiry_required.then(|| "Every token has to expire here.".to_owned()),
        }
    }

    /// The hint beside the field for the end. `current` is the end of an existing token; `None` stands for a new token.
    pub fn beside_the_field(self, current: Option<Option<Timestamp>>, now: Timestamp) -> String {
        let stays = current.is_some_and(|end| !self.allows(end, now));
        match self.in_words(now) {
            None => NO_EXPIRY_RULE.to_owned(),
            Some(rule) if stays => format!("{rule} This one may stay as it is."),
            Some(rule) => rule,
        }
    }

    /// Could it forbid something that `other` allows?
    pub fn is_stricter_than(self, other: Self) -> bool {
        let is_shorter =
            self.lifetime_days.is_some_and(|days| other.lifetime_days.is_none_or(|before| days < before));
        is_shorter || (self.requires_end() && !other.requires_end())
    }

    /// A code by which a form names the policy that somebody was asked about.
    pub fn code(self) -> String {
        let days = self.lifetime_days.unwrap_or_default();
        format!("{days}{}", if self.requires_end() { "-required" } else { "" })
    }
}

/// The hint beside the field when every end is allowed. Any other hint means that an end is required.
pub const NO_EXPIRY_RULE: &str = "Leave empty for no expiry.";

/// `1 day`, `90 days`.
pub fn days_in_words(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// The form as it was typed, unparsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceForm {
    pub name: String,
    /// Empty for the one that the server was started with.
    pub prefix: String,
    /// Empty for no limit.
    pub lifetime_days: String,
    pub expiry_required: bool,
    pub idle_days: String,
    pub undo_days: String,
    pub second_factor: String,
}

impl WorkspaceForm {
    /// The form that shows what is stored.
    pub fn of(workspace: &Workspace) -> Self {
        Self {
            name: workspace.name.as_str().to_owned(),
            prefix: workspace.prefix.as_ref().map(|prefix| prefix.as_str().to_owned()).unwrap_or_default(),
            lifetime_days: workspace.policy.lifetime_days.map(|days| days.to_string()).unwrap_or_default(),
            expiry_required: workspace.policy.expiry_required,
            idle_days: workspace.idle_days.to_string(),
            undo_days: workspace.undo_days.to_string(),
            second_factor: workspace.second_factor.as_str().to_owned(),
        }
    }

    /// Parses every field and reports all errors at once. The result has `version`.
    pub fn parse(&self, version: i64) -> Result<Workspace, Error> {
        let mut errors = Vec::new();
        let name = WorkspaceName::parse(&self.name)
            .map_err(|e| errors.push(FieldError::new(Field::Name, e.code(), e.to_string())));
        let prefix = optional(&self.prefix, |text| SecretPrefix::parse(text).ok())
            .ok_or_else(|| errors.push(malformed_prefix()));
        let lifetime_days = optional(&self.lifetime_days, |text| days(text, 1, LIFETIME_DAYS_MAX))
            .ok_or_else(|| {
                let detail =
                    format!("Write a number from 1 to {LIFETIME_DAYS_MAX}, or nothing for no limit.");
                errors.push(FieldError::new(Field::LifetimeDays, "out_of_range", detail));
            });
        let idle_days = days(self.idle_days.trim(), 1, IDLE_DAYS_MAX).ok_or_else(|| {
            let detail = format!("Write a number from 1 to {IDLE_DAYS_MAX}.");
            errors.push(FieldError::new(Field::IdleDays, "out_of_range", detail));
        });
        let undo_days = days(self.undo_days.trim(), 0, UNDO_DAYS_MAX).ok_or_else(|| {
            let detail = format!("Write a number from 0 to {UNDO_DAYS_MAX}; 0 is never.");
            errors.push(FieldError::new(Field::UndoDays, "out_of_range", detail));
        });
        // Empty is a form from before there was such a rule.
        let second_factor = match self.second_factor.as_str() {
            "" => Ok(FactorRule::default()),
            rule => rule.parse(),
        };
        let second_factor = second_factor.map_err(|error| {
            if let Error::Invalid { errors: found } = error {
                errors.extend(found);
            }
        });
        match (name, prefix, lifetime_days, idle_days, undo_days, second_factor) {
            (Ok(name), Ok(prefix), Ok(lifetime_days), Ok(idle_days), Ok(undo_days), Ok(second_factor)) => {
                let policy = Policy { lifetime_days, expiry_required: self.expiry_required };
                Ok(Workspace { name, prefix, policy, idle_days, undo_days, second_factor, version })
            }
            _ => Err(Error::Invalid { errors }),
        }
    }
}

/// Empty is allowed; anything else must parse.
fn optional<T>(typed: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match typed.trim() {
        "" => Some(None),
        text => read(text).map(Some),
    }
}

fn malformed_prefix() -> FieldError {
    let detail = "Use 1 to 16 characters of a-z, 0-9 and _, or nothing for what the server was started with.";
    FieldError::new(Field::Prefix, "malformed", detail)
}

fn days(text: &str, min: u32, max: u32) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|days| is_number && (min..=max).contains(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(lifetime_days: Option<u32>, expiry_required: bool) -> Policy {
        Policy { lifetime_days, expiry_required }
    }

    fn at(text: &str) -> Option<Timestamp> {
        Timestamp::parse(text)
    }

    fn refused(policy: Policy, end: Option<Timestamp>) -> Option<String> {
        let now = at("2026-11-25T13:30:00Z").unwrap_or(Timestamp::from_millis(0));
        let error = policy.check(end, now).err()?;
        error.detail_for(Field::ExpiresAt).map(str::to_owned)
    }

    #[test]
    fn a_lifetime_of_some_days_lasts_until_the_end_of_the_last_one() {
        let ninety = policy(Some(90), false);
        let rule = "Tokens may live at most 90 days here: until 23 Feb 2027.";
        assert_eq!(refused(ninety, at("2027-02-24T00:00:00Z")), None);
        assert_eq!(refused(ninety, at("2027-02-24T00:00:00.001Z")).as_deref(), Some(rule));
        assert_eq!(refused(ninety, None), Some(format!("{rule} Choose a day.")));
        let one = refused(policy(Some(1), false), None).unwrap_or_default();
        assert!(one.starts_with("Tokens may live at most 1 day here: until 26 Nov 2026."), "{one}");
    }

    #[test]
    fn without_a_limit_an_end_may_be_asked_for_or_not() {
        assert_eq!(refused(Policy::default(), None), None);
        let required = policy(None, true);
        let sentence = "Every token has to expire here. Choose a day.";
        assert_eq!(refused(required, None).as_deref(), Some(sentence));
        assert_eq!(refused(required, at("2999-01-01T00:00:00Z")), None);
    }

    #[test]
    fn beside_the_field_stands_what_can_be_chosen_and_what_may_stay() {
        let now = at("2026-11-25T13:30:00Z").unwrap_or(Timestamp::from_millis(0));
        assert_eq!(Policy::default().beside_the_field(None, now), "Leave empty for no expiry.");
        let seven = policy(Some(7), true);
        let rule = "Tokens may live at most 7 days here: until 2 Dec 2026.";
        assert_eq!(seven.beside_the_field(None, now), rule);
        assert_eq!(seven.beside_the_field(Some(at("2026-11-30T00:00:00Z")), now), rule);
        assert_eq!(seven.beside_the_field(Some(None), now), format!("{rule} This one may stay as it is."));
    }

    #[test]
    fn a_policy_is_stricter_when_it_forbids_more() {
        let all = [
            policy(None, false),
            policy(None, true),
            policy(Some(90), false),
            policy(Some(90), true),
            policy(Some(7), false),
        ];
        let strictness = [0, 1, 2, 2, 3];
        for (one, a) in all.into_iter().zip(strictness) {
            for (other, b) in all.into_iter().zip(strictness) {
                assert_eq!(one.is_stricter_than(other), a > b, "{one:?} {other:?}");
                assert_eq!(one.code() == other.code(), a == b, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_form_shows_what_is_stored_and_reads_it_back() {
        let form = WorkspaceForm {
            name: "Acme".into(),
            prefix: "acme_live".into(),
            lifetime_days: "90".into(),
            expiry_required: true,
            idle_days: "365".into(),
            undo_days: "0".into(),
            second_factor: "admins".into(),
        };
        assert_eq!(form.parse(3).map(|workspace| WorkspaceForm::of(&workspace)), Ok(form));
        let empty =
            WorkspaceForm { idle_days: " 30 ".into(), undo_days: "7 ".into(), ..WorkspaceForm::default() };
        let read = empty
            .parse(1)
            .map(|w| (w.name.as_str().to_owned(), w.prefix, w.policy, w.idle_days, w.undo_days));
        assert_eq!(read, Ok((String::new(), None, Policy::default(), 30, 7)));
    }

    fn undoing(days: &str, lifetime: &str) -> Option<Workspace> {
        let form = WorkspaceForm {
            idle_days: "30".into(),
            undo_days: days.into(),
            lifetime_days: lifetime.into(),
            ..WorkspaceForm::default()
        };
        form.parse(1).ok()
    }

    #[test]
    fn a_deleted_token_can_be_brought_back_for_as_many_days_as_were_chosen() {
        let (now, deleted) = (at("2026-11-25T13:30:00Z"), at("2026-11-18T13:30:00.001Z"));
        let since = |days: &str| undoing(days, "").zip(now).and_then(|(w, now)| w.undo_since(now));
        assert_eq!(since("7"), at("2026-11-18T13:30:00Z"));
        assert_eq!(since("0"), None);
        let until = undoing("7", "").zip(deleted).map(|(w, deleted)| w.undo_until(deleted));
        assert_eq!(until, at("2026-11-25T13:30:00.001Z"));
    }

    #[test]
    fn what_is_asked_about_has_a_name_of_its_own() {
        let asked = |from: (&str, &str), to: (&str, &str)| {
            undoing(from.0, from.1).zip(undoing(to.0, to.1)).map(|(from, to)| to.stricter_than(&from))
        };
        for (from, to, word) in [
            (("7", ""), ("7", ""), ""),
            (("7", "90"), ("30", ""), ""),
            (("7", ""), ("3", ""), "undo-3"),
            (("7", ""), ("7", "90"), "90-required"),
            (("7", ""), ("0", "90"), "90-required.undo-0"),
        ] {
            assert_eq!(asked(from, to).as_deref(), Some(word), "{from:?} {to:?}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = |name: &str, prefix: &str, lifetime_days: &str, idle_days: &str| {
            let form = WorkspaceForm {
                undo_days: if idle_days == "1" { "0" } else { idle_days }.into(),
                name: name.into(),
                prefix: prefix.into(),
                lifetime_days: lifetime_days.into(),
                expiry_required: false,
                idle_days: idle_days.into(),
                second_factor: String::new(),
            };
            match form.parse(1) {
                Err(Error::Invalid { errors }) => errors.into_iter().map(|e| e.field.name()).collect(),
                _ => Vec::new(),
            }
        };
        let everything = ["name", "prefix", "lifetime_days", "idle_days", "undo_days"];
        assert_eq!(wrong(&"x".repeat(101), "Acme", "0", "0"), everything[..4]);
        assert_eq!(wrong("a\u{202e}b", "a-b", "3651", "366"), everything);
        assert_eq!(wrong("a\0", "12345678901234567", "+1", ""), everything);
        assert_eq!(wrong("\u{200b}", "é", "1e3", "thirty"), everything);
        for odd in ["-1", "1.5", "99999999999", "９０", "9 0"] {
            assert_eq!(wrong("", "", odd, odd), ["lifetime_days", "idle_days", "undo_days"], "{odd}");
        }
        assert!(wrong(&"é".repeat(100), "0123456789abcdef", "3650", "365").is_empty());
        assert!(wrong("", "_", "1", "1").is_empty());
    }
}
