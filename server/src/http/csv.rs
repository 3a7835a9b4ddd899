//! Tables for other programs: CSV (RFC 4180) that is written and sent piece by piece, so that no table is ever in
//! memory as a whole, and in which no spreadsheet finds a formula.

use app::domain::Error;
use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt, stream};

/// Without it, Excel takes the file for one in an encoding from before Unicode.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A file of this name: the head, then the rows of the pieces. If a piece cannot be read, the answer breaks off, so
/// that nobody takes a part for the whole.
pub fn answer(
    file_name: &'static str,
    head: &[&str],
    pieces: impl Stream<Item = Result<Vec<Vec<String>>, Error>> + Send + 'static,
) -> Response {
    let head = write(vec![head.iter().copied().map(str::to_owned).collect()]).map(|head| {
        let marked = [BYTE_ORDER_MARK.as_bytes(), &head[..]].concat();
        Bytes::from(marked)
    });
    let pieces = pieces.map(|rows| rows.and_then(write));
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned());
    let name = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file_name}\""));
    let body = Body::from_stream(stream::once(async { head }).chain(pieces));
    ([kind, name], body).into_response()
}

fn write(rows: Vec<Vec<String>>) -> Result<Bytes, Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.into_iter().map(neutral)).map_err(|_| Error::Unavailable)?;
    }
    writer.into_inner().map(Bytes::from).map_err(|_| Error::Unavailable)
}

/// Prefixes a cell that a spreadsheet would take for a formula with an apostrophe (OWASP, "CSV Injection"). Some
/// spreadsheets take full-width signs for the others, and some skip spaces in front of them.
fn neutral(cell: String) -> String {
    let begins = cell.trim_start_matches([' ', '\u{3000}', '\u{a0}']);
    let is_formula = begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n']);
    if is_formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(A1)",
            " =1",
            "\u{3000}＝1",
        ] {
            assert_eq!(neutral(formula.to_owned()), format!("'{formula}"));
        }
        assert_eq!(neutral("Deploy = bot".to_owned()), "Deploy = bot");
    }

    #[test]
    fn quotes_commas_and_lines_stay_inside_of_their_cell() {
        let row = vec!["a\"b".to_owned(), "c,d".to_owned(), "e\nf".to_owned()];
        assert_eq!(write(vec![row]), Ok(Bytes::from_static(b"\"a\"\"b\",\"c,d\",\"e\nf\"\r\n")));
    }
}
