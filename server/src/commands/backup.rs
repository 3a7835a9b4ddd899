//! `tokenry backup`: a checked copy of the data, while the server goes on.

use super::{Opened, audit, opened, output::Output, refused};
use crate::{
    config::BackupArgs,
    error::StartError,
    store::{self, DatabaseUrl},
};
use app::domain::SecretPrefix;
use std::fmt::Display;

/// The backup is kept even if its audit log is broken, and the command then fails with what is wrong.
pub async fn backup(BackupArgs { file, data }: BackupArgs) -> Result<(), StartError> {
    let output = Output::proved()?;
    let most = data.most()?;
    let backup = store::backup(&data.resolve()?, &file).await?;
    let copy = store::open_existing(&DatabaseUrl::sqlite(backup.path())).await;
    let Opened { service, store } = opened(copy, SecretPrefix::default(), most).await?;
    let report = service.verify_audit(None).await.map_err(refused);
    store.close().await;
    let found = report?;
    backup.keep()?;
    let said = |audit: &dyn Display| format!("The backup is in {}. {audit}", file.display());
    let whole = audit::in_words(found).map_err(|broken| StartError::Refused(said(&broken)))?;
    Ok(output.say(said(&whole))?)
}
