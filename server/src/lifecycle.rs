//! `tokenry serve`: opens the data, listens, and stops in good order. A demonstration opens and closes in the same
//! way.

mod outgoing;

use crate::{
    config::{Config, catalogue},
    error::StartError,
    http::router::build_with,
    metrics::{self, Metrics},
    net::{
        descriptors,
        github_keys::GithubKeys,
        limits::Limits,
        listener::{Stopped, accept},
        network::{Network, PublicUrl},
        sources::Sources,
        tls::Certificate,
    },
    oidc::{Providers, trust::TrustRules},
    state::{AppState, LetIn},
    store::open,
};
use app::{
    domain::AddressRange,
    paths,
    service::{Outbox, Service, SteadyClock, Store},
};
use futures_util::future::BoxFuture;
pub use outgoing::Outgoing;
use rustix::system::uname;
use sd_notify::NotifyState;
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    select,
    signal::unix::{Signal, SignalKind, signal},
    sync::{Notify, oneshot, watch},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// Longest time that closing the data may take.
const CLOSE_TIME: Duration = Duration::from_secs(1);
/// Most clients that can read metrics at once.
const METRICS_CONNECTIONS: usize = 16;

pub async fn serve(config: Config) -> Result<(), StartError> {
    let mut signals = Signals::new()?;
    let certificate = config.tls.clone().map(Certificate::read).transpose()?;
    let tls = certificate.as_ref().map(Certificate::acceptor).transpose()?;
    let store = open(&config.database).await?;
    let service = Service::new(store.clone(), Arc::<SteadyClock>::default(), config.prefix.clone());
    let service = service.with_tokens_per_person(config.tokens_per_person).with_max_stale(config.max_stale);
    let service = service.with_private_webhooks(config.private_webhooks);
    let service = service.with_trust_rules(config.trust.clone());
    let service = if config.password_sign_in { service } else { service.without_password_sign_in() };
    // Secrets are verified even if the disk is full, so a failure is ignored here.
    let _ = service.be_writable().await;
    let service = prepare_catalogue(service, &config).await?;
    service.warm_up().await?;

    let listener = bind(config.listen).await?;
    let network = config.network(listener.local_addr()?);
    let metrics = Arc::new(Metrics::default());
    if let Some(address) = config.metrics_listen {
        show_metrics(address, &service, &metrics).await?;
    }
    tracing::info!(database = %config.database, listening = %network.listening, "Tokenry is ready at {}", network.origin());

    if let Some(code) = service.make_setup_link().await? {
        let link = format!("{}{}?code={}", network.origin(), paths::SETUP, code.expose());
        // A warning, since this line must reach the log whatever else is left out of it.
        tracing::warn!("Nobody can sign in yet. Within an hour, set Tokenry up at {link}");
    }
    let outgoing = Outgoing::of(&config, &service, network.origin()).await?;
    let mut reread = Vec::new();
    if outgoing.file.is_some() {
        reread.push(outgoing.asked.clone());
    }
    if let Some(certificate) = certificate {
        let asked = Arc::new(Notify::new());
        tokio::spawn(certificate.keep_current(asked.clone()));
        reread.push(asked);
    }
    // Whoever renews a certificate, or moves a file away, sends this signal to servers.
    if let Some(mut hangup) = if reread.is_empty() { None } else { signals.hangup.take() } {
        tokio::spawn(async move {
            while hangup.recv().await.is_some() {
                reread.iter().for_each(|asked| asked.notify_one());
            }
        });
    }
    let limits = Limits { connections_per_source: config.connections_per_source, ..Limits::default() };
    let providers = Providers::new(config.providers.clone(), &network.origin());
    let trust = TrustRules::new(config.trust.clone());
    let github_keys = config.github_keys.map(GithubKeys::at);
    Server { listener, tls, network, metrics, limits, providers, trust, let_in: None, outgoing, github_keys }
        .serve(signals, service, store)
        .await
}

pub async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|cause| StartError::Listen { address, cause })
}

/// The server that people connect to.
pub struct Server {
    pub listener: TcpListener,
    pub tls: Option<TlsAcceptor>,
    pub network: Network,
    pub metrics: Arc<Metrics>,
    pub limits: Limits,
    pub providers: Providers,
    pub trust: TrustRules,
    pub let_in: Option<Arc<dyn LetIn>>,
    pub outgoing: Outgoing,
    pub github_keys: Option<GithubKeys>,
}

