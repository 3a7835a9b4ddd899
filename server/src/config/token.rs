//! What can be said to `tokenry token`.

use super::{ConfigError, DataArgs, File, database, prefix};
use app::domain::SecretPrefix;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token and print its secret, this once.
    Create {
        #[arg(long)]
        name: String,
        /// What it may do, as in invoices:read; several with commas, spaces or repeated
        #[arg(long = "permission", required = true, value_name = "PERMISSION", num_args = 1.., value_delimiter = ',')]
        permissions: Vec<String>,
        /// What it is for.
        #[arg(long, default_value = "")]
        description: String,
        /// Who answers for it: an e-mail address [default: the only admin]
        #[arg(long, value_name = "EMAIL")]
        owner: Option<String>,
        /// When it ends, as in 90d, 12h or 30m from now [default: never]
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
        /// Print what the HTTP API would answer.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        made: MadeArgs,
    },
    /// List all tokens, the newest first.
    List {
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Give a token a new secret and print it, this once.
    Rotate {
        id: String,
        /// How long the old secret goes on working, as in 24h [default: not at all]
        #[arg(long, value_name = "TIME")]
        overlap: Option<String>,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        made: MadeArgs,
    },
    /// End a token for good: none of its secrets works any more.
    Revoke {
        id: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Import keys that were made elsewhere, by their SHA-256, so that no client has to change.
    ///
    /// The file is CSV with the columns name, sha256 and permissions (separated by spaces), and if you like
    /// description, expires_at and last_chars. All of it is imported, or nothing.
    Import {
        file: PathBuf,
        /// Who answers for them: an e-mail address [default: the only admin]
        #[arg(long, value_name = "EMAIL")]
        owner: Option<String>,
        /// Only say what would become of it.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// What making a secret needs to know.
#[derive(Debug, Default, Args)]
pub struct MadeArgs {
    /// What new secrets begin with, unless it is chosen under Settings > General [default: tkr]
    #[arg(long, env = "TOKENRY_PREFIX", value_name = "PREFIX")]
    pub prefix: Option<String>,
    #[command(flatten)]
    pub data: DataArgs,
}

impl MadeArgs {
    pub fn resolve(self) -> Result<(PathBuf, SecretPrefix), ConfigError> {
        let file = File::read(self.data.config.as_deref())?;
        Ok((database(self.data.database.or(file.database))?, prefix(self.prefix.or(file.prefix))?))
    }
}
