//! The journal of endings: a file with one line of JSON for each ending, each sealed with the seal of the line before, so
//! that none can be changed or taken out of the middle. It only grows. Several processes may write to it.

use app::{
    domain::{EventKind, PersonId, TokenId},
    service::{KeyDigest, in_hex},
};
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use std::{
    fmt::Display,
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};
use tokio::task::spawn_blocking;

/// The kind of the first line: the last line of the audit log when the journal began.
const BEGIN: &str = "begin";
const UNREAD: i64 = -1;
/// Longer than any line.
const TAIL: u64 = 4_096;

/// An ending: the line of the audit log that says it, as far as it is needed to end that again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub id: i64,
    pub at: i64,
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The role that somebody had from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The link of the line in the audit log, in hexadecimal digits.
    pub link: String,
}

impl Line {
    /// The last line of the audit log when the journal began.
    fn begin(id: i64, link: &[u8]) -> Self {
        let (at, kind, link) = (0, BEGIN.to_owned(), in_hex(link));
        Self { id, at, kind, token: None, person: None, role: None, link }
    }
}

/// A line as it is written: with SHA-256 over the seal before and the line.
#[derive(Serialize, Deserialize)]
struct Sealed {
    line: Line,
    seal: String,
}

impl Sealed {
    fn of(line: Line, before: &str) -> Result<Self, JournalError> {
        let seal = seal(&line, before)?;
        Ok(Self { line, seal })
    }
}

fn seal(line: &Line, before: &str) -> Result<String, JournalError> {
    let text = serde_json::to_string(line).map_err(JournalError::of)?;
    Ok(in_hex(KeyDigest::of(format!("{before}{text}").as_bytes()).as_bytes()))
}

/// The reason a journal is not believed, or cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("line {0} was changed, or lines before it were taken out")]
    Broken(usize),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Other(String),
}

impl JournalError {
    pub fn of(cause: impl Display) -> Self {
        Self::Other(cause.to_string())
    }
}

/// A journal that is not used, and why. Displays what the operator can do about it.
#[derive(Debug, thiserror::Error)]
#[error("The journal of endings {} cannot be used: {cause}. Correct that, or move it away if you know why: everybody is then signed out.", path.display())]
pub struct DamagedJournal {
    path: PathBuf,
    cause: JournalError,
}

/// The journal of one database: a file beside it, or on a disk of the node; or none.
#[derive(Clone, Debug)]
pub struct Journal {
    path: Option<PathBuf>,
    /// Whether there is one: a database that is being made has none yet.
    has_begun: Arc<AtomicBool>,
    /// The last line of the audit log that this process has looked at, so that no other line is read twice; [`UNREAD`] at
    /// first.
    read_until: Arc<AtomicI64>,
}

impl Journal {
    /// The journal is beside the file itself, not beside a link to it.
    pub fn beside(database: &Path) -> Self {
        let path = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let mut name = path.into_os_string();
        name.push(".endings");
        Self::at(Some(PathBuf::from(name)))
    }

    /// The journal in this file. Without one, nothing is kept.
    pub fn at(path: Option<PathBuf>) -> Self {
        let has_begun = Arc::new(AtomicBool::new(path.as_ref().is_some_and(|path| path.exists())));
        Self { path, has_begun, read_until: Arc::new(AtomicI64::new(UNREAD)) }
    }

    /// The reason it is not used, with its name.
    pub fn damaged(&self, cause: JournalError) -> DamagedJournal {
        DamagedJournal { path: self.path.clone().unwrap_or_default(), cause }
    }

