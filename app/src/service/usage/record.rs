//! Everything about one token: what it is, who uses it, and what it could lose.

use crate::domain::{
    AuditFilter, Caller, Error, Field, READ_TOKENS, Right, TOKEN_EVENTS_SHOWN, Target, Token, TokenId,
    TokenRecord, UsageRange,
};
use crate::service::Service;

impl Service {
    /// For a caller who may see the token. `range` is written as in a URL; empty means the last day. Lines of the audit
    /// log are included for callers who may see it.
    pub async fn token_record(
        &self,
        caller: &Caller,
        id: TokenId,
        range: &str,
    ) -> Result<TokenRecord, Error> {
        self.permit(caller, READ_TOKENS).await?;
        let range = parse_range(range)?;
        let reading = self.reading(caller).await?;
        let found = reading.token_record(id, caller.scope(), range, self.clock.now()).await;
        let mut record = match found.map_err(Error::from) {
            Err(error) => return Err(self.missing(caller, Target::Token(id), error).await),
            Ok(record) => record,
        };
        record.is_stewarded = self.stewards(caller, record.token.owner.id).await?;
        if caller.require(Right::SeeAudit).is_ok() {
            let filter = AuditFilter { token: Some(id), ..AuditFilter::default() };
            let lines = reading.audit_lines(&filter, i64::MAX, TOKEN_EVENTS_SHOWN);
            record.audit = Some(lines.await?);
        }
        Ok(record)
    }
}

/// Lines of the audit log to search for the last change of a token. Refusals may lie between.
const LAST_LINES: u32 = 20;

impl Service {
    /// The error when a token has changed since the caller saw it. It says who changed it, if that can be found out.
    pub(in crate::service) async fn conflict(&self, caller: &Caller, current: Token) -> Error {
        let filter = AuditFilter { token: Some(current.id), ..AuditFilter::default() };
        let lines = match self.reading(caller).await {
            Ok(reading) => reading.audit_lines(&filter, i64::MAX, LAST_LINES).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let last = lines.iter().find(|line| line.at == current.updated_at);
        let who = last.map(|line| {
            let who = if line.actor == Some(caller.id) { "You".to_owned() } else { line.who() };
            format!("{who} did that {}.", line.at.ago(self.clock.now()))
        });
        Error::Conflict { current: Box::new(current), who }
    }
}

pub(in crate::service) fn parse_range(text: &str) -> Result<UsageRange, Error> {
    match text {
        "" => Ok(UsageRange::default()),
        name => UsageRange::from_name(name).ok_or_else(|| {
            let detail = "Activity is shown for a day or for a month: range=day or range=month.";
            Error::field(Field::Cursor, "unknown", detail)
        }),
    }
}
