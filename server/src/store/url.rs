//! The location of the data, as the operator writes it.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

/// The engine that keeps the data, and the location of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// One file, on a local disk.
    Sqlite(PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not a supported database URL. Write sqlite: and the path of a file, as in sqlite:data/tokenry.db."
)]
pub struct DatabaseUrlError(String);

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
        let path = text.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        match path {
            None | Some("" | ":memory:") => Err(DatabaseUrlError(text.to_owned())),
            Some(path) if path.contains('?') => Err(DatabaseUrlError(text.to_owned())),
            Some(path) => Ok(Self::sqlite(path)),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
        }
    }
}
