//! The audit log in a file, line by line as it is written. The file itself says up to which line it has it, so that a
//! server that was killed goes on where its file ends. Each server has a file of its own, with the whole log.

use super::line::{self, Header, STREAM};
use app::service::{AuditHead, AuditStart, Service};
use rustix::fs::{FlockOperation, flock};
use serde::Deserialize;
use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::Notify, task::spawn_blocking, time::MissedTickBehavior};

/// Interval between looks for new lines.
const LOOKED_EVERY: Duration = Duration::from_millis(250);
/// Interval between attempts to go on after something went wrong.
const TRIED_EVERY: Duration = Duration::from_secs(5);
const BATCH: u32 = 500;
/// Bytes that are looked at for the last line; more, if it is longer.
const TAIL: u64 = 64 * 1024;

/// The reason a stream cannot be written. Displays what the operator can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error("The audit log cannot be written to {path}: {cause}. Name another file with --audit-stream.", path = .path.display())]
    Io { path: PathBuf, cause: io::Error },
    #[error("{path} is written by another server. Name a file of its own for each with --audit-stream.", path = .0.display())]
    Taken(PathBuf),
    #[error("{path} is not a stream of this audit log, and was left as it is. Name another file with --audit-stream.", path = .0.display())]
    Foreign(PathBuf),
    #[error("{path} ends with line {line}, after which this audit log does not go on: older data was put back, or its lines were archived. Move the file away, and a new one is begun.", path = .path.display())]
    Elsewhere { path: PathBuf, line: i64 },
    #[error("The data could not be read: {0}")]
    Data(#[from] app::domain::Error),
}

/// A file that is open, with the last line in it.
struct Open {
    file: File,
    at: AuditHead,
}

/// The file of this server.
pub struct StreamFile {
    path: PathBuf,
    open: Option<Open>,
}

impl StreamFile {
    /// Opens the file, or begins it. What it has is left as it is, except for a last line that was not finished.
    pub async fn open(path: PathBuf, service: &Service) -> Result<Self, StreamError> {
        let mut stream = Self { path, open: None };
        stream.reopen(service).await?;
        Ok(stream)
    }

    async fn reopen(&mut self, service: &Service) -> Result<(), StreamError> {
        // Its lock is given back first.
        self.open = None;
        let (path, start) = (self.path.clone(), service.audit_start().await?);
        let opened = spawn_blocking(move || open(&path, &start)).await;
        let open = opened.map_err(|cause| self.failed(io::Error::other(cause)))??;
        if !service.goes_on_after(&open.at).await? {
            return Err(StreamError::Elsewhere { path: self.path.clone(), line: open.at.id });
        }
        self.open = Some(open);
        Ok(())
    }

    fn failed(&self, cause: io::Error) -> StreamError {
        StreamError::Io { path: self.path.clone(), cause }
    }

    /// Writes lines as they come, until it is told to stop. When it is asked to, it opens the file again, which
    /// somebody has moved away meanwhile.
    pub async fn follow(mut self, service: Service, asked: Arc<Notify>, told: impl Future<Output = ()>) {
        let mut ticks = tokio::time::interval(LOOKED_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(told);
        loop {
            let (is_told, is_asked) = tokio::select! {
                () = &mut told => (true, false),
                () = asked.notified() => (false, true),
                _ = ticks.tick() => (false, false),
            };
            // What was written until now belongs into the file that was there until now.
            let mut written = self.write(&service).await;
            if is_asked || self.open.is_none() {
                written = self.reopen(&service).await;
            }
            if is_told {
                return;
            }
            if let Err(cause) = written {
                tracing::error!(%cause, "the stream of the audit log stands still");
                self.open = None;
                tokio::select! {
                    () = &mut told => return,
                    () = asked.notified() => asked.notify_one(),
                    () = tokio::time::sleep(TRIED_EVERY) => {}
                }
            }
        }
    }

    /// Writes the lines that the file has not got yet.
    async fn write(&mut self, service: &Service) -> Result<(), StreamError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        let head = service.audit_head().await?.map_or(0, |head| head.id);
        while open.at.id < head {
            let lines = service.lines_after(open.at.id, BATCH).await?;
            let (Some(first), Some(last)) = (lines.first(), lines.last()) else { break };
            if first.1.id != open.at.id + 1 {
                return Err(StreamError::Elsewhere { path: self.path.clone(), line: open.at.id });
            }
            let at = AuditHead { id: last.1.id, link: last.1.link.clone() };
            let text = line::text(&lines).map_err(|cause| self.failed(cause.into()))?;
            let written = spawn_blocking(move || open.append(&text, at).map(|()| open)).await;
            let written = written.map_err(io::Error::other).flatten();
            open = written.map_err(|cause| self.failed(cause))?;
        }
        self.open = Some(open);
        Ok(())
    }
}

