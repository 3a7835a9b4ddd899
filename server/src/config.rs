//! The operator's configuration: flags, then `TOKENRY_*` in the environment, then an optional TOML file. An invalid
//! configuration is refused before anything is touched.

pub mod catalogue;
mod commands;
mod environment;
mod network;
mod origin;
mod provider;
mod token;
mod trust;

use crate::{
    net::{fetch::is_askable, network::PublicUrl, tls::TlsFiles},
    oidc::settings::ProviderSettings,
    outbox::{MailError, MailSettings},
    store::{DatabaseUrl, DatabaseUrlError},
};
use app::{
    domain::{AddressRange, SecretPrefix},
    service::MAX_STALE,
};
use clap::{Args, Parser, Subcommand, ValueEnum, builder::FalseyValueParser};
pub use commands::{
    AuditCommand, BackupArgs, DataArgs, MailCommand, MigrateArgs, PersonCommand, PingArgs, RestoreArgs,
};
pub use environment::log_filter;
use network::NetworkArgs;
pub use network::NetworkError;
pub use origin::OriginArgs;
pub use provider::ProviderError;
use provider::ProviderTable;
use serde::Deserialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use token::tokens_per_person;
pub use token::{MadeArgs, TokenCommand};
pub use trust::TrustError;
use trust::TrustTable;

/// The self-hosted home of a team's API tokens.
#[derive(Debug, Parser)]
#[command(name = "tokenry", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// The format of the log: text for people, json for programs
    #[arg(
        long,
        env = "TOKENRY_LOG_FORMAT",
        value_enum,
        default_value_t,
        global = true,
        value_name = "FORMAT"
    )]
    pub log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnOff {
    On,
    Off,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the console and the HTTP API.
    Serve(ServeArgs),
    /// Try Tokenry on sample data, already signed in, until it is stopped.
    ///
    /// It creates a small company with people, tokens, uses and an audit log in a temporary directory, which is removed
    /// when it stops. Anyone who opens it is signed in as an admin, so it listens on this machine only. The settings,
    /// variables and files of the server are ignored.
    Demo(DemoArgs),
    /// Add, list and disable people, and reset passwords.
    #[command(subcommand)]
    Person(PersonCommand),
    /// Create, list, rotate and revoke tokens, and import existing keys.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Check the audit log, and move its oldest lines into archives.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Try the mail server.
    #[command(subcommand)]
    Mail(MailCommand),
    /// Copy the database to a file while the server runs, and check the copy.
    Backup(BackupArgs),
    /// Put a backup in the place of the database, while no server runs; what had ended since stays so.
    Restore(RestoreArgs),
    /// Copy everything to an empty database of the other engine, while the old one can only be read.
    MigrateTo(MigrateArgs),
    /// Ask the server on this machine whether it is ready, for health checks.
    Ping(PingArgs),
    /// Print the OpenAPI document of the HTTP API.
    Openapi,
}

#[derive(Debug, Default, Args)]
pub struct DemoArgs {
    /// Loopback address and port to listen on; port 0 picks a free one [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
}

