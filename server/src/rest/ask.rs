//! How every door asks for a verdict: it is counted, and its time is taken.

use crate::{metrics::Door, state::AppState};
use app::{
    domain::{Error, TokenId},
    service::{Judgement, Question},
};
use std::time::Instant;

impl AppState {
    /// The holder of the secret asks.
    pub async fn ask(&self, door: Door, question: &Question<'_>) -> Result<Judgement, Error> {
        let began = Instant::now();
        let judged = match door {
            Door::Caller => self.service.verify_caller(question).await,
            _ => self.service.verify_from(question).await,
        };
        self.answered(door, began, judged)
    }

    /// A service asks that was shown it, with this token of its own.
    pub async fn ask_for(
        &self,
        service: TokenId,
        door: Door,
        question: &Question<'_>,
    ) -> Result<Judgement, Error> {
        let began = Instant::now();
        let judged = match door {
            Door::Introspect => self.service.introspect(service, question).await,
            _ => self.service.verify_for(service, question).await,
        };
        self.answered(door, began, judged)
    }

    fn answered(
        &self,
        door: Door,
        began: Instant,
        judged: Result<Judgement, Error>,
    ) -> Result<Judgement, Error> {
        self.metrics.verified(door, judged.as_ref().ok().map(|judgement| judgement.verdict), began.elapsed());
        judged
    }
}
