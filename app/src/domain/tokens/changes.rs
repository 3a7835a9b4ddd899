//! The changes that saving a form would make to a token, and whether they make it more powerful. Invalid fields are
//! left out: their errors are shown elsewhere.

use crate::domain::{
    AllowedAddresses, Error, Field, Metadata, PermissionSet, RateLimit, Timestamp, Token, TokenForm,
    tokens::patch::{is_quicker, lasts_longer},
};

/// The longest text and the most permissions that are written out.
const TEXT_CHARS_MAX: usize = 60;
const NAMES_MAX: usize = 5;

/// All fields that the form of an edit sends.
const EDIT_FIELDS: [&str; 10] = [
    "id",
    "version",
    "name",
    "description",
    "permissions",
    "expires_at",
    "allowed_addresses",
    "rate_requests",
    "rate_seconds",
    "metadata",
];

/// An edit of a token, as its form sends it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
pub struct TokenEdit {
    /// An invalid id matches no token, here and below.
    pub id: String,
    /// The version that the edit begins from; zero, which no token has, if the form names none.
    pub version: i64,
    pub form: TokenForm,
}

/// A token to delete.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenDeletion {
    pub id: String,
    /// Delete the tokens that it made, too?
    #[serde(default)]
    pub with_children: bool,
    /// Was the form sent from the token's own page, which does not exist afterwards?
    #[serde(default)]
    pub from_page: bool,
}

impl TryFrom<Vec<(String, String)>> for TokenEdit {
    type Error = Error;

    fn try_from(fields: Vec<(String, String)>) -> Result<Self, Error> {
        for (at, (name, _)) in fields.iter().enumerate() {
            let is_there_before = fields[..at].iter().any(|(before, _)| before == name);
            if !EDIT_FIELDS.contains(&name.as_str()) || is_there_before && name != "permissions" {
                return Err(Error::Malformed);
            }
        }
        let value = |name| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let version = value("version").map_or(Ok(0), str::parse::<i64>).map_err(|_| Error::Malformed)?;
        let id = value("id").unwrap_or_default().to_owned();
        Ok(Self { id, version, form: fields.iter().collect() })
    }
}

impl TokenForm {
    /// After a conflict: the stored value of a field, if it differs from the one that was sent.
    pub fn meanwhile(&self, error: Option<&Error>, field: Field) -> String {
        let Some(Error::Conflict { current, .. }) = error else { return String::new() };
        let (same, now) = match field {
            Field::Name => (self.name == current.name.as_str(), current.name.as_str().to_owned()),
            Field::Description => {
                (self.description == current.description.as_str(), current.description.as_str().to_owned())
            }
            Field::Permissions => {
                (self.parsed_permissions() == current.permissions, current.permissions.to_line())
            }
            Field::ExpiresAt => (self.parse_expiry() == Ok(current.expires_at), expiry(current.expires_at)),
            Field::AllowedAddresses => (
                self.parse_addresses().as_ref() == Ok(&current.allowed_addresses),
                current.allowed_addresses.iter().collect::<Vec<_>>().join(", "),
            ),
            Field::RateLimit => (self.parse_rate() == Ok(current.rate_limit), limit(current.rate_limit)),
            Field::Metadata => (
                self.parse_metadata().as_ref() == Ok(&current.metadata),
                current.metadata.as_str().trim_end().replace('\n', ", "),
            ),
            _ => (true, String::new()),
        };
        match (same, now.is_empty()) {
            (true, _) => String::new(),
            (false, true) => "Their value: nothing".to_owned(),
            (false, false) => format!("Their value: {now}"),
        }
    }
}

/// The differences between a token and the form of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenChanges {
    /// A line for each detail that differs.
    pub lines: Vec<String>,
    /// Abilities that the token has afterwards and lacks now.
    pub gains: Vec<String>,
}

impl TokenChanges {
    pub fn between(token: &Token, form: &TokenForm) -> Self {
        let mut changes = Self { lines: Vec::new(), gains: Vec::new() };
        changes.text("Name", token.name.as_str(), &form.name);
        changes.text("Description", token.description.as_str(), &form.description);
        changes.permissions(&token.permissions, &form.parsed_permissions());
        if let Ok(end) = form.parse_expiry() {
            changes.line("Expires", expiry(token.expires_at), expiry(end));
            changes.gain("lasts longer", lasts_longer(token.expires_at, end));
        }
        if let Ok(ranges) = form.parse_addresses() {
            changes.line("Allowed addresses", addresses(&token.allowed_addresses), addresses(&ranges));
            changes.gain("can be used from more addresses", !token.allowed_addresses.include(&ranges));
        }
        if let Ok(rate) = form.parse_rate() {
            changes.line("Rate limit", limit(token.rate_limit), limit(rate));
            changes.gain("can be used more often", is_quicker(token.rate_limit, rate));
        }
        if let Ok(metadata) = form.parse_metadata() {
            changes.metadata(&token.metadata, &metadata);
        }
        changes
    }

