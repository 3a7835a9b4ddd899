//! Asks for a verdict on behalf of an endpoint; counts it and takes its time.

use crate::{metrics::Endpoint, state::AppState};
use app::{
    domain::{Error, TokenId},
    service::{Judgement, Question},
};
use std::time::Instant;

impl AppState {
    /// The holder of the secret asks.
    pub async fn ask(&self, endpoint: Endpoint, question: &Question<'_>) -> Result<Judgement, Error> {
        let began = Instant::now();
        let judged = match endpoint {
            Endpoint::Caller => self.service.verify_caller(question).await,
            _ => self.service.verify_from(question).await,
        };
        self.answered(endpoint, began, judged)
    }

    /// A service asks that was shown it, with this token of its own.
    pub async fn ask_for(
        &self,
        service: TokenId,
        endpoint: Endpoint,
        question: &Question<'_>,
    ) -> Result<Judgement, Error> {
        let began = Instant::now();
        let judged = match endpoint {
            Endpoint::Introspect => self.service.introspect(service, question).await,
            _ => self.service.verify_for(service, question).await,
        };
        self.answered(endpoint, began, judged)
    }

    fn answered(
        &self,
        endpoint: Endpoint,
        began: Instant,
        judged: Result<Judgement, Error>,
    ) -> Result<Judgement, Error> {
        self.metrics.verified(endpoint, judged.as_ref().ok().map(|judgement| judgement.verdict), began.elapsed());
        judged
    }
}
