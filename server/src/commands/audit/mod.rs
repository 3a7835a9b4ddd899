//! `tokenry audit`: checks the audit log, and moves its oldest lines into archives.

mod file;
mod format;
mod read;
mod stream;

use super::{change, open, output::Output, refused, show};
use crate::{config::AuditCommand, error::StartError};
use app::service::{AuditHead, AuditReport, Service};
use read::Archive;
use std::path::{Path, PathBuf};

pub async fn audit(command: AuditCommand) -> Result<(), StartError> {
    match command {
        AuditCommand::Verify { files, stream, head, data } => {
            let kept = head.map(|text| text.parse::<AuditHead>()).transpose();
            let kept =
                kept.map_err(|_| refuse("A head is written LINE:LINK, as this command prints it.".into()))?;
            if stream {
                return Ok(Output::print(&stream::verify(&files, kept.as_ref())?)?);
            }
            show(open(data), async |service| verify(service, &files, kept.as_ref()).await).await
        }
        AuditCommand::Archive { before, file, data } => {
            change(open(data), async |service| archive(service, &before, &file).await).await
        }
    }
}

const fn refuse(sentence: String) -> StartError {
    StartError::Refused(sentence)
}

/// Writes the lines before a day to a file, unless it holds them already, and cuts them off.
async fn archive(service: &Service, day: &str, place: &Path) -> Result<String, StartError> {
    let start = service.audit_start().await.map_err(refused)?;
    let last = service.last_line_before(day).await.map_err(refused)?;
    if last <= start.after.id {
        return Err(refuse(format!("There is nothing to archive: no line was written before {day}.")));
    }
    let (name, exists) = (place.display(), place.symlink_metadata().is_ok());
    if !exists {
        file::write(service, &start, last, place).await?;
    }
    // Of a command that was stopped in between, the file is left.
    let is_it = |archive: &Archive| {
        archive.installation == start.installation.to_string()
            && (&archive.after, archive.last.id) == (&start.after, last)
    };
    let archive = match read::read(place, None) {
        Ok(archive) if is_it(&archive) => archive,
        _ if exists => {
            return Err(refuse(format!("{name} exists already, and was left as it is. Name another file.")));
        }
        Ok(_) => return Err(refuse(format!("{name} is another file by now. Nothing was cut off."))),
        Err(fault) => return Err(refuse(format!("{name} {fault} Nothing was cut off."))),
    };
    let (first, sha256) = (start.after.id + 1, &archive.sha256);
    service.cut_audit(&start.after, &archive.last, sha256).await.map_err(|error| {
        refuse(format!("The lines are in {name}, and were not cut off: {error} Give the same command again."))
    })?;
    Ok(format!(
        "Lines {first} to {last} of the audit log are in {name} now, and no longer in the data. Its SHA-256 is {sha256}. \
         Keep it: with all archives, in their order, audit verify proves the whole log."
    ))
}

async fn verify(
    service: &Service,
    files: &[PathBuf],
    kept: Option<&AuditHead>,
) -> Result<String, StartError> {
    let Some(row) = in_a_row(files, kept)? else {
        return in_words(service.verify_audit(kept).await.map_err(refused)?);
    };
    let start = service.audit_start().await.map_err(refused)?;
    let (name, Archive { installation, after, last, has_kept, .. }) = row;
    if installation != start.installation.to_string() {
        return Err(refuse(format!("{name} is of another installation than the data.")));
    }
    let (end, cut) = (last.id, start.after.id);
    if end < cut {
        return Err(refuse(format!(
            "{name} ends with line {end}, and the data begins after line {cut}: name the archives between them, too."
        )));
    }
    if end > cut {
        return Err(refuse(format!(
            "{name} ends with line {end}, and the data begins after line {cut}: lines that were archived are in the \
             data again, as after a restore, or were never cut off."
        )));
    }
    if last != start.after {
        return Err(refuse(format!("Line {end} in {name} is another one than the data goes on after.")));
    }
    let in_files = u64::try_from(end - after.id).unwrap_or_default();
    let report = service.verify_audit(kept.filter(|_| !has_kept)).await.map_err(refused)?;
    in_words(match report {
        AuditReport::Whole { lines, head, .. } => {
            AuditReport::Whole { lines: lines + in_files, after: after.id, head }
        }
        // All lines from there on were looked at.
        AuditReport::HeadArchived { id } if id > after.id => AuditReport::HeadMissing { id },
        other => other,
    })
}

/// The archives as one, which has the name of the last.
fn in_a_row(files: &[PathBuf], kept: Option<&AuditHead>) -> Result<Option<(String, Archive)>, StartError> {
    let mut row: Option<(String, Archive)> = None;
    for path in files {
        let name = path.display().to_string();
        let mut next = read::read(path, kept).map_err(|fault| refuse(format!("{name} {fault}")))?;
        if let Some((before, all)) = row {
            if next.installation != all.installation {
                return Err(refuse(format!("{name} is of another installation than {before}.")));
            }
            if next.after != all.last {
                return Err(refuse(format!(
                    "{name} does not go on where {before} ends: it begins with line {}, after one that has the link \
                     {}, and {before} ends with {}. Name archives in the order in which they were made.",
                    next.after.id + 1,
                    next.after,
                    all.last,
                )));
            }
            next.after = all.after;
            next.has_kept |= all.has_kept;
        }
        row = Some((name, next));
    }
    Ok(row)
}

/// The result of a check in words. An audit log that is not whole is an error.
pub fn in_words(report: AuditReport) -> Result<String, StartError> {
    match report {
        AuditReport::Whole { lines, after, head } => {
            let archived = match after {
                0 => String::new(),
                _ => format!(" Lines 1 to {after} are in archives, which were not looked at."),
            };
            let head = head.map(|head| {
                format!(" Its head is {head}: keep it, to prove later that nothing was cut off.")
            });
            Ok(format!("The audit log is whole: {lines} lines.{archived}{}", head.unwrap_or_default()))
        }
        AuditReport::Broken { id } => Err(refuse(format!(
            "The audit log is broken at line {id}: it, or what stood before it, was changed, put in or taken out."
        ))),
        AuditReport::HeadMissing { id } => Err(refuse(format!(
            "The audit log is not the one that this head is from: line {id} is missing or another one."
        ))),
        AuditReport::HeadArchived { id } => Err(refuse(format!(
            "Line {id}, which this head is from, is in an archive: name the archives from that line on, too."
        ))),
    }
}
