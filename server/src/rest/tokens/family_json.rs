//! The JSON of a change to a token and the tokens that it made: which of them were changed, and which were not.

use crate::rest::tokens::json::ChangedJson;
use app::domain::{BulkLine, BulkResult, Outcome, TokenId};
use serde::Serialize;
use utoipa::ToSchema;

/// The disabled token; with `with_children`, the result for it and for the tokens created by it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = DisabledToken)]
pub enum DisabledTokenJson<'a> {
    Alone(ChangedJson<'a>),
    WithChildren(DisabledJson),
}

/// The result for a token and for the tokens created by it.
#[derive(Serialize, ToSchema)]
#[schema(as = DisabledTokens, example = json!(crate::rest::openapi::examples::disabled_with_children()))]
pub struct DisabledJson {
    /// Tokens that are disabled: their secrets are refused.
    #[schema(value_type = Vec<String>)]
    disabled: Vec<TokenId>,
    /// Tokens that keep working.
    kept: Vec<KeptJson>,
    /// Were all tokens reached? If not, repeat the request to continue with the
    /// rest, with another `Idempotency-Key` or without one.
    complete: bool,
}

impl DisabledJson {
    pub fn of(result: &BulkResult) -> Self {
        let (disabled, kept, complete) = parted(result);
        Self { disabled, kept, complete }
    }
}

/// The result for a token and for the tokens created by it.
#[derive(Serialize, ToSchema)]
#[schema(as = DeletedTokens, example = json!(crate::rest::openapi::examples::deleted()))]
pub struct DeletedJson {
    /// Tokens that are deleted: their secrets are revoked.
    #[schema(value_type = Vec<String>)]
    deleted: Vec<TokenId>,
    /// Tokens that are not deleted.
    kept: Vec<KeptJson>,
    /// Were all tokens reached? If not, repeat the request to continue with the
    /// rest, with another `Idempotency-Key` or without one.
    complete: bool,
}

/// A token that was not changed, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = KeptToken)]
pub struct KeptJson {
    #[schema(value_type = String, format = Uuid)]
    id: TokenId,
    detail: String,
}

impl DeletedJson {
    pub fn of(result: &BulkResult) -> Self {
        let (deleted, kept, complete) = parted(result);
        Self { deleted, kept, complete }
    }
}

/// The tokens that ended, the tokens that did not, and whether all were reached.
fn parted(result: &BulkResult) -> (Vec<TokenId>, Vec<KeptJson>, bool) {
    let (mut ended, mut kept, mut complete) = (Vec::new(), Vec::new(), !result.has_more);
    for BulkLine { id, outcome, .. } in &result.lines {
        match outcome {
            Outcome::Done | Outcome::Already => ended.push(*id),
            Outcome::Refused(error) => kept.push(KeptJson { id: *id, detail: error.to_string() }),
            Outcome::NotTried => complete = false,
        }
    }
    (ended, kept, complete)
}
