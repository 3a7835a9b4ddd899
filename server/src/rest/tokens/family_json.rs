//! The JSON of a change to a token and the tokens that it made: which of them were changed, and which were not.

use crate::rest::tokens::json::ChangedJson;
use app::domain::{BulkLine, BulkResult, Outcome, TokenId};
use serde::Serialize;
use utoipa::ToSchema;

/// A token that is disabled now; with `with_children`, what became of it and of those that it made.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = DisabledToken)]
pub enum DisabledTokenJson<'a> {
    Alone(ChangedJson<'a>),
    WithChildren(DisabledJson),
}

/// What became of a token and of those that it made.
#[derive(Serialize, ToSchema)]
#[schema(as = DisabledTokens, example = json!(crate::rest::openapi::examples::disabled_with_children()))]
pub struct DisabledJson {
    /// Their secrets are refused.
    #[schema(value_type = Vec<String>)]
    disabled: Vec<TokenId>,
    /// Those that go on.
    kept: Vec<KeptJson>,
    /// Was everything reached? If not, ask again: what is left is gone on with.
    complete: bool,
}

impl DisabledJson {
    pub fn of(result: &BulkResult) -> Self {
        let (disabled, kept, complete) = parted(result);
        Self { disabled, kept, complete }
    }
}

/// What became of a token and of those that it made.
#[derive(Serialize, ToSchema)]
#[schema(as = DeletedTokens, example = json!(crate::rest::openapi::examples::deleted()))]
pub struct DeletedJson {
    /// Their secrets are dead.
    #[schema(value_type = Vec<String>)]
    deleted: Vec<TokenId>,
    /// Those that stay.
    kept: Vec<KeptJson>,
    /// Was everything reached? If not, ask again: what is left is gone on with.
    complete: bool,
}

/// A token that stays as it is, and why.
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
