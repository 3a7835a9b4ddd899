//! A query of the audit log, as the address of its screen has it, and the data of the screen.

use crate::domain::{AuditFilter, Description, Error, EventKind, Field, Owner, Timestamp};
use serde::{Deserialize, Serialize};

/// Unparsed. An empty text asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditForm {
    pub kind: String,
    pub person: String,
    pub token: String,
    pub address: String,
    pub from: String,
    pub to: String,
    /// The line that the page ends before.
    pub before: String,
}

/// The data of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditData {
    pub form: AuditForm,
    /// An error in the query is shown in place of the lines.
    pub page: Result<LogPage, Error>,
    /// The people that the filter offers, by name.
    pub people: Vec<Owner>,
}

/// One page of lines, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    pub lines: Vec<LogLine>,
    /// The line that the older page ends before, if there are older lines.
    pub older: Option<i64>,
    /// What was archived, on the last page.
    pub archived: Option<ArchivedLines>,
}

/// Lines that are in archives, and in the log no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedLines {
    /// The last of them.
    pub until: i64,
    /// When that was archived.
    pub at: Timestamp,
}

/// A line of the audit log, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    pub at: Timestamp,
    pub who: String,
    /// Names can be shared and changed; an e-mail address cannot.
    pub email: String,
    pub what: String,
    /// The name of the token or person it was done to.
    pub target: String,
    pub details: String,
    pub address: String,
    pub request_id: String,
}

impl AuditForm {
    /// Reads the pairs of a query. A misspelt or repeated filter is an error: it must not let everything through.
    pub fn read(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Error> {
        let (mut form, mut seen) = (Self::default(), Vec::new());
        for (name, value) in pairs {
            let field = match name.as_str() {
                "kind" => &mut form.kind,
                "person" => &mut form.person,
                "token" => &mut form.token,
                "address" => &mut form.address,
                "from" => &mut form.from,
                "to" => &mut form.to,
                "before" => &mut form.before,
                _ => return Err(Error::Malformed),
            };
            if seen.contains(&name) {
                return Err(Error::Malformed);
            }
            *field = value;
            seen.push(name);
        }
        Ok(form)
    }

    /// The filter, and the line that the page ends before.
    pub fn parse(&self) -> Result<(AuditFilter, Option<i64>), Error> {
        let refuse = |detail: &str| Error::field(Field::Cursor, "malformed", detail);
        let day = |text: &str| {
            let day = some(text)
                .map(|text| Timestamp::of_day(text).ok_or_else(|| refuse("Write days as 2026-11-23.")));
            day.transpose()
        };
        let kind = some(&self.kind)
            .map(|name| EventKind::from_name(name).ok_or_else(|| refuse("There is no such kind of event.")));
        let before = some(&self.before)
            .map(|text| text.parse().map_err(|_| refuse("This link to a page of the log is damaged.")));
        let filter = AuditFilter {
            kind: kind.transpose()?,
            person: some(&self.person).map(str::parse).transpose()?,
            token: some(&self.token).map(str::parse).transpose()?,
            address: some(&self.address).map(visible).transpose()?,
            since: day(&self.from)?,
            // The whole of the last day counts.
            until: day(&self.to)?.map(Timestamp::next_day),
        };
        Ok((filter, before.transpose()?))
    }

    /// The parts that narrow the log down, by their names in the address.
    pub fn filters(&self) -> [(&'static str, &str); 6] {
        [
            ("kind", &self.kind),
            ("person", &self.person),
            ("token", &self.token),
            ("address", &self.address),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    /// All parts that are not empty, by their names in the address and in a fixed order.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = self.filters().into_iter().chain([("before", self.before.as_str())]);
        all.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Does it ask for only a part of the log?
    pub fn narrows(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.is_empty())
    }

    /// The page that ends before `line`, with the same filters.
    #[must_use]
    pub fn before(&self, line: Option<i64>) -> Self {
        Self { before: line.map(|id| id.to_string()).unwrap_or_default(), ..self.clone() }
    }
}

/// Refuses invisible characters. Addresses are compared as they are written, so the text is returned unchanged.
fn visible(text: &str) -> Result<String, Error> {
    match Description::parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(e) => Err(Error::field(Field::Cursor, e.code(), e.to_string())),
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<AuditForm, Error> {
        AuditForm::read(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let said = [("kind", "refused"), ("from", "2026-11-23"), ("before", "7")];
        let form = read(&said).unwrap_or_default();
        assert_eq!(form.pairs(), said);
        assert_eq!(form.before(None).pairs(), said[..2]);
        assert!(form.narrows() && !read(&[("before", "7")]).unwrap_or_default().narrows());
    }

    #[test]
    fn a_filter_that_is_misspelt_or_there_twice_lets_nothing_through() {
        for pairs in [&[("persn", "x")][..], &[("kind", "a"), ("kind", "a")], &[("", "")]] {
            assert_eq!(read(pairs), Err(Error::Malformed), "{pairs:?}");
        }
    }

    #[test]
    fn the_whole_of_the_last_day_counts() {
        let form = read(&[("from", "2026-11-23"), ("to", "2026-11-23")]).unwrap_or_default();
        let until = form.parse().ok().and_then(|(filter, _)| Some((filter.since?, filter.until?)));
        let day = Timestamp::of_day("2026-11-23").map(|day| (day, day.next_day()));
        assert_eq!(until, day);
    }
}
