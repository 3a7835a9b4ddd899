//! The subcommands and arguments of `tokenry token`.

use super::{ConfigError, DataArgs, DatabaseUrl, File, database, prefix};
use app::domain::{SecretPrefix, TOKENS_PER_PERSON};
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

/// The arguments for making a secret.
#[derive(Debug, Default, Args)]
pub struct MadeArgs {
    /// What new secrets begin with, unless it is chosen under Settings > General [default: tkr]
    #[arg(long, env = "TOKENRY_PREFIX", value_name = "PREFIX")]
    pub prefix: Option<String>,
    #[command(flatten)]
    pub data: DataArgs,
}

impl MadeArgs {
    pub fn resolve(self) -> Result<(DatabaseUrl, SecretPrefix), ConfigError> {
        let file = File::read(self.data.config.as_deref())?;
        Ok((database(self.data.database.or(file.database))?, prefix(self.prefix.or(file.prefix))?))
    }
}

/// Largest limit that is accepted.
const TOKENS_PER_PERSON_MAX: u32 = 1_000_000;

/// An empty environment variable is ignored.
pub(super) fn tokens_per_person(asked: Option<String>, file: Option<u32>) -> Result<u32, ConfigError> {
    let asked = asked.filter(|asked| !asked.is_empty()).or(file.map(|number| number.to_string()));
    let Some(asked) = asked else { return Ok(TOKENS_PER_PERSON) };
    let number = asked.parse().ok().filter(|number| (1..=TOKENS_PER_PERSON_MAX).contains(number));
    number.ok_or(ConfigError::TokensPerPerson(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_five_hundred_tokens_unless_something_else_is_said() {
        let most = |asked: Option<&str>, file| tokens_per_person(asked.map(str::to_owned), file);
        assert_eq!(most(None, None), Ok(500));
        assert_eq!(most(Some(""), None), Ok(500));
        assert_eq!(most(None, Some(20)), Ok(20));
        assert_eq!(most(Some("2000"), Some(20)), Ok(2_000));
        for wrong in ["0", "-1", "1000001", "many", "5e2"] {
            assert_eq!(
                most(Some(wrong), None),
                Err(ConfigError::TokensPerPerson(wrong.to_owned())),
                "{wrong}"
            );
        }
    }
}
