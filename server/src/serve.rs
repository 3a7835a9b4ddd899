//! `tokenry serve`: opens the data, listens, and stops in good order.

use crate::{
    Cli, Command, Config, build,
    catalogue::{self, CatalogueFileError},
    config::ConfigError,
    store::{OpenError, open_sqlite},
};
use app::{
    domain::Error,
    service::{Service, SystemClock},
};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, signal};

/// Why the program could not start, or had to stop. Displays as what the operator can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueFileError),
    #[error("The data could not be read: {0}")]
    Service(#[from] Error),
    #[error("{address} cannot be listened on: {cause}. Choose another address with --listen.")]
    Listen { address: SocketAddr, cause: io::Error },
    #[error("The server stopped: {0}")]
    Serve(#[from] io::Error),
}

pub async fn run(cli: Cli) -> Result<(), StartError> {
    match cli.command {
        Command::Serve(args) => serve(args.resolve()?).await,
    }
}

async fn serve(config: Config) -> Result<(), StartError> {
    let store = open_sqlite(&config.database).await?;
    let service = Service::new(Arc::new(store.clone()), Arc::new(SystemClock), config.prefix.clone());
    prepare_catalogue(&service, &config).await?;

    let fail = |cause| StartError::Listen { address: config.listen, cause };
    let listener = TcpListener::bind(config.listen).await.map_err(fail)?;
    let address = listener.local_addr()?;
    tracing::info!(database = %config.database.display(), "Tokenry is ready at http://{address}");

    axum::serve(listener, build(service)).with_graceful_shutdown(asked_to_stop()).await?;
    store.close().await;
    tracing::info!("Tokenry has stopped");
    Ok(())
}

/// The operator's file takes the place of what is stored; a new database gets the starting set.
async fn prepare_catalogue(service: &Service, config: &Config) -> Result<(), StartError> {
    if let Some(path) = &config.catalogue {
        service.replace_catalogue(&catalogue::read(path)?).await?;
    } else if service.catalogue().await?.resources.is_empty() {
        service.replace_catalogue(&catalogue::starting()?).await?;
    }
    Ok(())
}

/// SIGINT (Ctrl+C) or SIGTERM.
async fn asked_to_stop() {
    let interrupted = async {
        let _ = signal::ctrl_c().await;
    };
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
