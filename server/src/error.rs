//! The reasons the program could not start, or had to stop. Each displays what the operator can do about it.

use crate::{
    commands::output::OutputError,
    config::{ConfigError, catalogue::CatalogueFileError},
    net::tls::TlsError,
    outbox::StreamError,
    store::{BackupError, CopyError, OpenError, RestoreError},
};
use app::domain::Error;
use std::{fmt::Display, io, net::SocketAddr};

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Restore(#[from] RestoreError),
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueFileError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error("The data could not be read: {0}")]
    Service(#[from] Error),
    #[error(transparent)]
    Sample(#[from] SampleError),
    #[error("No directory could be made for the demonstration: {0}. Say where with TMPDIR.")]
    NoPlace(io::Error),
    #[error("{address} cannot be listened on: {cause}. Choose another address with --listen.")]
    Listen { address: SocketAddr, cause: io::Error },
    #[error("Metrics cannot be shown on {address}: {cause}. Choose another address with --metrics-listen.")]
    ListenMetrics { address: SocketAddr, cause: io::Error },
    #[error("The server stopped: {0}")]
    Serve(#[from] io::Error),
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A command was refused; the sentence is the domain's.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Io(io::Error),
    #[error("Told twice, Tokenry stopped at once; what was being answered was cut short.")]
    CutShort,
}

/// The reason the sample data could not be made.
#[derive(Debug, thiserror::Error)]
#[error("The sample data could not be made: {0}")]
pub struct SampleError(String);

impl SampleError {
    pub fn of(cause: impl Display) -> Self {
        Self(cause.to_string())
    }
}

impl From<Error> for SampleError {
    fn from(error: Error) -> Self {
        match &error {
            Error::Invalid { errors } => {
                Self(errors.iter().map(|e| e.detail.as_str()).collect::<Vec<_>>().join(" "))
            }
            other => Self::of(other),
        }
    }
}

impl From<OpenError> for SampleError {
    fn from(error: OpenError) -> Self {
        Self::of(error)
    }
}
