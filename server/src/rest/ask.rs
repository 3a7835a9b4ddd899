//! How every door asks for a verdict: it is counted, and its time is taken.

use crate::{metrics::Door, router::Console};
use app::{
    domain::Error,
    service::{Judgement, Question},
};
use std::time::Instant;

impl Console {
    pub async fn ask(&self, door: Door, question: &Question<'_>) -> Result<Judgement, Error> {
        let began = Instant::now();
        let judged = match door {
            // The holder of the secret asks, and not a service that was shown one.
            Door::ForwardAuth => self.service.verify_from(question).await,
            Door::Caller => self.service.verify_caller(question).await,
            Door::Verify | Door::Batch => self.service.verify(question).await,
            Door::Introspect => self.service.introspect(question).await,
        };
        self.metrics.verified(door, judged.as_ref().ok().map(|judgement| judgement.verdict), began.elapsed());
        judged
    }
}
