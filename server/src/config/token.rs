//! The subcommands and arguments of `tokenry token`.

use super::{ConfigError, DataArgs, DatabaseUrl, File, database, prefix};
use app::domain::{SecretPrefix, TOKENS_PER_PERSON};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token and print its secret once.
    Create {
        #[arg(long)]
        name: String,
        /// Its permissions, as in invoices:read; separate several with commas or spaces, or repeat the flag
        #[arg(long = "permission", required = true, value_name = "PERMISSION", num_args = 1.., value_delimiter = ',')]
        permissions: Vec<String>,
        /// What the token is for.
        #[arg(long, default_value = "")]
        description: String,
        /// The owner's e-mail address [default: the only admin]
        #[arg(long, value_name = "EMAIL")]
        owner: Option<String>,
        /// When it expires, as in 90d, 12h or 30m from now [default: never]
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
        /// An entry of its metadata, as in env:prod; repeat the flag for several
        #[arg(long, value_name = "KEY:VALUE")]
        metadata: Vec<String>,
        /// Print what the HTTP API would return.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        made: MadeArgs,
    },
    /// List all tokens, newest first.
    List {
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Give a token a new secret and print it once.
    Rotate {
        id: String,
        /// Time for which the old secret keeps working, as in 24h [default: it stops at once]
        #[arg(long, value_name = "TIME")]
        overlap: Option<String>,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        made: MadeArgs,
    },
    /// Revoke a token: all of its secrets stop working for good.
    Revoke {
        id: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Import existing keys from elsewhere by their SHA-256, so that no client has to change.
    ///
    /// The file is CSV with the columns name, sha256 and permissions (separated by spaces), and optionally
    /// description, expires_at, last_chars and metadata (a line for each entry, as in env: prod). The whole file is imported, or nothing.
    Import {
        file: PathBuf,
        /// The owner's e-mail address [default: the only admin]
        #[arg(long, value_name = "EMAIL")]
        owner: Option<String>,
        /// Only report what the import would do.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// The arguments for making a secret.
#[derive(Debug, Default, Args)]
pub struct MadeArgs {
    /// The prefix of new secrets, unless one is chosen under Settings > General [default: tkr]
    #[arg(long, env = "TOKENRY_PREFIX", value_name = "PREFIX")]
    pub prefix: Option<String>,
    #[command(flatten)]
    pub data: DataArgs,
}

impl MadeArgs {
    pub fn resolve(self) -> Result<(DatabaseUrl, SecretPrefix), ConfigError> {
        let file = File::read(self.data.config.as_deref())?;
        let data = self.data;
        let url = database(data.database.or(file.database), data.journal.or(file.journal))?;
        Ok((url, prefix(self.prefix.or(file.prefix))?))
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
