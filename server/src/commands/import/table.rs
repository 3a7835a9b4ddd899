//! CSV as spreadsheets save it: with a byte order mark or in UTF-16, with semicolons or tabs, with a line that names
//! the delimiter, with empty rows and columns, and with column names as people write them.

/// The columns of a row, in this order. A missing cell is empty.
pub const COLUMNS: [&str; 7] =
    ["name", "sha256", "permissions", "description", "expires_at", "last_chars", "metadata"];
/// Number of columns, from the first, that are required.
const COLUMNS_NEEDED: usize = 3;
const DELIMITERS: [u8; 3] = *b",;\t";

/// The line that a row begins on, and the cells of the row.
pub type Row = (u64, [String; COLUMNS.len()]);

/// The rows that are not empty. Errors never quote a cell, since it may be a key.
pub fn rows(bytes: &[u8]) -> Result<Vec<Row>, String> {
    // Lines are counted by their `\n`, which an `\r` may precede.
    let text = decoded(bytes)?.replace("\r\n", "\n");
    let (said, table) = match text.split_once('\n') {
        Some((first, rest)) if said_delimiter(first).is_some() => (said_delimiter(first), rest),
        _ => (None, text.as_str()),
    };
    let lines_before = u64::from(said.is_some());
    let delimiter = said.unwrap_or_else(|| delimiter_of(table));
    let mut reader = reader(table, delimiter);
    let headers = reader.headers().map_err(|error| sentence(&error, lines_before))?.clone();
    let places = places(&headers)?;
    let needed = places[..COLUMNS_NEEDED].iter().flatten().max().map_or(0, |last| last + 1);
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1 + lines_before, 0);
    for record in reader.records() {
        let record = record.map_err(|error| sentence(&error, lines_before))?;
        // The position is before any blank lines; the row begins after them.
        let from = record.position().and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or_default();
        let text_from =
            table.get(from..).map_or(from, |rest| table.len() - rest.trim_start_matches('\n').len());
        line += table.get(counted..text_from).map_or(0, |passed| passed.matches('\n').count() as u64);
        counted = text_from;
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let mut filled = (0..record.len()).filter(|at| !cell(*at).is_empty()).peekable();
        if filled.peek().is_none() {
            continue;
        }
        if let Some(at) = filled.find(|at| !places.contains(&Some(*at))) {
            return Err(format!("line {line} has something in column {}, which has no name.", at + 1));
        }
        if record.len() < needed {
            return Err(format!("line {line} has fewer fields than it needs."));
        }
        rows.push((line, places.map(|at| at.map(cell).unwrap_or_default().to_owned())));
    }
    Ok(rows)
}

fn decoded(bytes: &[u8]) -> Result<String, String> {
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|two| unit([two[0], two[1]])).collect();
        String::from_utf16(&units)
            .map_err(|_| "it is not written in UTF-16 as its beginning says.".to_owned())
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))
            .map(str::to_owned)
            .map_err(|_| {
                let line =
                    bytes.utf8_chunks().next().map_or(0, |good| good.valid().matches('\n').count()) + 1;
                format!("line {line} is not written in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.")
            }),
    }
}

/// The delimiter that a first line such as `sep=;` declares, as Excel reads it.
fn said_delimiter(line: &str) -> Option<u8> {
    let line = line.trim_matches('"');
    let (word, said) = line.split_at_checked(4)?;
    let said = Some(said).filter(|said| word.eq_ignore_ascii_case("sep=") && said.len() == 1)?;
    said.bytes().next().filter(u8::is_ascii)
}

/// The delimiter with which the first line has the most known column names.
fn delimiter_of(table: &str) -> u8 {
    let known = |delimiter: u8| {
        let headers = reader(table, delimiter).headers().cloned().unwrap_or_default();
        headers.iter().filter(|header| column(header).is_some()).count()
    };
    // `max_by_key` takes the last of several maxima, so the order is reversed to prefer the first.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| known(*delimiter)).unwrap_or(b',')
}

fn reader(table: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(table.as_bytes())
}

/// The column that this header names: `Expires at` and `SHA-256` are names, too.
fn column(header: &str) -> Option<usize> {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    COLUMNS.into_iter().position(|column| plain(column) == plain(header))
}

/// The position of each column in the header.
fn places(headers: &csv::StringRecord) -> Result<[Option<usize>; COLUMNS.len()], String> {
    let refuse = |why: String| {
        let (needed, others) = (COLUMNS[..COLUMNS_NEEDED].join(", "), COLUMNS[COLUMNS_NEEDED..].join(", "));
        Err(format!("its first line has to name its columns: {needed}, and if you like {others}.{why}"))
    };
    let mut places = [None; COLUMNS.len()];
    for (at, header) in headers.iter().enumerate().filter(|(_, header)| !header.trim().is_empty()) {
        match column(header) {
            None => return refuse(format!(" Column {} is none of these.", at + 1)),
            Some(known) if places[known].is_some() => {
                return refuse(format!(" There are two called {}.", COLUMNS[known]));
            }
            Some(known) => places[known] = Some(at),
        }
    }
    match places[..COLUMNS_NEEDED].iter().position(Option::is_none) {
        Some(missing) => refuse(format!(" There is no {}.", COLUMNS[missing])),
        None => Ok(places),
    }
}

