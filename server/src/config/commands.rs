//! The arguments of the commands that do not serve, and what they come to.

use super::{ConfigError, DatabaseUrl, File, OriginArgs, database, network, token::tokens_per_person};
use crate::outbox::MailSettings;
use clap::{Args, Subcommand};
use std::{net::SocketAddr, path::PathBuf};

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to write, which must not exist yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub data: DataArgs,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub data: DataArgs,
}

#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// The URL of the new database
    #[arg(value_name = "URL", env = "TOKENRY_NEW_DATABASE_URL")]
    pub to: String,
    #[command(flatten)]
    pub data: DataArgs,
}

#[derive(Debug, Default, Args)]
pub struct PingArgs {
    /// The address that the server listens on [default: 127.0.0.1:3000]
    #[arg(long, env = "TOKENRY_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// The certificate of the server, if it has one
    #[arg(long, env = "TOKENRY_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The server's TOML file, which can have the same settings
    #[arg(long, env = "TOKENRY_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The location of the data, for commands that do not serve.
#[derive(Debug, Default, Args)]
pub struct DataArgs {
    /// The URL of the database [default: sqlite:data/tokenry.db]
    #[arg(long, env = "TOKENRY_DATABASE_URL", value_name = "URL")]
    pub database: Option<String>,
    /// With PostgreSQL: the server's journal of what has ended
    #[arg(long, env = "TOKENRY_JOURNAL", value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// The server's TOML file, which can have the same settings
    #[arg(long, env = "TOKENRY_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Maximum number of tokens per person, from 1 to 1,000,000 [default: 500]
    #[arg(long, env = "TOKENRY_TOKENS_PER_PERSON", value_name = "NUMBER")]
    pub tokens_per_person: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Add a person who can sign in at once.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// admin, member or viewer
        #[arg(long)]
        role: String,
        /// Read the password from the first line of standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The server's catalogue file, for a new database [default: an example]
        #[arg(long, env = "TOKENRY_CATALOGUE", value_name = "FILE")]
        catalogue: Option<PathBuf>,
        #[command(flatten)]
        data: DataArgs,
    },
    /// List all people, newest first.
    List {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Disable a person: sign them out everywhere and keep them out.
    Disable {
        #[arg(long)]
        email: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Remove all second factors of a person who has lost them, and sign them out everywhere.
    ResetSecondFactors {
        #[arg(long)]
        email: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Print a link for choosing a new password, or set the password.
    ResetPassword {
        #[arg(long)]
        email: String,
        /// Set the password to the first line of standard input instead.
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        origin: OriginArgs,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Send a mail to this address by the server's settings.
    Test {
        #[arg(value_name = "ADDRESS")]
        to: String,
        /// The server's mail server
        #[arg(long, env = "TOKENRY_SMTP_URL", value_name = "URL")]
        smtp_url: Option<String>,
        /// The server's sender of mails
        #[arg(long, env = "TOKENRY_MAIL_FROM", value_name = "ADDRESS")]
        mail_from: Option<String>,
        /// The server's TOML file, which can have the same settings
        #[arg(long, env = "TOKENRY_CONFIG", value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

impl MailCommand {
    /// The recipient, and the settings if there are any.
    pub fn resolve(self) -> Result<(String, Option<MailSettings>), ConfigError> {
        let Self::Test { to, smtp_url, mail_from, config } = self;
        let file = File::read(config.as_deref())?;
        let settings = MailSettings::resolve(smtp_url.or(file.smtp_url), mail_from.or(file.mail_from))?;
        Ok((to, settings))
    }
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Find the first line that was changed, inserted or removed.
    Verify {
        /// All archives of the log, in the order in which they were made: the chain is checked across them.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The files are what was received of a stream, in their order. They are checked by themselves, without the data.
        #[arg(long, requires = "files")]
        stream: bool,
        /// The head that an earlier check printed: proves that nothing was cut off since.
        #[arg(long, value_name = "LINE:LINK")]
        head: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Move the lines before a day into a file, while the server runs.
    ///
    /// The file is checked before anything is taken out of the data, and the log goes on where it ends. A command that was
    /// stopped can be given again.
    Archive {
        /// A day in the past, as in 2026-11-23: lines from this day on stay, by UTC.
        #[arg(long, value_name = "DATE")]
        before: String,
        /// The file to write, which must not exist yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        data: DataArgs,
    },
}

impl DataArgs {
    /// The limit on tokens per person.
    pub fn most(&self) -> Result<u32, ConfigError> {
        let file = File::read(self.config.as_deref())?;
        tokens_per_person(self.tokens_per_person.clone(), file.tokens_per_person)
    }

    pub fn resolve(self) -> Result<DatabaseUrl, ConfigError> {
        let file = File::read(self.config.as_deref())?;
        database(self.database.or(file.database), self.journal.or(file.journal))
    }

    /// Like [`DataArgs::resolve`], with the catalogue that a new database begins with.
    pub fn resolve_with(
        self,
        catalogue: Option<PathBuf>,
    ) -> Result<(DatabaseUrl, Option<PathBuf>), ConfigError> {
        let file = File::read(self.config.as_deref())?;
        let url = database(self.database.or(file.database), self.journal.or(file.journal))?;
        Ok((url, catalogue.or(file.catalogue)))
    }
}

impl PingArgs {
    /// The address that the server listens on, and whether it speaks TLS there.
    pub fn resolve(self) -> Result<(SocketAddr, bool), ConfigError> {
        let file = File::read(self.config.as_deref())?;
        let has_tls = self.tls_cert.or(file.tls_cert).is_some();
        Ok((network::address(self.listen.or(file.listen))?, has_tls))
    }
}
