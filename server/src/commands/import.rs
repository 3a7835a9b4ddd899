//! The file of an import: CSV, as spreadsheets write it. What its rows mean is the domain's to say.

use super::refused;
use crate::serve::StartError;
use app::{
    domain::{ImportFault, ImportRow, TokenForm},
    service::{ImportReport, Service},
};
use std::path::Path;

/// Largest file, in bytes: all that ten thousand tokens could need.
const BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Most faults that are shown; who has more of them has another problem.
const FAULTS_SHOWN: usize = 50;

const COLUMNS: [&str; 6] = ["name", "sha256", "permissions", "description", "expires_at", "last_chars"];
/// So many of them, from the first, have to be there.
const COLUMNS_NEEDED: usize = 3;

pub fn read(path: &Path) -> Result<Vec<ImportRow>, StartError> {
    let fail = |what: String| StartError::Refused(format!("{} cannot be imported: {what}", path.display()));
    let bytes = std::fs::metadata(path).map_err(|error| fail(error.to_string()))?.len();
    if bytes > BYTES_MAX {
        return Err(fail(format!("it has {bytes} bytes, and {BYTES_MAX} are the most.")));
    }
    let file = std::fs::File::open(path).map_err(|error| fail(error.to_string()))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let headers = reader.headers().map_err(|error| fail(sentence(&error)))?;
    let unknown = headers.iter().any(|header| !COLUMNS.contains(&header));
    let place = |column: &str| headers.iter().position(|header| header == column);
    let places = COLUMNS.map(place);
    let is_doubled = places.iter().flatten().count() != headers.len();
    if unknown || is_doubled || places[..COLUMNS_NEEDED].contains(&None) {
        return Err(fail(format!(
            "its first line has to name its columns: {}, and if you like {}.",
            COLUMNS[..COLUMNS_NEEDED].join(", "),
            COLUMNS[COLUMNS_NEEDED..].join(", "),
        )));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| fail(sentence(&error)))?;
        let [name, sha256, permissions, description, expires_at, last_chars] =
            places.map(|place| place.and_then(|at| record.get(at)).unwrap_or_default().to_owned());
        rows.push(ImportRow {
            line: record.position().map_or(0, csv::Position::line),
            form: TokenForm {
                name,
                description,
                permissions: permissions.split_whitespace().map(str::to_owned).collect(),
                expires_at: Some(expires_at),
                ..TokenForm::default()
            },
            sha256,
            last_chars,
        });
    }
    if rows.is_empty() {
        return Err(fail("there is no row below the names of the columns.".to_owned()));
    }
    Ok(rows)
}

/// What is wrong with the file, without what stands in it.
fn sentence(error: &csv::Error) -> String {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { .. } => {
            format!("line {line} has more or fewer fields than there are columns.")
        }
        csv::ErrorKind::Utf8 { .. } => format!("line {line} is not written in UTF-8."),
        csv::ErrorKind::Io(cause) => cause.to_string(),
        _ => format!("line {line} cannot be read."),
    }
}

/// What became of it, in a sentence.
pub async fn import(
    service: &Service,
    owner: Option<&str>,
    rows: &[ImportRow],
    is_rehearsal: bool,
) -> Result<String, StartError> {
    let caller = service.operator_for(owner).await.map_err(refused)?;
    let name = caller.name.as_str();
    match service.import_tokens(&caller, rows, is_rehearsal).await.map_err(refused)? {
        ImportReport::Whole(count) if is_rehearsal => {
            Ok(format!("All {count} tokens could be imported for {name}. Nothing was changed."))
        }
        ImportReport::Whole(count) => Ok(format!("All {count} tokens were imported for {name}.")),
        ImportReport::Refused(faults) => Err(StartError::Refused(in_words(&faults))),
    }
}

fn in_words(faults: &[ImportFault]) -> String {
    let shown =
        faults.iter().take(FAULTS_SHOWN).map(|fault| format!("\nLine {}: {}", fault.line, fault.detail));
    let more = faults.len().saturating_sub(FAULTS_SHOWN);
    let more = if more > 0 { format!("\nAnd {more} more.") } else { String::new() };
    format!("Nothing was imported.{}{more}", shown.collect::<String>())
}
