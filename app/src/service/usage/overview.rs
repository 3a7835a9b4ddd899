//! The overview: uses of the tokens, and tokens that need attention.

use crate::domain::{Attention, COUNT_MAX, Caller, Error, OverviewData, READ_TOKENS};
use crate::service::{Service, usage::record::parse_range};

impl Service {
    /// For everybody who is signed in. `range` is written as in a URL; empty means the last day.
    pub async fn overview(&self, caller: &Caller, range: &str) -> Result<OverviewData, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let (scope, now, range) = (caller.scope(), self.clock.now(), parse_range(range)?);
        let totals = self.reading(caller).await?.use_totals(scope, range, now).await?;
        let tokens = self.reading(caller).await?.count_tokens(scope, COUNT_MAX + 1).await?;
        let mut attention = Vec::new();
        // One after the other, so that the other readers serve lists meanwhile.
        for reason in Attention::ALL {
            let reading = self.reading(caller).await?;
            let count = reading.count_matching(scope, &reason.filter(), now, COUNT_MAX + 1).await;
            attention.push((reason, count?));
        }
        Ok(OverviewData { tokens, totals, attention })
    }
}
