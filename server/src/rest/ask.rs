//! Asks for a verdict on behalf of an endpoint; counts it and takes its time.

use crate::{metrics::Endpoint, state::AppState};
use app::{
    domain::{Error, TokenId},
    service::{Verification, VerifyRequest},
};
use std::time::Instant;

impl AppState {
    /// The holder of the secret asks.
    pub async fn ask(&self, endpoint: Endpoint, request: &VerifyRequest<'_>) -> Result<Verification, Error> {
        let began = Instant::now();
        let verified = match endpoint {
            Endpoint::Caller => self.service.verify_caller(request).await,
            _ => self.service.verify_from(request).await,
        };
        self.answered(endpoint, began, verified)
    }

    /// A service asks that was shown it, with this token of its own.
    pub async fn ask_for(
        &self,
        service: TokenId,
        endpoint: Endpoint,
        request: &VerifyRequest<'_>,
    ) -> Result<Verification, Error> {
        let began = Instant::now();
        let verified = match endpoint {
            Endpoint::Introspect => self.service.introspect(service, request).await,
            _ => self.service.verify_for(service, request).await,
        };
        self.answered(endpoint, began, verified)
    }

    fn answered(
        &self,
        endpoint: Endpoint,
        began: Instant,
        verified: Result<Verification, Error>,
    ) -> Result<Verification, Error> {
        self.metrics.verified(
            endpoint,
            verified.as_ref().ok().map(|verification| verification.verdict),
            began.elapsed(),
        );
        verified
    }
}
