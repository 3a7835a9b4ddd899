//! `tokenry migrate-to`: an installation in another database, on another engine.

use super::{Opened, audit, opened, output::Output, refused};
use crate::{
    config::MigrateArgs,
    error::StartError,
    store::{self, DatabaseUrl},
};
use app::domain::SecretPrefix;

pub async fn migrate(MigrateArgs { to, data }: MigrateArgs) -> Result<(), StartError> {
    let output = Output::proved()?;
    let most = data.most()?;
    let (from, to): (DatabaseUrl, DatabaseUrl) = (data.resolve()?, to.parse().map_err(refused_url)?);
    let copied = store::copy(&from, &to).await?;
    let there = store::open_existing(&to).await;
    let Opened { service, store } = opened(there, SecretPrefix::default(), most).await?;
    let report = service.verify_audit(None).await.map_err(refused);
    store.close().await;
    let audit = audit::in_words(report?)?;
    let rows: u64 = copied.iter().map(|(_, count)| count).sum();
    let of = |name: &str| copied.iter().find(|(table, _)| *table == name).map_or(0, |(_, count)| *count);
    Ok(output.say(format!(
        "{from} is copied to {to}: {}, {}, {rows} rows, all read back and compared. {audit} Stop the \
         servers of the old database now, and start them with --database {to}: what they write from here on is not in \
         the new one.",
        counted(of("person"), "account", "accounts"),
        counted(of("token"), "token", "tokens"),
    ))?)
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn refused_url(wrong: store::DatabaseUrlError) -> StartError {
    StartError::Refused(wrong.to_string())
}
