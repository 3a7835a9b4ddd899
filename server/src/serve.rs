//! `tokenry serve`: opens the data, listens, and stops in good order. A demonstration opens and closes as it does.

use crate::{
    Cli, Command, Config, Entrance, Limits, Metrics, PublicUrl, Stopped, accept, build_with,
    catalogue::{self, CatalogueFileError},
    commands,
    config::ConfigError,
    demo::{SampleError, demo},
    metrics,
    store::{OpenError, SqliteStore, open_sqlite},
    tls::TlsError,
};
use app::{
    domain::Error,
    paths,
    service::{Service, SystemClock},
};
use axum::Router;
use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    select,
    signal::unix::{Signal, SignalKind, signal},
    sync::{oneshot, watch},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// Longest time that closing the data may take.
const CLOSE_TIME: Duration = Duration::from_secs(1);
/// Most who can read metrics at once.
const METRICS_CONNECTIONS: usize = 16;

/// Why the program could not start, or had to stop. Displays as what the operator can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueFileError),
    #[error(transparent)]
    Tls(#[from] TlsError),
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
    /// A command was refused; the sentence is the domain's.
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Io(io::Error),
    #[error("Told twice, Tokenry stopped at once; what was being answered was cut short.")]
    CutShort,
}

pub async fn run(cli: Cli) -> Result<(), StartError> {
    match cli.command {
        Command::Serve(args) => serve(args.resolve()?).await,
        Command::Demo(args) => demo(args).await,
        Command::Person(command) => commands::person(command).await,
        Command::Token(command) => commands::token(command).await,
        Command::Audit(command) => commands::audit(command).await,
        Command::Openapi => commands::openapi(),
    }
}

async fn serve(config: Config) -> Result<(), StartError> {
    let signals = Signals::new()?;
    let tls = config.tls.as_ref().map(|files| files.acceptor()).transpose()?;
    let store = open_sqlite(&config.database).await?;
    let service = Service::new(Arc::new(store.clone()), Arc::new(SystemClock), config.prefix.clone());
    let service = service.with_tokens_per_person(config.tokens_per_person);
    let service = prepare_catalogue(service, &config).await?;
    service.warm_up().await?;

    let listener = bind(config.listen).await?;
    let entrance = config.entrance(listener.local_addr()?);
    let metrics = Arc::new(Metrics::default());
    if let Some(address) = config.metrics_listen {
        show_metrics(address, &service, &metrics).await?;
    }
    tracing::info!(database = %config.database.display(), listening = %entrance.listening, "Tokenry is ready at {}", entrance.origin());

    if let Some(code) = service.make_setup_link().await? {
        let link = format!("{}{}?code={}", entrance.origin(), paths::SETUP, code.expose());
        // Whatever else is left out of the log, this must not be.
        tracing::warn!("Nobody can sign in yet. Within an hour, set Tokenry up at {link}");
    }
    Doors { listener, tls, entrance, metrics }.keep_open(signals, service, store).await
}

pub async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|cause| StartError::Listen { address, cause })
}

/// Where people come in.
pub struct Doors {
    pub listener: TcpListener,
    pub tls: Option<TlsAcceptor>,
    pub entrance: Entrance,
    pub metrics: Arc<Metrics>,
}

impl Doors {
    /// Lets people in until this process is told to stop; then closes the data.
    pub async fn keep_open(
        self,
        signals: Signals,
        service: Service,
        store: SqliteStore,
    ) -> Result<(), StartError> {
        let Self { listener, tls, entrance, metrics } = self;
        log_audit_head(&service).await?;
        let upkeep = Upkeep::begin(&service);
        until_told(signals, listener, build_with(service.clone(), entrance, metrics), tls).await?;
        log_audit_head(&service).await?;
        let close = async {
            upkeep.end().await;
            store.close().await;
        };
        if timeout(CLOSE_TIME, close).await.is_err() {
            tracing::warn!("the data was still in use at the end; nothing that was acknowledged is lost");
        }
        tracing::info!("Tokenry has stopped");
        Ok(())
    }
}

impl Config {
    /// The way in, once the address is known: port 0 has become a real one.
    fn entrance(&self, listening: SocketAddr) -> Entrance {
        let https = self.public_url.as_ref().is_some_and(PublicUrl::is_https);
        if https && self.tls.is_none() && self.trusted_proxies.is_empty() {
            tracing::warn!(
                "no --trusted-proxy is declared: every visitor will seem to come from the proxy's address, and one of them can use up everybody's attempts to sign in"
            );
        }
        Entrance {
            listening,
            secure: https || self.tls.is_some(),
            encrypted: self.tls.is_some(),
            public_url: self.public_url.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
            demo: None,
        }
    }
}