impl Server {
    /// Serves until this process is told to stop; then closes the data.
    pub async fn serve(
        self,
        signals: Signals,
        service: Service,
        store: Arc<dyn Store>,
    ) -> Result<(), StartError> {
        let Self { listener, tls, network, metrics, limits, providers, trust, let_in, outgoing, github_keys } =
            self;
        let limits = descriptors::fit(Limits { proxies: network.trusted_proxies.clone(), ..limits });
        log_audit_head(&service).await?;
        let name = uname().nodename().to_string_lossy().into_owned();
        let service = service.as_node(name, env!("CARGO_PKG_VERSION"), network.origin());
        let upkeep = Upkeep::begin(&service, outgoing);
        tell_systemd(&[NotifyState::Ready]);
        let lives = tokio::spawn(keep_telling());
        let state = AppState::new(service.clone(), network).counting(metrics.clone()).letting_in(let_in);
        let state = state.believing(github_keys);
        let state = state.trusting(providers).exchanging(trust);
        let streams = state.streams.clone();
        let router = build_with(state);
        let serve = |told: BoxFuture<'static, ()>| {
            let told = async move {
                told.await;
                streams.end();
            };
            accept(listener, router, tls, limits, metrics, told)
        };
        until_told(signals, serve).await?;
        tell_systemd(&[NotifyState::Stopping]);
        lives.abort();
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
    /// The network settings, once the listen address is known: port 0 has become a real one.
    fn network(&self, listening: SocketAddr) -> Network {
        let https = self.public_url.as_ref().is_some_and(PublicUrl::is_https);
        if https && self.tls.is_none() && self.trusted_proxies.is_empty() {
            tracing::warn!(
                "no --trusted-proxy is declared: every visitor will seem to come from the proxy's address, and one of them can use up everybody's attempts to sign in, and all of them together have the connections of one source"
            );
        }
        for range in self.trusted_proxies.iter().filter(|range| is_wide(range)) {
            tracing::warn!(
                %range,
                "a wide range of --trusted-proxy: whoever has an address in it is believed about anybody's, and may come in the clear"
            );
        }
        Network {
            listening,
            secure: https || self.tls.is_some(),
            encrypted: self.tls.is_some(),
            public_url: self.public_url.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
            requests: Sources::new(self.connections_per_source, usize::MAX),
        }
    }
}

/// Does this range have room for hosts other than proxies?
fn is_wide(range: &AddressRange) -> bool {
    let (bits, of) = range.bits();
    bits < if of == Ipv4Addr::BITS { 24 } else { 64 }
}

/// Logs the head of the audit log, so that an operator who keeps the log can prove later that the audit log was not
/// cut off or rewritten.
async fn log_audit_head(service: &Service) -> Result<(), StartError> {
    if let Some(head) = service.audit_head().await? {
        tracing::info!(head = %head, "the audit log ends here");
    }
    Ok(())
}

/// The operator's file replaces the stored catalogue, and changing it in the console.
async fn prepare_catalogue(service: Service, config: &Config) -> Result<Service, StartError> {
    let Some(path) = &config.catalogue else {
        complete_catalogue(&service, None).await?;
        return Ok(service);
    };
    service.replace_catalogue(&catalogue::read(path)?).await?;
    Ok(service.with_catalogue_of_a_file())
}

