//! Telling people by mail. Events that somebody is told of are noted for each person, exactly once; then each person gets
//! one mail about everything that is due. A mail server that is away is tried again, and nothing is lost.

use super::{Outbox, Unsent, WrittenLine};
use crate::domain::{About, Error, Mail, Notice, Timestamp};
use crate::paths;
use crate::service::{DueNotices, Follower, Telling};

const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// When daily mails go out, by UTC.
const DAILY_HOUR_MS: i64 = 7 * HOUR_MS;
/// Events that are older were not told while mail was not set up, and are not told any more: two days.
const TOLD_MS: i64 = 2 * DAY_MS;
/// Pauses before what was refused is tried again: one hour, or a day where that was final. That, too, is tried again, as
/// the settings of a mail server are mended.
const REFUSED_MS: i64 = HOUR_MS;
const REFUSED_FINALLY_MS: i64 = DAY_MS;
/// Age from which what is refused is given up: one week.
const GIVEN_UP_MS: i64 = 7 * DAY_MS;
/// Notices that are read at once.
const DUE: u32 = 500;

impl Outbox {
    pub(super) async fn mail(&self, follower: Follower) -> Result<(), Error> {
        let Some(line) = self.note_tellings(follower.line).await? else { return Ok(()) };
        for due in self.service.store.notices_due(self.now(), DUE).await? {
            // Who was disabled meanwhile is told nothing.
            let notices = if due.is_disabled { Vec::new() } else { self.notices(&due).await? };
            if notices.is_empty() {
                self.service.store.forget_notices(&due).await?;
            } else {
                let workspace = self.service.workspace_name().await;
                let whence = (workspace.as_str(), self.carrier.origin());
                let mail = Mail::about(due.email.clone(), &notices, whence, paths::token);
                match self.carrier.mail(&mail).await {
                    Ok(()) => self.service.store.forget_notices(&due).await?,
                    Err(Unsent::Refused { is_final, trouble }) => {
                        tracing::warn!(to = due.email, trouble, is_final, "a mail was refused");
                        self.put_off(&due, &notices, is_final).await?;
                    }
                    Err(Unsent::Away(trouble)) => return self.note_failure(&follower, &trouble).await,
                }
            }
            // Extends the lease.
            if !self.service.store.note_followed(follower.id, self.lease(), line).await? {
                return Ok(());
            }
        }
        self.release(follower.id).await
    }

    /// Has what was refused tried again later, except for what is too old.
    async fn put_off(&self, due: &DueNotices, notices: &[Notice], is_final: bool) -> Result<(), Error> {
        let now = self.now().as_millis();
        let old = notices.iter().filter(|notice| notice.line.at.as_millis() <= now - GIVEN_UP_MS);
        let old = DueNotices { lines: old.map(|notice| notice.line.id).collect(), ..due.clone() };
        self.service.store.forget_notices(&old).await?;
        let pause = if is_final { REFUSED_FINALLY_MS } else { REFUSED_MS };
        Ok(self.service.store.postpone_notices(due.person, Timestamp::from_millis(now + pause)).await?)
    }

    /// Looks at the lines after this one, and returns the last of them; `None` if the lease was lost.
    async fn note_tellings(&self, mut line: i64) -> Result<Option<i64>, Error> {
        loop {
            let lines = self.service.lines_after(line, super::BATCH).await?;
            let Some((_, last)) = lines.last() else { return Ok(Some(line)) };
            let now = self.now();
            let since = Timestamp::from_millis(now.as_millis() - TOLD_MS);
            let tellings: Vec<Telling> =
                lines.iter().filter(|(line, _)| line.at >= since).filter_map(telling).collect();
            let noted =
                self.service.store.note_tellings(self.lease(), &tellings, last.id, now, daily_after(now));
            if !noted.await? {
                return Ok(None);
            }
            line = last.id;
        }
    }

    /// What a person is told. Lines that were archived meanwhile are left out.
    async fn notices(&self, due: &DueNotices) -> Result<Vec<Notice>, Error> {
        let mut notices = Vec::new();
        for line in &due.lines {
            let mut found = self.service.lines_after(line - 1, 1).await?;
            if let Some((found, _)) = found.pop().filter(|(found, _)| found.id == *line)
                && let Some(about) = About::of(&found)
            {
                notices.push(Notice { about, line: found });
            }
        }
        Ok(notices)
    }
}

fn telling((line, row): &WrittenLine) -> Option<Telling> {
    let about = About::of(line)?;
    let is_about_oneself = matches!(about, About::Account | About::NewDevice);
    let person = line.person.or(line.actor.filter(|_| is_about_oneself));
    Some(Telling { line: row.id, about, token: line.token, person, actor: line.actor })
}

/// The next moment at which daily mails go out.
fn daily_after(now: Timestamp) -> Timestamp {
    let days = (now.as_millis() - DAILY_HOUR_MS).div_euclid(DAY_MS) + 1;
    Timestamp::from_millis(days * DAY_MS + DAILY_HOUR_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daily_mails_go_out_at_the_next_seven() {
        for (now, next) in [
            ("2026-11-23T06:59:59Z", "2026-11-23T07:00:00.000Z"),
            ("2026-11-23T07:00:00Z", "2026-11-24T07:00:00.000Z"),
            ("2026-11-23T23:00:00Z", "2026-11-24T07:00:00.000Z"),
        ] {
            let next_of = Timestamp::parse(now).map(daily_after).map(|at| at.to_string());
            assert_eq!(next_of.as_deref(), Some(next));
        }
    }
}
