//! `tokenry demo`: the same server on made-up data, in a directory that is removed when it stops. Anybody who opens
//! it is signed in, so it listens on this machine only. Every page says that it is a demonstration.
//!
//! - `company`, `tokens.csv`: the people, the catalogue and the tokens.
//! - `plot`: the order of the events. `history`: the events, carried out through the service. `traffic`: the uses that
//!   are made up between them.
//! - `welcome`: letting strangers in.

mod company;
mod history;
mod plot;
mod traffic;
mod welcome;

use crate::{
    config::DemoArgs,
    error::{SampleError, StartError},
    lifecycle::{Outgoing, Server, Signals, bind},
    net::{limits::Limits, network::Network},
    state::LetIn,
    store::{self, DatabaseUrl},
};
use app::{
    domain::{SecretPrefix, Timestamp},
    service::{Clock, Service, SteadyClock, Store, SystemClock},
    sign_in::Demonstration,
};
use std::{
    io::{self, Write},
    sync::Arc,
};
pub use welcome::Demo;

/// The notice of the demonstration, which is also shown beside the sign-in form.
pub const DEMONSTRATION: Demonstration = Demonstration {
    password: company::PASSWORD,
    people: [
        ("admin", company::PEOPLE[0].email),
        ("member", company::PEOPLE[2].email),
        ("viewer", company::PEOPLE[6].email),
    ],
};

/// The token that asks in the example, and the one that it asks about: both may be used from any address.
const EXAMPLE: [&str; 2] = ["Partner gateway", "Storefront (production)"];

/// The secrets of the example: of the token that asks, and of the one that it asks about.
pub struct Example {
    pub asking: String,
    pub asked: String,
}

pub async fn demo(args: DemoArgs) -> Result<(), StartError> {
    let listen = args.resolve()?;
    let signals = Signals::new()?;
    let listener = bind(listen).await?;
    let network = Network { listening: listener.local_addr()?, ..Network::default() };
    // The directory is removed however this ends.
    let directory =
        tempfile::Builder::new().prefix("tokenry-demo-").tempdir().map_err(StartError::NoPlace)?;
    let database = DatabaseUrl::sqlite(directory.path().join("tokenry.db"));
    let example = furnish(&database, SystemClock.now()).await?;
    let store = store::open(&database).await?;
    let service = Service::new(store.clone(), Arc::<SteadyClock>::default(), SecretPrefix::default());
    service.warm_up().await?;
    tracing::info!("Tokenry is ready at {}", network.origin());
    introduce(&network.origin(), &example).map_err(StartError::Io)?;
    let let_in: Option<Arc<dyn LetIn>> = Some(Arc::new(Demo::default()));
    let (metrics, limits) = (Arc::default(), Limits::default());
    let outgoing = Outgoing::default();
    let server = Server {
        listener,
        tls: None,
        network,
        metrics,
        limits,
        providers: Default::default(),
        trust: Default::default(),
        let_in,
        outgoing,
        github_keys: None,
    };
    server.serve(signals, service, store).await
}

/// Fills a new database with everything that has happened until now.
pub async fn furnish(database: &DatabaseUrl, now: Timestamp) -> Result<Example, SampleError> {
    let store = store::open(database).await?;
    let furnished = fill(&store, now).await;
    store.close().await;
    furnished
}

async fn fill(store: &Arc<dyn Store>, now: Timestamp) -> Result<Example, SampleError> {
    let samples = plot::samples()?;
    let clients = history::tell(store, &samples, now.as_millis()).await?;
    let secret_of = |name| {
        let client = clients.get(name).ok_or_else(|| SampleError::of(format!("there is no {name}")))?;
        Ok::<_, SampleError>(client.secret.as_str().to_owned())
    };
    Ok(Example { asking: secret_of(EXAMPLE[0])?, asked: secret_of(EXAMPLE[1])? })
}

fn introduce(origin: &str, Example { asking, asked }: &Example) -> io::Result<()> {
    let Demonstration { password, .. } = DEMONSTRATION;
    writeln!(
        io::stdout().lock(),
        "Open {origin}: you are signed in. What is there is made up, and gone when this stops (Ctrl+C).\n\
         Everybody there has the password “{password}”.\n\n\
         May this token follow a parcel? Ask as a service would:\n\n\
         curl {origin}/v1/verify -H 'Authorization: Bearer {asking}' \\\n  \
         -H 'Content-Type: application/json' \\\n  \
         -d '{{\"secret\": \"{asked}\", \"permissions\": [\"tracking:read\"], \"address\": \"203.0.113.9\"}}'\n"
    )
}