/// Whoever keeps the operator's log can prove later that the audit log was not cut off or written anew.
async fn log_audit_head(service: &Service) -> Result<(), StartError> {
    if let Some(head) = service.audit_head().await? {
        tracing::info!(head = %head, "the audit log ends here");
    }
    Ok(())
}

/// The operator's file takes the place of what is stored, and of changing it in the console; a new database gets
/// the starting set.
async fn prepare_catalogue(service: Service, config: &Config) -> Result<Service, StartError> {
    if let Some(path) = &config.catalogue {
        service.replace_catalogue(&catalogue::read(path)?).await?;
        return Ok(service.with_catalogue_of_a_file());
    }
    if service.catalogue().await?.resources.is_empty() {
        service.replace_catalogue(&catalogue::starting()?).await?;
    }
    Ok(service)
}

/// Serves until SIGINT (Ctrl+C) or SIGTERM, then lets those who are inside be answered. A second signal ends
/// that, too.
async fn until_told(
    mut signals: Signals,
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
) -> Result<(), StartError> {
    let (stop, stopping) = oneshot::channel::<()>();
    let told = async {
        let _ = stopping.await;
    };
    let mut serving = pin!(accept(listener, router, tls, Limits::default(), told));
    select! {
        _ = &mut serving => {}
        () = signals.next() => {
            tracing::info!("Tokenry answers what was asked, and stops");
            drop(stop);
            select! {
                stopped = &mut serving => if let Stopped::CutShort(connections) = stopped {
                    tracing::warn!(connections, "not everybody could be answered in time");
                },
                () = signals.next() => return Err(StartError::CutShort),
            }
        }
    }
    Ok(())
}

/// What goes on beside the doors, for as long as they are open.
struct Upkeep {
    current: JoinHandle<()>,
    quiet: JoinHandle<()>,
    uses: JoinHandle<()>,
    stop: watch::Sender<()>,
}

impl Upkeep {
    fn begin(service: &Service) -> Self {
        let (stop, stopping) = watch::channel(());
        let [one, another, third] = [service.clone(), service.clone(), service.clone()];
        // Nothing is ever sent: it ends when whoever could is gone.
        let told = |mut stopping: watch::Receiver<()>| async move { drop(stopping.changed().await) };
        let (first, second) = (told(stopping.clone()), told(stopping));
        let current = tokio::spawn(async move { one.stay_current().await });
        let quiet = tokio::spawn(async move { another.keep_ending_quiet_secrets(first).await });
        let uses = tokio::spawn(async move { third.keep_uses(second).await });
        Self { current, quiet, uses, stop }
    }

    /// To be called when nobody asks any more: the last uses are written.
    async fn end(self) {
        drop(self.stop);
        self.current.abort();
        let _ = self.quiet.await;
        let _ = self.uses.await;
    }
}

/// Shows metrics until the process ends, on an address of their own.
async fn show_metrics(
    address: SocketAddr,
    service: &Service,
    metrics: &Arc<Metrics>,
) -> Result<(), StartError> {
    let fail = |cause| StartError::ListenMetrics { address, cause };
    let listener = TcpListener::bind(address).await.map_err(fail)?;
    tracing::info!("metrics are shown at http://{}/metrics", listener.local_addr().map_err(fail)?);
    let router = metrics::routes(service.clone(), metrics.clone());
    let limits = Limits { connections: METRICS_CONNECTIONS, ..Limits::default() };
    tokio::spawn(async move { accept(listener, router, None, limits, std::future::pending()).await });
    Ok(())
}

/// The ways to be told to stop.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// Nothing where the terminal may close, and the server goes on.
    hangup: Option<Signal>,
}

impl Signals {
    fn new() -> io::Result<Self> {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate, hangup: None })
    }

    /// The same for what ends with its terminal.
    pub fn of_a_terminal() -> io::Result<Self> {
        Ok(Self { hangup: Some(signal(SignalKind::hangup())?), ..Self::new()? })
    }

    async fn next(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => drop(hangup.recv().await),
                None => std::future::pending().await,
            }
        };
        select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = hangup => {}
        }
    }
}
