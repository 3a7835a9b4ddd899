//! The file of an import: CSV as spreadsheets write it. The domain interprets its rows.

mod table;

use super::refused;
use crate::error::StartError;
use app::{
    domain::{ImportFault, ImportRow, TokenForm},
    service::{ImportReport, Service},
};
use std::path::Path;

/// Largest file in bytes: as much as ten thousand tokens could need.
const BYTES_MAX: u64 = 32 * 1024 * 1024;
/// The digest of a key does not reveal how long the key is.
const SHORT_KEYS: &str =
    "Whoever gets at the data can guess short keys: rotate those with fewer than 20 random characters.";
/// Most faults that are shown. A file with more of them has a different problem.
const FAULTS_SHOWN: usize = 50;

pub fn read(path: &Path) -> Result<Vec<ImportRow>, StartError> {
    let fail = |what: String| StartError::Refused(format!("{} cannot be imported: {what}", path.display()));
    let length = std::fs::metadata(path).map_err(|error| fail(error.to_string()))?.len();
    if length > BYTES_MAX {
        return Err(fail(format!("it has {length} bytes, and {BYTES_MAX} are the most.")));
    }
    let bytes = std::fs::read(path).map_err(|error| fail(error.to_string()))?;
    let rows: Vec<ImportRow> = table::rows(&bytes).map_err(fail)?.into_iter().map(row).collect();
    match rows.is_empty() {
        true => Err(fail("there is no row below the names of the columns.".to_owned())),
        false => Ok(rows),
    }
}

fn row((line, cells): table::Row) -> ImportRow {
    let [name, sha256, permissions, description, expires_at, last_chars, metadata] = cells;
    let several = permissions.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'));
    let permissions = several.filter(|text| !text.is_empty()).map(str::to_owned).collect();
    let form = TokenForm {
        name,
        description,
        permissions,
        expires_at: Some(expires_at),
        metadata: Some(metadata),
        ..TokenForm::default()
    };
    ImportRow { line, form, sha256, last_chars }
}

/// Imports the rows, or rehearses the import, and returns the result as a sentence.
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
            Ok(format!("All {count} tokens could be imported for {name}. Nothing was changed. {SHORT_KEYS}"))
        }
        ImportReport::Whole(count) => {
            Ok(format!("All {count} tokens were imported for {name}. {SHORT_KEYS}"))
        }
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