impl Open {
    /// A line that could not be written whole is taken away again when the file is opened.
    fn append(&mut self, text: &[u8], at: AuditHead) -> io::Result<()> {
        self.file.write_all(text)?;
        self.at = at;
        Ok(())
    }
}

/// The parts of a line that say which one it is.
#[derive(Deserialize)]
struct Tail {
    id: i64,
    link: String,
}

fn open(path: &Path, start: &AuditStart) -> Result<Open, StreamError> {
    let failed = |cause| StreamError::Io { path: path.to_owned(), cause };
    let foreign = || StreamError::Foreign(path.to_owned());
    let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path);
    let mut file = file.map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(foreign());
    }
    flock(&file, FlockOperation::NonBlockingLockExclusive)
        .map_err(|_| StreamError::Taken(path.to_owned()))?;
    let header = Header::new(STREAM, start.installation.to_string(), &start.after);
    let mut first = String::new();
    BufReader::new(&file).take(4_096).read_line(&mut first).map_err(failed)?;
    if !first.ends_with('\n')
        && "{\"format\":\"tokenry-audit-stream".starts_with(first.get(..31).unwrap_or(&first))
    {
        // New, or stopped before its first line was whole.
        file.set_len(0).map_err(failed)?;
        let mut text = serde_json::to_vec(&header).map_err(|cause| failed(cause.into()))?;
        text.push(b'\n');
        file.write_all(&text).map_err(failed)?;
        return Ok(Open { file, at: start.after.clone() });
    }
    let found: Header = serde_json::from_str(&first).map_err(|_| foreign())?;
    if (found.format.as_str(), &found.installation) != (STREAM, &header.installation) {
        return Err(foreign());
    }
    let (last, length) = last_line(&mut file).map_err(failed)?;
    file.set_len(length).map_err(failed)?;
    let at = match serde_json::from_slice::<Tail>(&last) {
        Ok(Tail { id, link }) => format!("{id}:{link}").parse(),
        Err(_) if length == first.len() as u64 => match found.after {
            Some(after) => after.parse(),
            None => Ok(AuditHead { id: 0, link: Vec::new() }),
        },
        Err(_) => return Err(foreign()),
    };
    Ok(Open { file, at: at.map_err(|_| foreign())? })
}

/// The last line that is whole, and the length of the file up to its end.
fn last_line(file: &mut File) -> io::Result<(Vec<u8>, u64)> {
    let (length, mut looked_at) = (file.metadata()?.len(), TAIL);
    loop {
        let from = length.saturating_sub(looked_at);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        let end = tail.iter().rposition(|byte| *byte == b'\n');
        let before = end.and_then(|end| tail[..end].iter().rposition(|byte| *byte == b'\n'));
        match (before, end) {
            (Some(before), Some(end)) => return Ok((tail[before + 1..=end].to_vec(), from + end as u64 + 1)),
            (None, Some(end)) if from == 0 => return Ok((tail[..=end].to_vec(), end as u64 + 1)),
            _ if from == 0 => return Ok((Vec::new(), 0)),
            _ => looked_at *= 8,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn the_last_whole_line_is_found_however_long_it_is() {
        let long = "x".repeat(3 * usize::try_from(TAIL).unwrap());
        for (text, line, length) in [
            ("a\n".to_owned(), "a\n".to_owned(), 2),
            ("a\nb\n".to_owned(), "b\n".to_owned(), 4),
            ("a\nb\nc".to_owned(), "b\n".to_owned(), 4),
            (format!("a\n{long}\n"), format!("{long}\n"), long.len() + 3),
            (format!("a\nb\n{long}"), "b\n".to_owned(), 4),
        ] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            assert_eq!(last_line(&mut file).unwrap(), (line.into_bytes(), length as u64));
        }
    }
}
