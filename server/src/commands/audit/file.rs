//! The file of an archive, one JSON object on each line: a header, the lines of the audit log as `GET /v1/events`
//! writes them, each with its link, and a seal. It is for its owner alone, and has no name until it is whole and on the
//! disk.

use super::{
    format::{FORMAT, Seal, Sealed},
    read,
};
use crate::{
    error::StartError,
    outbox::line::{Header, LineJson},
};
use app::service::{AuditHead, AuditStart, RunningDigest, Service};
use serde::Serialize;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};
use tempfile::{Builder, NamedTempFile};

struct Writer {
    file: BufWriter<NamedTempFile>,
    digest: RunningDigest,
}

impl Writer {
    fn put(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(value)?;
        text.push(b'\n');
        self.digest.add(&text);
        self.file.write_all(&text)
    }
}

/// Writes the lines after `start` up to the line `last`, reads them back, and gives the file its name.
pub async fn write(service: &Service, start: &AuditStart, last: i64, place: &Path) -> Result<(), StartError> {
    let unwritable = |cause: io::Error| {
        let hint = "Name a file in a directory that exists and has room.";
        StartError::Refused(format!("No archive was written to {}: {cause}. {hint}", place.display()))
    };
    let directory = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = Builder::new().prefix(".tokenry-archive-").tempfile_in(directory).map_err(unwritable)?;
    let mut writer = Writer { file: BufWriter::new(file), digest: RunningDigest::default() };
    let header = Header::new(FORMAT, start.installation.to_string(), &start.after);
    writer.put(&header).map_err(unwritable)?;
    let mut at = start.after.clone();
    while at.id < last {
        let lines = service.lines_to_archive(at.id, last).await.map_err(super::refused)?;
        for line in &lines {
            writer.put(&LineJson::from(line)).map_err(unwritable)?;
            at = AuditHead { id: line.1.id, link: line.1.link.clone() };
        }
        if lines.is_empty() {
            return Err(StartError::Refused("The lines were archived by somebody else meanwhile.".into()));
        }
    }
    let (lines, sha256) = (at.id - start.after.id, writer.digest.so_far());
    writer.put(&Sealed { seal: Seal { lines, last: at.to_string(), sha256 } }).map_err(unwritable)?;
    let file = writer.file.into_inner().map_err(|error| unwritable(error.into_error()))?;
    file.as_file().sync_all().map_err(unwritable)?;
    read::read(file.path(), None).map_err(|fault| {
        StartError::Refused(format!("Nothing was archived: what would be in {} {fault}", place.display()))
    })?;
    file.persist_noclobber(place).map_err(|error| unwritable(error.error))?;
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(unwritable)
}
