//! `tokenry restore`: a backup in the place of the data. What had ended since stays so.

use super::output::Output;
use crate::{config::RestoreArgs, error::StartError, store};
use std::fmt::Write;

pub async fn restore(RestoreArgs { file, data }: RestoreArgs) -> Result<(), StartError> {
    let output = Output::proved()?;
    let url = data.resolve()?;
    let kept = store::restore(&url, &file).await?;
    let mut said = format!(
        "The data of {} is at {url}. What had ended since it was copied is ended again",
        file.display()
    );
    said.push_str("; the log above says what, and so does the audit log.");
    if let Some(kept) = kept {
        let _ = write!(said, " The data that was there is kept as {}.", kept.display());
    }
    Ok(output.say(said)?)
}
