//! TLS without a proxy: reads a certificate and its key at the start, and again when they have changed on the disk or
//! somebody asks for it. The cryptography is ring's.

use std::{
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Notify;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
};

/// Interval between looks at the files.
const LOOKED_EVERY: Duration = Duration::from_secs(10);

/// The paths of the certificate chain and its private key, as PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// The reason TLS cannot be offered. Displays what to look at, and never anything of a key.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("The certificate {path} cannot be used: {cause}.", path = .path.display())]
    Cert { path: PathBuf, cause: String },
    #[error("The private key {path} cannot be used: {cause}.", path = .path.display())]
    Key { path: PathBuf, cause: String },
    #[error(
        "The certificate {cert} and the private key {key} do not belong together.",
        cert = .0.cert.display(),
        key = .0.key.display()
    )]
    Mismatch(TlsFiles),
}

impl TlsFiles {
    fn read(&self) -> Result<CertifiedKey, TlsError> {
        let chain = CertificateDer::pem_file_iter(&self.cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|cause| self.cert_error(describe(&cause, "certificate")))?;
        if chain.is_empty() {
            return Err(self.cert_error("there is no certificate in it".to_owned()));
        }
        self.refuse_if_others_can_read()?;
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|cause| self.key_error(describe(&cause, "private key")))?;
        CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => TlsError::Mismatch(self.clone()),
            rustls::Error::InvalidCertificate(cause) => self.cert_error(format!("{cause}")),
            other => self.key_error(format!("{other}")),
        })
    }

    /// What changes when the files do, other than what is in them.
    fn stamp(&self) -> Vec<Option<(u64, i64, i64, u64)>> {
        let stamp = |path: &PathBuf| {
            let data = std::fs::metadata(path).ok()?;
            Some((data.ino(), data.mtime(), data.mtime_nsec(), data.size()))
        };
        vec![stamp(&self.cert), stamp(&self.key)]
    }

    /// Refuses a key that every user of the machine can read, since it is not secret any more. A group is only warned
    /// about: some systems let a group of servers read it.
    fn refuse_if_others_can_read(&self) -> Result<(), TlsError> {
        let mode = std::fs::metadata(&self.key).map_or(0, |data| data.permissions().mode());
        if mode & 0o007 != 0 {
            let cause = "every user of this machine can reach it; take it away from them with chmod o=";
            return Err(self.key_error(cause.to_owned()));
        }
        if mode & 0o070 != 0 {
            tracing::warn!(key = %self.key.display(), "a group of users can reach the private key");
        }
        Ok(())
    }

    fn cert_error(&self, cause: String) -> TlsError {
        TlsError::Cert { path: self.cert.clone(), cause }
    }

    fn key_error(&self, cause: String) -> TlsError {
        TlsError::Key { path: self.key.clone(), cause }
    }
}

/// The certificate that is shown to whoever connects: the one that was read last.
#[derive(Debug)]
pub struct Certificate {
    files: TlsFiles,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Certificate {
    pub fn read(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let current = RwLock::new(Arc::new(files.read()?));
        Ok(Arc::new(Self { files, current }))
    }

    /// Offers HTTP/2 and HTTP/1.1 over TLS 1.3 and 1.2.
    pub fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, TlsError> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| self.files.cert_error(format!("{error}")))?
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config).into())
    }

    /// Reads the files again, whenever they have changed or `asked` says so. Files that cannot be used are told, and the
    /// certificate from before goes on.
    pub async fn keep_current(self: Arc<Self>, asked: Arc<Notify>) {
        let mut seen = self.files.stamp();
        let mut ticks = tokio::time::interval(LOOKED_EVERY);
        loop {
            let is_asked = tokio::select! {
                () = asked.notified() => true,
                _ = ticks.tick() => false,
            };
            let stamp = self.files.stamp();
            if !is_asked && stamp == seen {
                continue;
            }
            seen = stamp;
            match self.files.read() {
                Ok(read) => {
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
                    tracing::info!(cert = %self.files.cert.display(), "the certificate was read again");
                }
                Err(cause) => tracing::error!(%cause, "the certificate from before is used on"),
            }
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn describe(error: &pem::Error, wanted: &str) -> String {
    match error {
        pem::Error::Io(cause) => cause.to_string(),
        pem::Error::NoItemsFound => format!("there is no {wanted} in it"),
        _ => "it is not in PEM format".to_owned(),
    }
}
