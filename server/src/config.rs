//! What the operator asked for: flags, then `TOKENRY_*` in the environment, then an optional TOML file.
//! Nonsense is refused before anything is touched.

use app::domain::SecretPrefix;
use clap::{Args, Parser, Subcommand};
use serde::Deserialize;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

/// The self-hosted home of a team's API tokens.
#[derive(Debug, Parser)]
#[command(name = "tokenry", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the console.
    Serve(ServeArgs),
}

#[derive(Debug, Default, Args)]
pub struct ServeArgs {
    /// Where to listen: a loopback address and a port; port 0 takes a free one [default: 127.0.0.1:3000]
    #[arg(long, env = "TOKENRY_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Where the data is [default: sqlite:data/tokenry.db]
    #[arg(long, env = "TOKENRY_DATABASE_URL", value_name = "URL")]
    pub database: Option<String>,
    /// A TOML file whose catalogue of permissions takes the place of the stored one at every start
    #[arg(long, env = "TOKENRY_CATALOGUE", value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// What new secrets begin with [default: tkr]
    #[arg(long, env = "TOKENRY_PREFIX", value_name = "PREFIX")]
    pub prefix: Option<String>,
    /// A TOML file with any of the above: listen, database, catalogue, prefix
    #[arg(long, env = "TOKENRY_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The optional file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<String>,
    database: Option<String>,
    catalogue: Option<PathBuf>,
    prefix: Option<String>,
}

/// What will be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub listen: SocketAddr,
    pub database: PathBuf,
    pub catalogue: Option<PathBuf>,
    pub prefix: SecretPrefix,
}

/// Why a configuration was refused. Displays as what to change.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{path} cannot be read: {cause}", path = .path.display())]
    File { path: PathBuf, cause: String },
    #[error("“{0}” is no address to listen on. Write an IP address and a port, as in 127.0.0.1:3000.")]
    Listen(String),
    #[error(
        "Tokenry has no accounts yet, so whoever reaches it can manage every token: it only listens on loopback (127.0.0.1 or [::1]), not on {0}."
    )]
    Public(IpAddr),
    #[error(
        "“{0}” is no database this build knows. Write sqlite: and the path of a file, as in sqlite:data/tokenry.db."
    )]
    Database(String),
    #[error("The prefix “{0}” cannot be used. Take 1 to 16 characters of a-z, 0-9 and _.")]
    Prefix(String),
}

impl ServeArgs {
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let file = match &self.config {
            None => File::default(),
            Some(path) => {
                let fail = |cause: String| ConfigError::File { path: path.clone(), cause };
                let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
                toml::from_str(&text).map_err(|e| fail(e.to_string()))?
            }
        };
        Ok(Config {
            listen: listen(self.listen.or(file.listen))?,
            database: database(self.database.or(file.database))?,
            catalogue: self.catalogue.or(file.catalogue),
            prefix: prefix(self.prefix.or(file.prefix))?,
        })
    }
}

fn listen(asked: Option<String>) -> Result<SocketAddr, ConfigError> {
    let Some(asked) = asked else { return Ok((Ipv4Addr::LOCALHOST, 3000).into()) };
    let address: SocketAddr = asked.parse().map_err(|_| ConfigError::Listen(asked))?;
    if address.ip().is_loopback() { Ok(address) } else { Err(ConfigError::Public(address.ip())) }
}

fn database(asked: Option<String>) -> Result<PathBuf, ConfigError> {
    let Some(asked) = asked else { return Ok("data/tokenry.db".into()) };
    match asked.strip_prefix("sqlite:") {
        // `sqlite://path` is how other programs write it; in-memory databases and options are not for data.
        Some(path) => match path.strip_prefix("//").unwrap_or(path) {
            "" | ":memory:" => Err(ConfigError::Database(asked)),
            path if path.contains('?') => Err(ConfigError::Database(asked)),
            path => Ok(path.into()),
        },
        None => Err(ConfigError::Database(asked)),
    }
}

fn prefix(asked: Option<String>) -> Result<SecretPrefix, ConfigError> {
    asked.map_or(Ok(SecretPrefix::default()), |asked| {
        SecretPrefix::parse(&asked).map_err(|_| ConfigError::Prefix(asked))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut ServeArgs)) -> Result<Config, ConfigError> {
        let mut args = ServeArgs::default();
        change(&mut args);
        args.resolve()
    }

    #[test]
    fn nothing_said_means_loopback_and_a_file_in_data() {
        let config = with(|_| ());
        assert_eq!(config.as_ref().map(|c| c.listen.to_string()), Ok("127.0.0.1:3000".to_owned()));
        assert_eq!(config.map(|c| c.database), Ok(PathBuf::from("data/tokenry.db")));
    }

    #[test]
    fn without_accounts_only_loopback_is_listened_on() {
        for public in ["0.0.0.0:3000", "192.168.1.5:80", "[::]:3000", "[2001:db8::1]:3000"] {
            assert!(
                matches!(with(|a| a.listen = Some(public.into())), Err(ConfigError::Public(_))),
                "{public}"
            );
        }
        for loopback in ["127.0.0.1:0", "127.8.8.8:3000", "[::1]:3000"] {
            assert!(with(|a| a.listen = Some(loopback.into())).is_ok(), "{loopback}");
        }
        assert!(matches!(with(|a| a.listen = Some("localhost".into())), Err(ConfigError::Listen(_))));
    }

    #[test]
    fn a_database_that_this_build_does_not_know_is_refused() {
        for unknown in [
            "postgres://localhost/tokenry",
            "data/tokenry.db",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a?mode=ro",
        ] {
            let refused = with(|a| a.database = Some(unknown.into()));
            assert_eq!(refused, Err(ConfigError::Database(unknown.into())), "{unknown}");
        }
        let path = |url: &str| with(|a| a.database = Some(url.into())).map(|c| c.database);
        assert_eq!(path("sqlite:data/x.db"), Ok("data/x.db".into()));
        assert_eq!(path("sqlite:///var/lib/x.db"), Ok("/var/lib/x.db".into()));
    }

    #[test]
    fn a_flag_beats_the_file_and_a_misspelt_key_is_refused() -> std::io::Result<()> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(&file, "listen = \"127.0.0.1:4000\"\nprefix = \"acme\"\n")?;
        let config = with(|a| {
            a.config = Some(file.path().into());
            a.listen = Some("127.0.0.1:5000".into());
        });
        assert_eq!(config.as_ref().map(|c| c.listen.port()), Ok(5000));
        assert_eq!(config.map(|c| c.prefix.as_str().to_owned()), Ok("acme".to_owned()));
        std::fs::write(&file, "lissen = \"127.0.0.1:4000\"\n")?;
        assert!(matches!(with(|a| a.config = Some(file.path().into())), Err(ConfigError::File { .. })));
        Ok(())
    }
}
