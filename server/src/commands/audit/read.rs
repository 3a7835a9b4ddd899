//! Reading an archive: every link is computed again.

use super::format::{FORMAT, Sealed};
use crate::outbox::line::Header;
use app::{
    domain::{Event, EventKind, PersonId, Timestamp, TokenId},
    service::{AuditHead, RunningDigest, chain_link, in_hex},
};
use serde::Deserialize;
use serde_json::Value;
use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

/// An archive that is whole.
pub struct Archive {
    pub installation: String,
    /// The line before the first one.
    pub after: AuditHead,
    pub last: AuditHead,
    /// The digest of the file.
    pub sha256: String,
    /// Whether it has the line that was looked for.
    pub has_kept: bool,
}

/// The reason a file is not believed. Displays what comes after the name of the file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("is not an archive of an audit log.")]
    Foreign,
    #[error("is broken: line {0} was changed.")]
    Changed(i64),
    #[error("is broken: line {0} is missing, or stands elsewhere.")]
    Misplaced(i64),
    #[error("was cut short after line {0}: it does not end with its seal.")]
    Short(i64),
    #[error("ends in the middle of a line, after line {0}.")]
    Unfinished(i64),
    #[error("was changed after it was written: its seal does not fit.")]
    Seal,
}

/// A line, as far as it is linked to the one before.
#[derive(Deserialize)]
pub(super) struct Line {
    pub id: i64,
    at: String,
    kind: String,
    actor: Option<Actor>,
    token_id: Option<TokenId>,
    person_id: Option<PersonId>,
    address: String,
    request_id: String,
    details: Value,
    details_text: Option<String>,
    pub link: String,
}

#[derive(Deserialize)]
struct Actor {
    id: PersonId,
}

impl Line {
    pub(super) fn link_after(self, before: &AuditHead) -> Option<Vec<u8>> {
        let event = Event {
            at: Timestamp::parse(&self.at)?,
            // The link is computed from the name as it is written; this kind is only a placeholder.
            kind: EventKind::Refused,
            actor: self.actor.map(|actor| actor.id),
            token: self.token_id,
            person: self.person_id,
            address: self.address,
            request_id: self.request_id,
            details: self.details_text.unwrap_or_else(|| self.details.to_string()),
        };
        let link = chain_link(&before.link, self.id, &self.kind, &event);
        (in_hex(&link) == self.link).then(|| link.to_vec())
    }
}

/// Reads an archive to its end, and looks for a head that somebody has kept.
pub fn read(path: &Path, kept: Option<&AuditHead>) -> Result<Archive, Fault> {
    let (mut file, mut digest) = (BufReader::new(File::open(path)?), RunningDigest::default());
    let head = next(&mut file)?.ok_or(Fault::Foreign)?;
    let header: Header = serde_json::from_slice(&head).map_err(|_| Fault::Foreign)?;
    if header.format != FORMAT {
        return Err(Fault::Foreign);
    }
    let after = match header.after {
        None => AuditHead { id: 0, link: Vec::new() },
        Some(text) => text.parse().map_err(|_| Fault::Foreign)?,
    };
    digest.add(&head);
    let (mut at, mut has_kept) = (after.clone(), false);
    loop {
        let text = next(&mut file)?.ok_or(Fault::Short(at.id))?;
        if text.starts_with(b"{\"seal\"") {
            let Sealed { seal } = serde_json::from_slice(&text).map_err(|_| Fault::Seal)?;
            let last = seal.last.parse::<AuditHead>().map_err(|_| Fault::Seal)?;
            if last.id > at.id {
                return Err(Fault::Misplaced(at.id + 1));
            }
            let is_last = file.fill_buf()?.is_empty();
            if !is_last || last != at || seal.lines != at.id - after.id || seal.sha256 != digest.so_far() {
                return Err(Fault::Seal);
            }
            digest.add(&text);
            let (installation, sha256) = (header.installation, digest.so_far());
            return Ok(Archive { installation, after, last, sha256, has_kept });
        }
        let id = at.id + 1;
        let line: Line = serde_json::from_slice(&text).map_err(|_| Fault::Changed(id))?;
        if line.id != id {
            return Err(Fault::Misplaced(id));
        }
        at = AuditHead { id, link: line.link_after(&at).ok_or(Fault::Changed(id))? };
        has_kept |= kept == Some(&at);
        digest.add(&text);
    }
}

/// The next line with its ending, unless the file ends before that.
fn next(file: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut text = Vec::new();
    file.read_until(b'\n', &mut text)?;
    Ok(Some(text).filter(|text| text.ends_with(b"\n")))
}
