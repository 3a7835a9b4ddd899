//! The location of the data, as the operator writes it.

use sqlx::postgres::PgConnectOptions;
use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};
use url::Url;

/// The engine that keeps the data, and the location of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// One file, on a local disk.
    Sqlite(PathBuf),
    /// One database of a PostgreSQL server.
    Postgres(PostgresUrl),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Only as far as it cannot hold a password.
    #[error(
        "“{0}” is not a supported database URL. Write sqlite: and the path of a file, as in sqlite:data/tokenry.db, or a URL of PostgreSQL, as in postgres://tokenry@db.example.com/tokenry."
    )]
    Unsupported(String),
    /// Without the URL, which may hold a password.
    #[error(
        "This is not a URL of PostgreSQL: {0}. Write it as in postgres://user:password@db.example.com/tokenry."
    )]
    Postgres(String),
}

impl DatabaseUrl {
    pub fn sqlite(path: impl AsRef<Path>) -> Self {
        Self::Sqlite(path.as_ref().to_owned())
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self::sqlite("data/tokenry.db")
    }
}

/// `sqlite:` and a path; other programs write `sqlite://` and a path. Databases in memory and options are refused:
/// they are not for data that is to stay.
impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            return PostgresUrl::parse(text).map(Self::Postgres).map_err(DatabaseUrlError::Postgres);
        }
        let path = text.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        match path {
            None | Some("" | ":memory:") => Err(unsupported(text)),
            Some(path) if path.contains('?') => Err(unsupported(text)),
            Some(path) => Ok(Self::sqlite(path)),
        }
    }
}

fn unsupported(text: &str) -> DatabaseUrlError {
    let shown = match text.split_once("://") {
        Some((scheme, rest)) if rest.contains('@') => format!("{scheme}://…"),
        _ => text.to_owned(),
    };
    DatabaseUrlError::Unsupported(shown)
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

/// Parameters that mean something to us. Others would be ignored, which nobody wants of, say, `sslmodus`.
const PARAMETERS: [&str; 7] =
    ["sslmode", "sslrootcert", "sslcert", "sslkey", "application_name", "options", "host"];

/// A URL of PostgreSQL. Several servers, with commas between them, are tried in turn for the primary. Whatever shows it
/// leaves the password out.
#[derive(Clone)]
pub struct PostgresUrl {
    servers: Vec<PgConnectOptions>,
    shown: String,
    journal: Option<PathBuf>,
}

impl PostgresUrl {
    fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or("it has no ://")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (user, hosts) = authority.rsplit_once('@').map_or(("", authority), |(user, hosts)| (user, hosts));
        let mut servers = Vec::new();
        for host in hosts.split(',') {
            let at = if user.is_empty() { "" } else { "@" };
            let one = format!("{scheme}://{user}{at}{host}{path}");
            let url: Url = one.parse().map_err(|error: url::ParseError| error.to_string())?;
            if let Some((key, _)) = url.query_pairs().find(|(key, _)| !PARAMETERS.contains(&&**key)) {
                return Err(format!("it has a parameter {key} that Tokenry does not know"));
            }
            let options: PgConnectOptions = one.parse().map_err(|error: sqlx::Error| error.to_string())?;
            servers.push(if url.query_pairs().any(|(key, _)| key == "application_name") {
                options
            } else {
                options.application_name("tokenry")
            });
        }
        let name = user.split(':').next().filter(|name| !name.is_empty());
        let database = path.split('?').next().unwrap_or_default();
        let shown =
            format!("postgres://{}{hosts}{database}", name.map_or(String::new(), |name| format!("{name}@")));
        Ok(Self { servers, shown, journal: None })
    }

    /// This database, of which this node keeps what ends in a file of its own.
    #[must_use]
    pub fn with_journal(self, journal: Option<PathBuf>) -> Self {
        Self { journal, ..self }
    }

    pub fn journal(&self) -> Option<&Path> {
        self.journal.as_deref()
    }

    /// One way to connect for each server.
    pub fn servers(&self) -> &[PgConnectOptions] {
        &self.servers
    }
}

impl PartialEq for PostgresUrl {
    fn eq(&self, other: &Self) -> bool {
        self.shown == other.shown
    }
}

impl Eq for PostgresUrl {}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresUrl").field(&self.shown).finish()
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}