    pub fn in_lines(&self) -> String {
        if self.lines.is_empty() { "No changes.".to_owned() } else { self.lines.join("\n") }
    }

    /// The warning before saving; empty if the token gains nothing.
    pub fn warning(&self) -> String {
        match self.gains.as_slice() {
            [] => String::new(),
            gains => format!("This makes the token more powerful: it {}.", gains.join(", ")),
        }
    }

    fn line(&mut self, label: &str, was: String, will: String) {
        if was != will {
            self.lines.push(format!("{label}: {was} → {will}"));
        }
    }

    fn text(&mut self, label: &str, was: &str, will: &str) {
        let quoted =
            |text: &str| if text.is_empty() { "none".to_owned() } else { format!("“{}”", short(text)) };
        if was != will.trim() {
            self.lines.push(format!("{label}: {} → {}", quoted(was), quoted(will.trim())));
        }
    }

    fn metadata(&mut self, was: &Metadata, will: &Metadata) {
        let value_in = |all: &Metadata, key: &str| {
            let found = all.iter().find(|(other, _)| *other == key);
            found.map_or_else(|| "none".to_owned(), |(_, value)| format!("“{}”", short(value)))
        };
        let is_new = |key: &&str| was.iter().all(|(other, _)| other != *key);
        let keys = was.iter().map(|(key, _)| key).chain(will.iter().map(|(key, _)| key).filter(is_new));
        for key in keys {
            self.line(&format!("Metadata {key}"), value_in(was, key), value_in(will, key));
        }
    }

    fn gain(&mut self, what: &str, is_so: bool) {
        if is_so {
            self.gains.push(what.to_owned());
        }
    }

    fn permissions(&mut self, was: &PermissionSet, will: &PermissionSet) {
        let beyond = |all: &PermissionSet, known: &PermissionSet| -> String {
            let names: Vec<&str> = all.iter().filter(|p| !known.contains(p)).map(|p| p.as_str()).collect();
            let more = names.len().saturating_sub(NAMES_MAX);
            let named = names.iter().take(NAMES_MAX).copied().collect::<Vec<_>>().join(", ");
            if more == 0 { named } else { format!("{named} and {more} more") }
        };
        let (gained, lost) = (beyond(will, was), beyond(was, will));
        self.gain(&format!("gains {gained}"), !gained.is_empty());
        for (word, permissions) in [("Gains", gained), ("Loses", lost)] {
            if !permissions.is_empty() {
                self.lines.push(format!("{word} {permissions}"));
            }
        }
    }
}

