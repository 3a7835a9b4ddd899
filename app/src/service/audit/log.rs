//! Reading the audit log, and proving that nobody has changed it.

use crate::domain::{
    AUDIT_BATCH, AuditFilter, AuditForm, AuditLine, Caller, Cursor, Error, EventKind, LogLine, LogPage,
    Owner, PAGE_ROWS, RECIPIENTS_MAX, Right, Target,
};
use crate::service::{ChainRow, Service, chain_link, in_hex, sort_key};
use std::{fmt, str::FromStr};

/// One page of lines, the newest first.
#[derive(Clone, Debug)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
    /// The last line of this page, before which the older ones come; `None` when there are no older ones.
    pub older: Option<i64>,
}

/// A line and its link. Kept elsewhere, they prove later that nothing before them was changed and nothing was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    pub id: i64,
    pub link: Vec<u8>,
}

/// `123:9f86…`, as it is printed and read.
impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, in_hex(&self.link))
    }
}

impl FromStr for AuditHead {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.split_once(':').filter(|(_, link)| link.len() == 64 && link.is_ascii());
        let (id, link) = parts.ok_or(Error::Malformed)?;
        let byte = |at: usize| u8::from_str_radix(&link[at..at + 2], 16).map_err(|_| Error::Malformed);
        let link = (0..link.len()).step_by(2).map(byte).collect::<Result<_, _>>()?;
        Ok(Self { id: id.parse().map_err(|_| Error::Malformed)?, link })
    }
}

/// The result of a check of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditReport {
    /// Every link fits. Lines up to `after` are in archives.
    Whole { lines: u64, after: i64, head: Option<AuditHead> },
    /// The first line whose link does not fit: it was changed, or a line before it was changed, put in or taken out.
    Broken { id: i64 },
    /// The line that somebody has kept is missing or differs.
    HeadMissing { id: i64 },
    /// The line that somebody has kept is in an archive.
    HeadArchived { id: i64 },
}

impl Service {
    /// For a caller who has not yet chosen what to see.
    pub async fn may_see_audit(&self, caller: &Caller) -> Result<(), Error> {
        self.require(caller, Right::SeeAudit, Target::Nothing).await
    }

    /// The page that a form asks for, with each line as it is shown.
    pub async fn audit(&self, caller: &Caller, form: &AuditForm) -> Result<LogPage, Error> {
        self.may_see_audit(caller).await?;
        let (filter, before) = form.parse()?;
        let AuditPage { lines, older } = self.list_audit(caller, &filter, before, PAGE_ROWS).await?;
        let archived = if older.is_none() { self.archived().await? } else { None };
        Ok(LogPage { lines: lines.into_iter().map(LogLine::from).collect(), older, archived })
    }

    /// The people that the log can be narrowed down to, by name: the newest ones, where there are too many to offer
    /// all.
    pub async fn audit_people(&self, caller: &Caller) -> Result<Vec<Owner>, Error> {
        self.may_see_audit(caller).await?;
        let people = self.reading(caller).await?.people(&Cursor::start(), RECIPIENTS_MAX).await;
        let people = people?.items.into_iter();
        let mut people: Vec<_> =
            people.map(|row| Owner { id: row.person.id, name: row.person.name }).collect();
        people.sort_by_cached_key(|person| sort_key(person.name.as_str()));
        Ok(people)
    }

    /// One page of up to `limit` lines.
    pub async fn list_audit(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<AuditPage, Error> {
        self.may_see_audit(caller).await?;
        let before = before.unwrap_or(i64::MAX);
        let lines = self.reading(caller).await?.audit_lines(filter, before, limit + 1).await;
        let mut lines = lines?;
        let more = lines.len() > limit as usize;
        lines.truncate(limit as usize);
        let older = lines.last().filter(|_| more).map(|line| line.id);
        Ok(AuditPage { lines, older })
    }

    /// Begins an export, which leaves a line of its own.
    pub async fn begin_export(&self, caller: &Caller) -> Result<(), Error> {
        self.may_see_audit(caller).await?;
        self.require_fresh(caller, Target::Nothing).await?;
        Ok(self.store.record(&self.event(caller, EventKind::AuditExported)).await?)
    }

    /// The next lines of an export, the newest first; none when there are no more.
    pub async fn export(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        before: i64,
    ) -> Result<Vec<AuditLine>, Error> {
        self.may_see_audit(caller).await?;
        Ok(self.reading(caller).await?.audit_lines(filter, before, AUDIT_BATCH).await?)
    }

    /// The last line, if there is one.
    pub async fn audit_head(&self) -> Result<Option<AuditHead>, Error> {
        let last = self.store.last_link().await?;
        Ok(last.map(|(id, link)| AuditHead { id, link }))
    }

    /// Reads the whole chain, from where it begins in the data, and looks for a head that somebody has kept.
    pub async fn verify_audit(&self, kept: Option<&AuditHead>) -> Result<AuditReport, Error> {
        loop {
            let start = self.store.audit_start().await?;
            let report = self.verify_after(&start.after, kept).await?;
            // Lines may have been archived while they were read.
            if self.store.audit_start().await? == start {
                return Ok(report);
            }
        }
    }

    async fn verify_after(&self, start: &AuditHead, kept: Option<&AuditHead>) -> Result<AuditReport, Error> {
        let (mut head, mut lines, mut seen) = (start.clone(), 0, kept.is_none_or(|kept| kept == start));
        // Lines in front of the start would have been put in.
        let mut read = self.store.chain(0, AUDIT_BATCH).await?;
        while !read.is_empty() {
            for ChainRow { id, event, kind, link } in read {
                // The lines are numbered without gaps.
                if id != head.id + 1 || chain_link(&head.link, id, &kind, &event)[..] != link[..] {
                    return Ok(AuditReport::Broken { id });
                }
                lines += 1;
                head = AuditHead { id, link };
                seen |= kept == Some(&head);
            }
            read = self.store.chain(head.id, AUDIT_BATCH).await?;
        }
        let head = Some(head).filter(|head| head.id > 0);
        Ok(match kept {
            Some(kept) if !seen && kept.id < start.id => AuditReport::HeadArchived { id: kept.id },
            Some(kept) if !seen => AuditReport::HeadMissing { id: kept.id },
            _ => AuditReport::Whole { lines, after: start.id, head },
        })
    }
}
