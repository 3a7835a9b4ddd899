//! What every handler can reach.

use crate::{
    client::ClientAddress,
    entrance::Entrance,
    limits::{STRANGERS_BODIES, STRANGERS_BODIES_PER_SOURCE},
    metrics::Metrics,
    sources::{Sources, Ticket},
};
use app::{domain::ApiReference, service::Service};
use axum::http::Extensions;
use std::{net::Ipv4Addr, sync::Arc};

#[derive(Clone)]
pub struct AppState {
    pub service: Arc<Service>,
    pub entrance: Arc<Entrance>,
    pub metrics: Arc<Metrics>,
    /// Bodies that are being read before anybody knows who sends them.
    bodies: Sources,
    /// Written once, from the OpenAPI document.
    pub reference: Arc<ApiReference>,
}

impl AppState {
    pub fn new(
        service: Arc<Service>,
        entrance: Arc<Entrance>,
        metrics: Arc<Metrics>,
        reference: ApiReference,
    ) -> Self {
        let bodies = Sources::new(STRANGERS_BODIES_PER_SOURCE, STRANGERS_BODIES);
        Self { service, entrance, metrics, bodies, reference: Arc::new(reference) }
    }

    /// For as long as the body of a stranger is read. None if too many are.
    pub fn admit_body(&self, extensions: &Extensions) -> Option<Ticket> {
        let address = extensions.get::<ClientAddress>().map_or(Ipv4Addr::LOCALHOST.into(), |from| from.0);
        self.bodies.admit(address)
    }
}
