//! Proving what was received of a stream: every link is computed again. A stream may have lines twice, since it is sent
//! at least once, and headers where it goes on in another file.

use super::{
    read::{Fault, Line},
    refuse,
};
use crate::{
    error::StartError,
    outbox::line::{Header, STREAM},
};
use app::service::AuditHead;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

/// What was read so far.
#[derive(Default)]
struct Stream {
    installation: Option<String>,
    /// The line before the first one.
    after: Option<AuditHead>,
    /// The links of the lines from there on, for those that come twice.
    links: Vec<Vec<u8>>,
    twice: u64,
    has_kept: bool,
}

/// Checks the files as one stream, and looks for a head that somebody has kept.
pub fn verify(files: &[PathBuf], kept: Option<&AuditHead>) -> Result<String, StartError> {
    let mut stream = Stream::default();
    for path in files {
        stream.read(path, kept).map_err(|fault| refuse(format!("{} {fault}", path.display())))?;
    }
    let Some((after, head)) = stream.after.as_ref().zip(stream.head()) else {
        return Err(refuse("These files have no line of an audit log.".into()));
    };
    if let Some(kept) = kept.filter(|_| !stream.has_kept) {
        return Err(refuse(format!(
            "The stream is not the one that this head is from: line {} is missing or another one.",
            kept.id
        )));
    }
    let (first, last) = (after.id + 1, head.id);
    let twice = match stream.twice {
        0 => String::new(),
        1 => " One came twice.".to_owned(),
        many => format!(" {many} came more than once."),
    };
    let unproved = if after.link.is_empty() && after.id > 0 {
        format!(" Nothing is known about the line before line {first}, so that line itself is not proved.")
    } else {
        String::new()
    };
    Ok(format!(
        "The stream is whole: lines {first} to {last}.{twice}{unproved} Its head is {head}: with audit verify --head, \
         the server proves that its log has it."
    ))
}

impl Stream {
    fn read(&mut self, path: &Path, kept: Option<&AuditHead>) -> Result<(), Fault> {
        let mut file = BufReader::new(File::open(path)?);
        loop {
            let mut text = Vec::new();
            file.read_until(b'\n', &mut text)?;
            if text.is_empty() {
                return Ok(());
            }
            if !text.ends_with(b"\n") {
                return Err(Fault::Unfinished(self.next_id() - 1));
            }
            if text.starts_with(b"{\"format\"") {
                self.header(&text)?;
            } else {
                self.line(&text, kept)?;
            }
        }
    }

    fn head(&self) -> Option<AuditHead> {
        let (after, link) = (self.after.as_ref()?, self.links.last()?);
        Some(AuditHead { id: after.id + i64::try_from(self.links.len()).ok()?, link: link.clone() })
    }

    /// The line with this number, if it was read, or is the one before the first.
    fn known(&self, id: i64) -> Option<AuditHead> {
        let after = self.after.as_ref()?;
        if id == after.id {
            return Some(after.clone());
        }
        let place = usize::try_from(id - after.id - 1).ok()?;
        Some(AuditHead { id, link: self.links.get(place)?.clone() })
    }

    fn header(&mut self, text: &[u8]) -> Result<(), Fault> {
        let header: Header = serde_json::from_slice(text).map_err(|_| Fault::Foreign)?;
        let other = self.installation.as_ref().is_some_and(|known| *known != header.installation);
        if header.format != STREAM || other {
            return Err(Fault::Foreign);
        }
        self.installation = Some(header.installation);
        let after = match header.after {
            None => AuditHead { id: 0, link: Vec::new() },
            Some(text) => text.parse().map_err(|_| Fault::Foreign)?,
        };
        match (&self.after, self.known(after.id)) {
            (None, _) => self.after = Some(after),
            // A file that begins before what was read so far has lines that come twice.
            (Some(first), None) if after.id < first.id => {}
            (Some(_), None) => return Err(Fault::Misplaced(self.next_id())),
            (Some(_), Some(known)) if known != after => return Err(Fault::Changed(after.id)),
            _ => {}
        }
        Ok(())
    }

    fn next_id(&self) -> i64 {
        self.head().or(self.after.clone()).map_or(0, |head| head.id + 1)
    }

    fn line(&mut self, text: &[u8], kept: Option<&AuditHead>) -> Result<(), Fault> {
        let line: Line = serde_json::from_slice(text).map_err(|_| Fault::Changed(self.next_id()))?;
        let (id, link) = (line.id, line.link.clone());
        let first = self.after.get_or_insert_with(|| AuditHead { id: id - 1, link: Vec::new() }).clone();
        let before = self.known(id - 1).ok_or(Fault::Misplaced(self.next_id()))?;
        let is_unproved = before.link.is_empty() && before.id > 0 && before == first;
        let at = if is_unproved {
            format!("{id}:{link}").parse().map_err(|_| Fault::Changed(id))?
        } else {
            AuditHead { id, link: line.link_after(&before).ok_or(Fault::Changed(id))? }
        };
        match self.known(id) {
            Some(known) if known == at => self.twice += 1,
            Some(_) => return Err(Fault::Changed(id)),
            None => self.links.push(at.link.clone()),
        }
        self.has_kept |= kept == Some(&at);
        Ok(())
    }
}
