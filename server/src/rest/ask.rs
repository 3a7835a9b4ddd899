//! How every door asks for a verdict: it is counted, and its time is taken.

use crate::{metrics::Door, router::Console};
use app::{
    domain::{Error, TokenId},
    service::{Judgement, Question},
};
use std::time::Instant;

impl Console {
    /// The holder of the secret asks.
    pub async fn ask(&self, door: Door, question: &Question<'_>) -> Result<Judgement, Error> {
        let began = Instant::now();
        self.answered(door, began, self.service.verify_from(question).await)
    }

    /// A service asks that was shown it, with this token of its own.
    pub async fn ask_for(
        &self,
        service: TokenId,
        door: Door,
        question: &Question<'_>,
    ) -> Result<Judgement, Error> {
        let began = Instant::now();
        self.answered(door, began, self.service.verify_for(service, question).await)
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
