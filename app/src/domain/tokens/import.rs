//! Tokens that were made elsewhere, as rows of a table. Of their keys, a row has only the digest and perhaps the last
//! characters.

use crate::domain::{Catalogue, Error, PermissionSet, SecretHint, TokenDetails, TokenForm};
use std::fmt;

/// One row, unparsed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ImportRow {
    /// Its line in the file.
    pub line: u64,
    pub form: TokenForm,
    /// SHA-256 of the key's bytes, as 64 hexadecimal digits. It does not print: by mistake, it may be the key itself.
    pub sha256: String,
    pub last_chars: String,
}

/// One row, parsed.
#[derive(Clone, PartialEq, Eq)]
pub struct ParsedImport {
    pub details: TokenDetails,
    pub digest: [u8; 32],
    pub hint: SecretHint,
}

impl fmt::Debug for ImportRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportRow")
            .field("line", &self.line)
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ParsedImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParsedImport").field("details", &self.details).finish_non_exhaustive()
    }
}

/// A reason why a row cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFault {
    pub line: u64,
    pub detail: String,
}

impl ImportRow {
    /// Parses every field and reports all faults at once.
    pub fn parse(&self, catalogue: &Catalogue) -> Result<ParsedImport, Vec<ImportFault>> {
        let mut faults = Vec::new();
        let mut fault = |detail: String| faults.push(ImportFault { line: self.line, detail });
        let details = self.form.parse(catalogue, &PermissionSet::default()).map_err(|error| match error {
            Error::Invalid { errors } => errors
                .into_iter()
                .for_each(|wrong| fault(format!("{}: {}", wrong.field.name(), wrong.detail))),
            other => fault(other.to_string()),
        });
        let digest = digest(&self.sha256);
        if digest.is_none() {
            // The message does not repeat the value: it may be the key itself.
            fault("sha256: Write the SHA-256 of the key as 64 hexadecimal digits, and never the key.".into());
        }
        let hint =
            SecretHint::foreign(&self.last_chars).map_err(|error| fault(format!("last_chars: {error}")));
        match (details, digest, hint) {
            (Ok(details), Some(digest), Ok(hint)) => Ok(ParsedImport { details, digest, hint }),
            _ => Err(faults),
        }
    }
}

fn digest(hex: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    bytes.try_into().ok().filter(|_| digits.len() == 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_sixty_four_hexadecimal_digits() {
        let mut expected = [0; 32];
        (expected[0], expected[31]) = (0xAB, 0x0F);
        let middle = "0".repeat(60);
        assert_eq!(digest(&format!("aB{middle}0f")), Some(expected));
        for refused in ["".to_owned(), "ab".to_owned(), "0".repeat(63), "0".repeat(65), "g".repeat(64)] {
            assert_eq!(digest(&refused), None, "{refused}");
        }
    }

    #[test]
    fn everything_that_is_wrong_with_a_row_is_said_and_a_key_is_not_repeated() {
        let row = ImportRow {
            line: 3,
            sha256: "sk_live_the-key-itself".into(),
            last_chars: "too long".into(),
            ..ImportRow::default()
        };
        let faults = row.parse(&Catalogue::default()).err().unwrap_or_default();
        let words: Vec<&str> =
            faults.iter().map(|fault| fault.detail.split(':').next().unwrap_or("")).collect();
        assert_eq!(words, ["name", "permissions", "sha256", "last_chars"]);
        assert!(faults.iter().all(|fault| fault.line == 3 && !fault.detail.contains("sk_live")));
    }
}
