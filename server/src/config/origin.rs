//! The origin of the links that a command prints: the same as the server's, from the same flags, variables and file.

use super::{ConfigError, File, NetworkError};
use crate::net::network::{Network, PublicUrl};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Debug, Default, Args)]
pub struct OriginArgs {
    /// The URL that the link begins with [default: the server's own, from the same variables and file]
    #[arg(long, env = "TOKENRY_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The address that the server listens on, if it has no public URL
    #[arg(long, env = "TOKENRY_LISTEN", value_name = "ADDRESS", hide = true)]
    pub listen: Option<String>,
    /// The server's certificate; with one, links begin with https
    #[arg(long, env = "TOKENRY_TLS_CERT", value_name = "FILE", hide = true)]
    pub tls_cert: Option<PathBuf>,
}

impl OriginArgs {
    pub fn resolve(self, config: Option<&Path>) -> Result<String, ConfigError> {
        let file = File::read(config)?;
        if let Some(url) = self.public_url.or(file.public_url) {
            return Ok(PublicUrl::parse(&url).ok_or(NetworkError::PublicUrl)?.origin());
        }
        let listening = super::network::address(self.listen.or(file.listen))?;
        let secure = self.tls_cert.or(file.tls_cert).is_some();
        Ok(Network { listening, secure, ..Network::default() }.origin())
    }
}
