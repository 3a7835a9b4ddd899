//! Lines of the audit log as they leave: what `GET /v1/events` shows, with the link that proves it. Archives have the
//! same lines.

use crate::rest::events::EventJson;
use app::service::{AuditHead, WrittenLine, in_hex};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub const STREAM: &str = "tokenry-audit-stream-1";

/// Stands in front of the lines of an archive, and where a stream begins or goes on in another file.
#[derive(Serialize, Deserialize)]
pub struct Header {
    pub format: String,
    pub installation: String,
    /// The line before the first one, as `LINE:LINK`; `None` in front of the first line ever.
    pub after: Option<String>,
}

impl Header {
    pub fn new(format: &str, installation: String, after: &AuditHead) -> Self {
        let after = (after.id > 0).then(|| after.to_string());
        Self { format: format.to_owned(), installation, after }
    }
}

#[derive(Serialize)]
pub struct LineJson<'a> {
    #[serde(flatten)]
    event: EventJson<'a>,
    /// The details letter by letter, where writing them as JSON would change them.
    #[serde(skip_serializing_if = "Option::is_none")]
    details_text: Option<&'a str>,
    link: String,
}

impl<'a> From<&'a WrittenLine> for LineJson<'a> {
    fn from((line, row): &'a WrittenLine) -> Self {
        let as_written = serde_json::from_str::<Value>(&line.details).map(|details| details.to_string());
        let details_text = (as_written.ok().as_ref() != Some(&line.details)).then_some(line.details.as_str());
        Self { event: line.into(), details_text, link: in_hex(&row.link) }
    }
}

/// Whole lines, each with its ending.
pub fn text(lines: &[WrittenLine]) -> serde_json::Result<Vec<u8>> {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, &LineJson::from(line))?;
        text.push(b'\n');
    }
    Ok(text)
}