fn sentence(error: &csv::Error, lines_before: u64) -> String {
    let line = error.position().map_or(1, csv::Position::line) + lines_before;
    format!("line {line} cannot be read.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: &str = "name,sha256,permissions,description,expires_at,last_chars\r\n\
        Billing sync,AB,projects:read,\"Nightly, at two\",2027-02-21,x9Qf\r\n\
        Déploy,CD,projects:write,,,\r\n";

    fn read(bytes: &[u8]) -> Vec<(u64, String)> {
        let shown = |cells: [String; COLUMNS.len()]| cells.join("|").trim_end_matches('|').to_owned() + "|";
        rows(bytes).unwrap_or_default().into_iter().map(|(line, cells)| (line, shown(cells))).collect()
    }

    fn usual() -> Vec<(u64, String)> {
        vec![
            (2, "Billing sync|AB|projects:read|Nightly, at two|2027-02-21|x9Qf|".to_owned()),
            (3, "Déploy|CD|projects:write|".to_owned()),
        ]
    }

    #[test]
    fn a_table_is_read_as_spreadsheets_save_it() {
        let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
        };
        let with = |delimiter: char| {
            USUAL.replace("\"Nightly, at two\"", "Nightly; at two").replace(',', &delimiter.to_string())
        };
        let quoted = |text: &str| text.replace("Nightly; at two", "\"Nightly; at two\"");
        assert_eq!(read(USUAL.as_bytes()), usual());
        assert_eq!(read(format!("\u{feff}{USUAL}").as_bytes()), usual());
        assert_eq!(read(USUAL.replace("\r\n", "\n").trim_end().as_bytes()), usual());
        assert_eq!(read(&utf_16(USUAL, u16::to_le_bytes)), usual());
        assert_eq!(read(&utf_16(USUAL, u16::to_be_bytes)), usual());
        let semicolons = quoted(&with(';'));
        for other in [semicolons.clone(), with('\t'), semicolons.to_uppercase().replace("ÉPLOY", "éploy")] {
            let rows = read(other.as_bytes());
            assert_eq!(rows.len(), 2, "{other}");
            assert!(
                rows[0].1.to_lowercase().starts_with("billing sync|ab|projects:read|nightly; at two|"),
                "{rows:?}"
            );
        }
    }

    #[test]
    fn a_line_that_says_what_stands_between_cells_is_believed_and_counted() {
        for first in ["sep=;\r\n", "SEP=;\n", "\"sep=;\"\r\n", "\u{feff}sep=;\r\n"] {
            let text = format!("{first}name;sha256;permissions\r\nSync;AB;a:b\r\n");
            assert_eq!(read(text.as_bytes()), [(3, "Sync|AB|a:b|".to_owned())], "{first:?}");
        }
        assert_eq!(read(b"sep=|\nname|sha256|permissions\nSync|AB|a:b\n"), [(3, "Sync|AB|a:b|".to_owned())]);
    }

    #[test]
    fn names_of_columns_are_read_as_people_write_them() {
        let text = "Last Chars, NAME ,Expires at,SHA-256,Permissions\nx9Qf,Sync,2027-02-21,AB,a:b\n";
        assert_eq!(read(text.as_bytes()), [(2, "Sync|AB|a:b||2027-02-21|x9Qf|".to_owned())]);
    }

    #[test]
    fn a_cell_may_have_several_lines() {
        let text = "name,sha256,permissions,metadata\nSync,AB,a:b,\"env: prod\nteam: pay\"\nDeploy,CD,a:b,\n";
        let expected =
            [(2, "Sync|AB|a:b||||env: prod\nteam: pay|".to_owned()), (4, "Deploy|CD|a:b|".to_owned())];
        assert_eq!(read(text.as_bytes()), expected);
    }

    #[test]
    fn rows_and_columns_in_which_nothing_stands_are_passed_over() {
        let text = "name,sha256,permissions,description,,,\n\
            Sync,AB,a:b,,,,\n,,,,,,\n , ,,\n\nDeploy,CD,a:b\n,,,,,,\n";
        let expected = [(2, "Sync|AB|a:b|".to_owned()), (6, "Deploy|CD|a:b|".to_owned())];
        assert_eq!(read(text.as_bytes()), expected);
    }

    #[test]
    fn what_cannot_be_read_is_named_once_and_without_what_stands_there() {
        for (text, said) in [
            ("", "its first line has to name its columns: name, sha256, permissions, and if you like"),
            ("name,sha256\nSync,key\n", "There is no permissions."),
            ("name,sha256,permissions,key\n", "Column 4 is none of these."),
            ("Sync,key,a:b\n", "Column 1 is none of these."),
            ("name,sha256,permissions,Name\n", "There are two called name."),
            ("name,sha256,permissions\nSync,AB\n", "line 2 has fewer fields than it needs."),
            (
                "name,sha256,permissions,\nSync,AB,a:b,key\n",
                "line 2 has something in column 4, which has no name.",
            ),
            (
                "name,sha256,permissions\nSync,AB,a:b,,key\n",
                "line 2 has something in column 5, which has no name.",
            ),
        ] {
            let refused = rows(text.as_bytes()).err().unwrap_or_default();
            assert!(refused.contains(said) && !refused.contains("key"), "{text:?}: {refused}");
        }
        let latin = [USUAL.as_bytes(), b"D\xE9ploy,EF,a:b,,,\n"].concat();
        assert!(rows(&latin).err().unwrap_or_default().starts_with("line 4 is not written in UTF-8."));
    }
}