    pub fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }

    /// All lines; `None` if there is no journal. A last line that was cut short while it was written was never
    /// acknowledged.
    pub fn read(&self) -> Result<Option<Vec<Line>>, JournalError> {
        let Some(path) = &self.path else { return Ok(None) };
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let (mut lines, mut before, mut reader) = (Vec::new(), String::new(), BufReader::new(file));
        loop {
            let mut text = String::new();
            reader.read_line(&mut text)?;
            if !text.ends_with('\n') {
                return Ok((!lines.is_empty()).then_some(lines));
            }
            let broken = || JournalError::Broken(lines.len() + 1);
            let sealed: Sealed = serde_json::from_str(&text).map_err(|_| broken())?;
            if sealed.seal != seal(&sealed.line, &before)? {
                return Err(broken());
            }
            before = sealed.seal;
            lines.push(sealed.line);
        }
    }

    /// Begins anew, after this line of the audit log. A journal of other data that was here keeps another name.
    pub fn begin(&self, id: i64, link: &[u8]) -> Result<(), JournalError> {
        let Some(path) = &self.path else { return Ok(()) };
        if path.exists() {
            let mut other = path.clone().into_os_string();
            other.push(".before");
            fs::rename(path, other)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        write(&mut file, &Sealed::of(Line::begin(id, link), "")?)?;
        file.sync_all()?;
        let directory =
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(directory)?.sync_all()?;
        self.has_begun.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The last line; `None` if there is no journal.
    pub fn last_line(&self) -> Result<Option<Line>, JournalError> {
        match &self.path {
            Some(path) if path.exists() => Ok(Some(last(&mut File::open(path)?)?.line)),
            _ => Ok(None),
        }
    }

    /// The number of the line of the audit log after which nothing was looked at: at first, of the last that is kept.
    pub fn read_until(&self) -> Result<i64, JournalError> {
        match (self.read_until.load(Ordering::Relaxed), &self.path) {
            (UNREAD, Some(path)) => Ok(last(&mut File::open(path)?)?.line.id),
            (read, _) => Ok(read),
        }
    }

    /// To be told once what ends by the lines up to this one is kept.
    pub fn note_read(&self, id: i64) {
        self.read_until.fetch_max(id, Ordering::Relaxed);
    }

    /// To be told the last line that this data and the journal have in common.
    pub fn read_again_after(&self, id: i64) {
        self.read_until.store(id, Ordering::Relaxed);
    }

    /// Adds lines, as far as another process has not added them. They are on the disk when this returns. Numbers begin
    /// again at a line of older data that was put back.
    pub async fn append(&self, lines: Vec<Line>) -> Result<(), JournalError> {
        let Some(path) = self.path.clone().filter(|_| !lines.is_empty()) else { return Ok(()) };
        let written = spawn_blocking(move || {
            let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
            // Let go of when the file is closed.
            flock(&file, FlockOperation::LockExclusive).map_err(io::Error::from)?;
            let mut before = last(&mut file)?;
            for line in lines {
                if line.id > before.line.id || begins_again(&line, &before.line) {
                    before = Sealed::of(line, &before.seal)?;
                    write(&mut file, &before)?;
                }
            }
            file.sync_data()?;
            Ok(())
        });
        written.await.map_err(JournalError::of)?
    }
}

fn begins_again(line: &Line, before: &Line) -> bool {
    line.kind == EventKind::DataRestored.as_str() && line.link != before.link
}

fn write(file: &mut File, sealed: &Sealed) -> Result<(), JournalError> {
    let mut text = serde_json::to_string(sealed).map_err(JournalError::of)?;
    text.push('\n');
    file.write_all(text.as_bytes())?;
    Ok(())
}

/// The last whole line; the file is then read up to its end. What was cut short is overwritten.
fn last(file: &mut File) -> Result<Sealed, JournalError> {
    let length = file.seek(SeekFrom::End(0))?;
    let begin = length.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(begin))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let end = tail.iter().rposition(|byte| *byte == b'\n').ok_or_else(|| JournalError::of("it is empty"))?;
    let from = tail[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    file.seek(SeekFrom::Start(begin + end as u64 + 1))?;
    serde_json::from_slice(&tail[from..end]).map_err(JournalError::of)
}