/// Serves until SIGINT (Ctrl+C), SIGTERM or SIGHUP, then lets the requests in progress be answered. A second signal
/// ends that, too.
async fn until_told<F: Future<Output = Stopped>>(
    mut signals: Signals,
    serve: impl FnOnce(BoxFuture<'static, ()>) -> F,
) -> Result<(), StartError> {
    let (stop, stopping) = oneshot::channel::<()>();
    let told = async {
        let _ = stopping.await;
    };
    let mut serving = pin!(serve(Box::pin(told)));
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

/// The background tasks of the server, for as long as it listens.
struct Upkeep {
    current: JoinHandle<()>,
    time: JoinHandle<()>,
    reports: JoinHandle<()>,
    leases: JoinHandle<()>,
    expiring: JoinHandle<()>,
    service: Service,
    quiet: JoinHandle<()>,
    uses: JoinHandle<()>,
    outgoing: Vec<JoinHandle<()>>,
    stop: watch::Sender<()>,
}

impl Upkeep {
    fn begin(service: &Service, outgoing: Outgoing) -> Self {
        let (stop, stopping) = watch::channel(());
        let [one, another, third, fourth, fifth, sixth, seventh] = std::array::from_fn(|_| service.clone());
        // Nothing is ever sent: the wait ends when the sender is dropped.
        let told = |mut stopping: watch::Receiver<()>| async move { drop(stopping.changed().await) };
        let (first, second, third_told) =
            (told(stopping.clone()), told(stopping.clone()), told(stopping.clone()));
        let outbox = Outbox::new(service.clone(), Arc::new(outgoing.post));
        let mut sending = vec![tokio::spawn(async move { outbox.run(third_told).await })];
        if let Some(file) = outgoing.file {
            sending.push(tokio::spawn(file.follow(service.clone(), outgoing.asked, told(stopping))));
        }
        let current = tokio::spawn(async move { one.stay_current().await });
        let quiet = tokio::spawn(async move { another.keep_ending_quiet_secrets(first).await });
        let uses = tokio::spawn(async move { third.keep_uses(second).await });
        let time = tokio::spawn(async move { fourth.keep_time().await });
        let reports = tokio::spawn(async move { fifth.keep_reporting().await });
        let leases = tokio::spawn(async move { sixth.keep_leases().await });
        let expiring = tokio::spawn(async move { seventh.keep_saying_what_expires().await });
        Self {
            current,
            time,
            reports,
            leases,
            expiring,
            service: service.clone(),
            quiet,
            uses,
            outgoing: sending,
            stop,
        }
    }

    /// To be called once no requests are left: writes the last uses, and the sign-ins that were only counted.
    async fn end(self) {
        drop(self.stop);
        self.current.abort();
        self.time.abort();
        self.reports.abort();
        self.leases.abort();
        self.expiring.abort();
        let _ = self.quiet.await;
        let _ = self.uses.await;
        let _ = self.service.write_counted_sign_ins(true).await;
        for sending in self.outgoing {
            let _ = sending.await;
        }
        self.service.leave().await;
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
    let listening = listener.local_addr().map_err(fail)?;
    tracing::info!("metrics are shown at http://{listening}/metrics");
    let router = metrics::routes(service.clone(), metrics.clone(), listening);
    let limits = Limits { connections: METRICS_CONNECTIONS, ..Limits::default() };
    // Connections that read metrics are not counted in them.
    let own = Arc::default();
    tokio::spawn(async move { accept(listener, router, None, limits, own, std::future::pending()).await });
    Ok(())
}

/// The signals that tell the process to stop.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// `None` where SIGHUP is ignored, as `nohup` has it: the terminal may close, and the server goes on. With a
    /// certificate, SIGHUP has it read again, and stops nothing.
    hangup: Option<Signal>,
}

impl Signals {
    pub fn new() -> io::Result<Self> {
        let hangup = (!is_hangup_ignored()).then(|| signal(SignalKind::hangup())).transpose()?;
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate, hangup })
    }

    async fn next(&mut self) {
        select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = received(&mut self.hangup) => {}
        }
    }
}

async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Tells systemd, if it has started this process and wants to know.
fn tell_systemd(state: &[NotifyState<'_>]) {
    if let Err(cause) = sd_notify::notify(state) {
        tracing::warn!(%cause, "systemd could not be told");
    }
}

/// Tells systemd that this process lives, twice as often as it wants to hear it.
async fn keep_telling() {
    let Some(longest) = sd_notify::watchdog_enabled() else { return };
    let mut ticks = tokio::time::interval(longest / 2);
    loop {
        ticks.tick().await;
        tell_systemd(&[NotifyState::Watchdog]);
    }
}

/// Was SIGHUP ignored by the process that has started us? Linux tells (proc_pid_status(5)): the first bit is
/// SIGHUP's.
fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// Gives a new database the catalogue of the operator's file, or else the example. Every command that creates a
/// database calls this, so that nobody meets a half-made one.
pub async fn complete_catalogue(service: &Service, file: Option<&Path>) -> Result<(), StartError> {
    if service.catalogue().await?.resources.is_empty() {
        service.replace_catalogue(&file.map_or_else(catalogue::starting, catalogue::read)?).await?;
    }
    Ok(())
}
