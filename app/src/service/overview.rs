//! What is going on: how the tokens are used, and which of them somebody should look at.

use super::{Service, activity::parse_range, hide_cause};
use crate::domain::{Attention, COUNT_MAX, Caller, Error, READ_TOKENS, Right, Scope, UseTotals};

/// Everything of it is about the tokens that exist for the caller.
#[derive(Clone, Debug)]
pub struct OverviewPage {
    pub of_everybody: bool,
    /// Exact up to [`COUNT_MAX`], and so are those below.
    pub tokens: u64,
    pub totals: UseTotals,
    pub attention: Vec<(Attention, u64)>,
    /// Why the caller cannot create a token; nothing when they can.
    pub why_not: Option<&'static str>,
}

impl Service {
    /// For everybody who is signed in. `range` is as a URL has it; without one, the last day.
    pub async fn overview(&self, caller: &Caller, range: &str) -> Result<OverviewPage, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let (scope, now, range) = (caller.scope(), self.clock.now(), parse_range(range)?);
        let totals = self.store.use_totals(scope, range, now).await.map_err(hide_cause)?;
        let tokens = self.store.count_tokens(scope, COUNT_MAX + 1).await.map_err(hide_cause)?;
        let mut attention = Vec::new();
        // One after the other: the readers that are left are for those who look at a list meanwhile.
        for reason in Attention::ALL {
            let count = self.store.count_matching(scope, &reason.filter(), now, COUNT_MAX + 1).await;
            attention.push((reason, count.map_err(hide_cause)?));
        }
        let why_not = caller.role.why_not(Right::ManageOwnTokens);
        Ok(OverviewPage { of_everybody: scope == Scope::Everybody, tokens, totals, attention, why_not })
    }
}