/// The beginning of a text, long enough to recognise it. Two long texts may differ only after it.
fn short(text: &str) -> String {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn expiry(end: Option<Timestamp>) -> String {
    end.map_or_else(|| "never".to_owned(), Timestamp::end_in_words)
}

fn addresses(ranges: &AllowedAddresses) -> String {
    if ranges.is_everywhere() { "all".to_owned() } else { ranges.to_string() }
}

fn limit(rate: Option<RateLimit>) -> String {
    rate.map_or_else(|| "none".to_owned(), RateLimit::in_words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Description, EndedBy, Owner, PersonId, PersonName, SecretHint, TokenId, TokenName};

    fn token() -> Option<Token> {
        let at = Timestamp::from_millis(0);
        Some(Token {
            id: TokenId::from_uuid(uuid::Uuid::nil()),
            name: TokenName::parse("Sync").ok()?,
            description: Description::parse("").ok()?,
            out_of_reach: PermissionSet::default(),
            permissions: "projects:read".parse().into_iter().collect(),
            secret_hint: SecretHint { prefix: "tkr".into(), last: "abcd".into() },
            owner: Owner { id: PersonId::from_uuid(uuid::Uuid::nil()), name: PersonName::parse("Ada").ok()? },
            parent: None,
            expires_at: Timestamp::end_of_day("2027-02-21"),
            disabled_at: None,
            disabled_by: EndedBy::default(),
            exposed: None,
            rotating_until: None,
            last_used: None,
            idle_at: at,
            allowed_addresses: AllowedAddresses::parse("10.0.0.0/8").ok()?,
            rate_limit: RateLimit::new(100, 60).ok()?,
            metadata: Metadata::default(),
            created_at: at,
            updated_at: at,
            version: 1,
        })
    }

    #[test]
    fn an_edit_has_the_fields_of_its_form_each_once_and_no_others() {
        let edit = |more: &[(&str, &str)]| {
            let fields = [&[("id", "7"), ("name", "Sync"), ("permissions", "a:b")], more].concat();
            let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
            TokenEdit::try_from(fields.collect::<Vec<_>>())
        };
        let seen =
            |edit: Result<TokenEdit, Error>| edit.map(|edit| (edit.version, edit.form.permissions.len()));
        assert_eq!(seen(edit(&[])), Ok((0, 1)), "versions begin at one");
        assert_eq!(seen(edit(&[("version", "3"), ("permissions", "c:d")])), Ok((3, 2)));
        for wrong in [("owner", "me"), ("name", "Other"), ("id", "8"), ("version", "one"), ("version", "")] {
            assert_eq!(seen(edit(&[wrong])), Err(Error::Malformed), "{wrong:?}");
        }
    }

    fn changed(change: impl FnOnce(&mut TokenForm)) -> TokenChanges {
        let changes = token().map(|token| {
            let mut form = TokenForm::of(&token);
            change(&mut form);
            TokenChanges::between(&token, &form)
        });
        assert!(changes.is_some(), "there is a token to change");
        changes.unwrap_or(TokenChanges { lines: vec![], gains: vec![] })
    }

    #[test]
    fn a_form_as_it_was_filled_in_changes_nothing() {
        assert_eq!(changed(|_| ()), TokenChanges { lines: vec![], gains: vec![] });
        assert_eq!(changed(|form| form.name = " Sync ".into()).lines, Vec::<String>::new());
    }

    #[test]
    fn every_change_is_a_line() {
        let changes = changed(|form| {
            form.name = "Export".into();
            form.description = "Weekly".into();
            form.permissions = vec!["billing:write".into()];
            form.expires_at = Some("2027-01-01".into());
            form.allowed_addresses = Some("10.1.0.0/16".into());
            form.rate_requests = Some("50".into());
            form.metadata = Some("env: prod".into());
        });
        let expected = [
            "Name: “Sync” → “Export”",
            "Description: none → “Weekly”",
            "Gains billing:write",
            "Loses projects:read",
            "Expires: the end of 21 Feb 2027, UTC → the end of 1 Jan 2027, UTC",
            "Allowed addresses: 10.0.0.0/8 → 10.1.0.0/16",
            "Rate limit: 100 verifications in 60 seconds → 50 verifications in 60 seconds",
            "Metadata env: none → “prod”",
        ];
        assert_eq!(changes.lines, expected);
        assert_eq!(changes.warning(), "This makes the token more powerful: it gains billing:write.");
    }

    #[test]
    fn less_is_no_gain_and_every_lifted_limit_is_one() {
        assert_eq!(changed(|form| form.permissions.clear()).warning(), "");
        assert_eq!(changed(|form| form.expires_at = Some("2026-12-31".into())).gains, Vec::<String>::new());
        let lifted = changed(|form| {
            form.expires_at = Some(String::new());
            form.allowed_addresses = Some(String::new());
            form.rate_requests = Some(String::new());
        });
        let expected = ["lasts longer", "can be used from more addresses", "can be used more often"];
        assert_eq!(lifted.gains, expected);
        assert_eq!(lifted.lines[1], "Allowed addresses: 10.0.0.0/8 → all");
    }

    #[test]
    fn long_changes_are_lines_as_well() {
        let changes = changed(|form| {
            form.description = "d".repeat(300);
            form.permissions = (0..9).map(|i| format!("projects:a{i}")).collect();
        });
        assert!(changes.lines.iter().all(|line| line.chars().count() < 120), "{changes:?}");
        assert!(changes.lines[1].ends_with("and 4 more"), "{changes:?}");
    }

    #[test]
    fn what_cannot_be_understood_is_left_out() {
        let changes = changed(|form| {
            form.expires_at = Some("tomorrow".into());
            form.allowed_addresses = Some("home".into());
            form.rate_requests = Some("many".into());
        });
        assert_eq!(changes, TokenChanges { lines: vec![], gains: vec![] });
    }
}