#[derive(Debug, Default, Args)]
pub struct ServeArgs {
    /// IP address and port to listen on; port 0 picks a free one [default: 127.0.0.1:3000]
    #[arg(long, env = "TOKENRY_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// URL that people open, as in https://tokens.example.com [default: the listen address]
    #[arg(long, env = "TOKENRY_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Proxy whose X-Forwarded-For is trusted: an address or a range; use commas or repeat the flag for several
    #[arg(
        long = "trusted-proxy",
        env = "TOKENRY_TRUSTED_PROXIES",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<String>,
    /// Maximum connections at once per address (or IPv6 /64); behind a trusted proxy, requests at once [default: 256]
    #[arg(long, env = "TOKENRY_CONNECTIONS_PER_SOURCE", value_name = "NUMBER")]
    pub connections_per_source: Option<String>,
    /// Certificate chain as PEM, to serve HTTPS without a proxy
    #[arg(long, env = "TOKENRY_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate as PEM
    #[arg(long, env = "TOKENRY_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// IP address and port for Prometheus metrics, served without encryption or authentication [default: none]
    #[arg(long, env = "TOKENRY_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<String>,
    /// The URL of the database [default: sqlite:data/tokenry.db]
    #[arg(long, env = "TOKENRY_DATABASE_URL", value_name = "URL")]
    pub database: Option<String>,
    /// With PostgreSQL: file on this machine in which what ends is kept, to stay so when a backup is put back
    #[arg(long, env = "TOKENRY_JOURNAL", value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// TOML file with a catalogue of permissions, which replaces the stored one at every start
    #[arg(long, env = "TOKENRY_CATALOGUE", value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// Prefix of new secrets, unless one is chosen under Settings > General [default: tkr]
    #[arg(long, env = "TOKENRY_PREFIX", value_name = "PREFIX")]
    pub prefix: Option<String>,
    /// Maximum number of tokens per person, from 1 to 1,000,000 [default: 500]
    #[arg(long, env = "TOKENRY_TOKENS_PER_PERSON", value_name = "NUMBER")]
    pub tokens_per_person: Option<String>,
    /// Longest time in milliseconds until a change on another node counts here, from 200 to 1000 [default: 800]
    #[arg(long, env = "TOKENRY_MAX_STALE", value_name = "NUMBER")]
    pub max_stale: Option<String>,
    /// File to which each line of the audit log is written as JSON, as it happens; - is the standard output
    #[arg(long, env = "TOKENRY_AUDIT_STREAM", value_name = "FILE")]
    pub audit_stream: Option<PathBuf>,
    /// Mail server for notifications, as in smtps://user:password@mail.example.com, or smtp:// for STARTTLS
    #[arg(long, env = "TOKENRY_SMTP_URL", value_name = "URL")]
    pub smtp_url: Option<String>,
    /// Sender of mails, as in Tokenry <tokenry@example.com>
    #[arg(long, env = "TOKENRY_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Let webhooks lead to addresses inside of the network, and by http
    #[arg(long, env = "TOKENRY_ALLOW_PRIVATE_WEBHOOKS", value_parser = FalseyValueParser::new())]
    pub allow_private_webhooks: bool,
    /// Where the keys are with which GitHub signs exposed secrets; without it, GitHub's reports are not taken
    #[arg(long, env = "TOKENRY_GITHUB_KEYS", value_name = "URL")]
    pub github_keys: Option<String>,
    /// Whether people can sign in by password: off leaves the identity providers of the TOML file [default: on]
    #[arg(long, env = "TOKENRY_PASSWORD_SIGN_IN", value_enum)]
    pub password_sign_in: Option<OnOff>,
    /// TOML file with identity providers, and any of the settings above, as in listen = "127.0.0.1:3000"
    #[arg(long, env = "TOKENRY_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The optional TOML file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<String>,
    public_url: Option<String>,
    #[serde(default)]
    trusted_proxies: Vec<String>,
    connections_per_source: Option<u32>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    metrics_listen: Option<String>,
    database: Option<String>,
    journal: Option<PathBuf>,
    catalogue: Option<PathBuf>,
    prefix: Option<String>,
    tokens_per_person: Option<u32>,
    max_stale: Option<u32>,
    audit_stream: Option<PathBuf>,
    #[serde(default)]
    allow_private_webhooks: bool,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    github_keys: Option<String>,
    password_sign_in: Option<OnOff>,
    #[serde(default, rename = "provider")]
    providers: Vec<ProviderTable>,
    #[serde(default)]
    trust: Vec<TrustTable>,
}

/// The resolved configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub listen: SocketAddr,
    pub public_url: Option<PublicUrl>,
    pub trusted_proxies: Vec<AddressRange>,
    pub connections_per_source: usize,
    pub tls: Option<TlsFiles>,
    pub metrics_listen: Option<SocketAddr>,
    pub database: DatabaseUrl,
    pub catalogue: Option<PathBuf>,
    pub prefix: SecretPrefix,
    pub tokens_per_person: u32,
    pub max_stale: Duration,
    pub audit_stream: Option<AuditStream>,
    pub private_webhooks: bool,
    pub mail: Option<MailSettings>,
    pub github_keys: Option<String>,
    pub password_sign_in: bool,
    pub providers: Vec<ProviderSettings>,
    pub trust: Vec<app::domain::TrustRule>,
}

/// Where the audit log goes as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditStream {
    Output,
    File(PathBuf),
}

/// The reason a configuration was refused. Displays what to change.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{path} cannot be read: {cause}", path = .path.display())]
    File { path: PathBuf, cause: String },
    #[error(transparent)]
    NetworkArgs(#[from] NetworkError),
    #[error(transparent)]
    Database(#[from] DatabaseUrlError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error("The prefix “{0}” cannot be used. Take 1 to 16 characters of a-z, 0-9 and _.")]
    Prefix(String),
    #[error("“{0}” cannot be the most tokens of one person. Take a number from 1 to 1,000,000.")]
    TokensPerPerson(String),
    #[error(
        "“{0}” cannot be the longest time until a change counts. Take a number of milliseconds from 200 to 1000."
    )]
    MaxStale(String),
    #[error("“{0}” cannot be where GitHub’s keys are. Write a URL that begins with https://.")]
    GithubKeys(String),
}

