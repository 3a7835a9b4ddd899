//! The state that every handler can reach.

use crate::{
    console::streams::Streams,
    metrics::Metrics,
    net::{
        client_ip::ClientAddress,
        github_keys::GithubKeys,
        limits::{STRANGERS_BODIES, STRANGERS_BODIES_PER_SOURCE},
        network::Network,
        sources::{Sources, Ticket},
    },
    oidc::{Providers, trust::TrustRules},
};
use app::{
    domain::{ApiReference, Caller, Error, Visit},
    service::{Service, SignedIn},
    sign_in::Demonstration,
};
use async_trait::async_trait;
use axum::http::Extensions;
use std::{net::Ipv4Addr, sync::Arc};

/// Signs in visitors who come without a session and only read, as a demonstration does.
#[async_trait]
pub trait LetIn: Send + Sync {
    /// The notice that every page shows.
    fn demonstration(&self) -> Demonstration;

    /// The caller that the visitor is from now on, and the keys that their browser is to keep.
    async fn let_in(&self, service: &Service, visit: &Visit) -> Result<Option<(Caller, SignedIn)>, Error>;
}

#[derive(Clone)]
pub struct AppState {
    pub service: Arc<Service>,
    pub network: Arc<Network>,
    pub metrics: Arc<Metrics>,
    /// The streams on which open screens follow changes.
    pub streams: Streams,
    pub let_in: Option<Arc<dyn LetIn>>,
    /// The identity providers through which people sign in.
    pub providers: Arc<Providers>,
    /// The tokens of others that become tokens of ours.
    pub trust: Arc<TrustRules>,
    /// Written once, from the OpenAPI document.
    pub reference: Arc<ApiReference>,
    /// The keys of GitHub's secret scanning, if its reports are taken.
    pub github_keys: Option<Arc<GithubKeys>>,
    /// Bodies that are being read before their sender is known.
    bodies: Sources,
}

impl AppState {
    pub fn new(service: Service, network: Network) -> Self {
        Self {
            service: Arc::new(service.with_passkeys_at(&network.origin())),
            network: Arc::new(network),
            metrics: Arc::default(),
            streams: Streams::default(),
            let_in: None,
            providers: Arc::default(),
            trust: Arc::default(),
            reference: Arc::default(),
            github_keys: None,
            bodies: Sources::new(STRANGERS_BODIES_PER_SOURCE, STRANGERS_BODIES),
        }
    }

    /// Counts into these metrics.
    #[must_use]
    pub fn counting(self, metrics: Arc<Metrics>) -> Self {
        Self { metrics, ..self }
    }

    #[must_use]
    pub fn letting_in(self, let_in: Option<Arc<dyn LetIn>>) -> Self {
        Self { let_in, ..self }
    }

    /// Takes reports that are signed with one of these keys.
    #[must_use]
    pub fn believing(self, keys: Option<GithubKeys>) -> Self {
        Self { github_keys: keys.map(Arc::new), ..self }
    }

    /// Lets people sign in through these identity providers.
    #[must_use]
    pub fn trusting(self, providers: Providers) -> Self {
        Self { providers: Arc::new(providers), ..self }
    }

    /// Exchanges tokens by these rules.
    #[must_use]
    pub fn exchanging(self, trust: TrustRules) -> Self {
        Self { trust: Arc::new(trust), ..self }
    }

    /// Shows this as the reference of the API.
    #[must_use]
    pub fn describing(self, reference: ApiReference) -> Self {
        Self { reference: Arc::new(reference), ..self }
    }

    /// The notice that every page shows, if this is a demonstration.
    pub fn demonstration(&self) -> Option<Demonstration> {
        self.let_in.as_ref().map(|demo| demo.demonstration())
    }

    /// A ticket to hold while the body of a stranger is read. `None` if too many are being read.
    pub fn admit_body(&self, extensions: &Extensions) -> Option<Ticket> {
        let address = extensions.get::<ClientAddress>().map_or(Ipv4Addr::LOCALHOST.into(), |from| from.0);
        self.bodies.admit(address)
    }
}