impl DemoArgs {
    pub fn resolve(self) -> Result<SocketAddr, ConfigError> {
        Ok(network::on_this_machine(self.listen)?)
    }
}

impl File {
    /// Reads the file. Without a path, the configuration is empty.
    fn read(path: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = path else { return Ok(Self::default()) };
        let fail = |cause: String| ConfigError::File { path: path.to_owned(), cause };
        let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
        // Without the line itself, which may hold a password.
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            let place = error.span().map_or(0, |span| span.start);
            let line = text.get(..place).unwrap_or_default().lines().count().max(1);
            fail(format!("line {line}: {}", error.message()))
        })
    }
}

impl ServeArgs {
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let file = File::read(self.config.as_deref())?;
        let network = NetworkArgs {
            listen: self.listen.or(file.listen),
            public_url: self.public_url.or(file.public_url),
            trusted_proxies: either(self.trusted_proxies, file.trusted_proxies),
            tls_cert: self.tls_cert.or(file.tls_cert),
            tls_key: self.tls_key.or(file.tls_key),
        }
        .resolve()?;
        let password_sign_in = self.password_sign_in.or(file.password_sign_in) != Some(OnOff::Off);
        let providers = provider::resolve(file.providers, network.public_url.as_ref(), password_sign_in)?;
        let trust = trust::resolve(file.trust, network.public_url.as_ref())?;
        Ok(Config {
            listen: network.listen,
            public_url: network.public_url,
            trusted_proxies: network.trusted_proxies,
            connections_per_source: network::connections_per_source(
                self.connections_per_source,
                file.connections_per_source,
            )?,
            tls: network.tls,
            metrics_listen: metrics_listen(self.metrics_listen.or(file.metrics_listen))?,
            database: database(self.database.or(file.database), self.journal.or(file.journal))?,
            catalogue: self.catalogue.or(file.catalogue),
            prefix: prefix(self.prefix.or(file.prefix))?,
            tokens_per_person: tokens_per_person(self.tokens_per_person, file.tokens_per_person)?,
            github_keys: github_keys(self.github_keys.or(file.github_keys))?,
            password_sign_in,
            providers,
            trust,
            max_stale: max_stale(self.max_stale.or(file.max_stale.map(|number| number.to_string())))?,
            audit_stream: self.audit_stream.or(file.audit_stream).map(audit_stream),
            mail: MailSettings::resolve(self.smtp_url.or(file.smtp_url), self.mail_from.or(file.mail_from))?,
            private_webhooks: self.allow_private_webhooks || file.allow_private_webhooks,
        })
    }
}

fn audit_stream(path: PathBuf) -> AuditStream {
    if path.as_os_str() == "-" { AuditStream::Output } else { AuditStream::File(path) }
}

fn either(first: Vec<String>, second: Vec<String>) -> Vec<String> {
    if first.is_empty() { second } else { first }
}

/// An empty environment variable means that metrics are shown nowhere.
fn metrics_listen(asked: Option<String>) -> Result<Option<SocketAddr>, ConfigError> {
    let asked = asked.filter(|asked| !asked.is_empty());
    asked.map(|asked| asked.parse().map_err(|_| NetworkError::Listen(asked).into())).transpose()
}

/// A file of SQLite's has its journal beside it.
fn database(asked: Option<String>, journal: Option<PathBuf>) -> Result<DatabaseUrl, ConfigError> {
    match asked.map_or_else(|| Ok(DatabaseUrl::default()), |asked| asked.parse())? {
        DatabaseUrl::Postgres(url) => Ok(DatabaseUrl::Postgres(url.with_journal(journal))),
        file => Ok(file),
    }
}

/// An empty environment variable means that GitHub's reports are not taken.
fn github_keys(asked: Option<String>) -> Result<Option<String>, ConfigError> {
    match asked.filter(|asked| !asked.is_empty()) {
        Some(asked) if !is_askable(&asked) => Err(ConfigError::GithubKeys(asked)),
        asked => Ok(asked),
    }
}

fn max_stale(asked: Option<String>) -> Result<Duration, ConfigError> {
    let Some(asked) = asked else { return Ok(MAX_STALE) };
    let number = asked.parse().ok().filter(|number| (200..=1_000).contains(number));
    number.map(Duration::from_millis).ok_or(ConfigError::MaxStale(asked))
}

fn prefix(asked: Option<String>) -> Result<SecretPrefix, ConfigError> {
    asked.map_or(Ok(SecretPrefix::default()), |asked| {
        SecretPrefix::parse(&asked).map_err(|_| ConfigError::Prefix(asked))
    })
}

#[cfg(test)]
mod tests;
