//! The tokens as a table for other programs: all that the caller may see and that match the filters of the list.

use crate::{
    http::{
        csv,
        extract::{PageError, PageQuery, SignedIn},
    },
    state::AppState,
};
use app::{
    domain::{Error, Timestamp, Token, TokenListForm},
    service::Service,
};
use axum::{extract::State, response::Response};
use futures_util::{StreamExt, stream};

/// Exports all tokens that match the filters of the list, in its order. A misspelt filter is refused, since it must
/// not let everything through.
pub async fn send(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    PageQuery(asked): PageQuery<TokenListForm>,
) -> Result<Response, PageError> {
    if !asked.cursor.is_empty() {
        return Err(Error::Malformed.into());
    }
    let (service, query) = (Service::clone(&state.service), asked.parse()?);
    // The first page is read before the answer begins, so that a failure to read the data is still an error response.
    let page = service.export_tokens(&caller, &query, None).await?;
    let now = service.now();
    let rest = stream::unfold(page.next, move |next| {
        let (service, caller, query) = (service.clone(), caller.clone(), query.clone());
        async move {
            match service.export_tokens(&caller, &query, Some(next?)).await {
                Ok(page) => Some((Ok(rows(page.tokens, now)), page.next)),
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    let first = stream::once(async move { Ok(rows(page.tokens, now)) });
    Ok(csv::answer("tokenry-tokens.csv", &HEAD, first.chain(rest)))
}

const HEAD: [&str; 15] = [
    "id",
    "name",
    "description",
    "owner",
    "status",
    "permissions",
    "secret_hint",
    "created_at",
    "last_used_at",
    "last_used_address",
    "expires_at",
    "disabled_at",
    "allowed_addresses",
    "rate_limit",
    "metadata",
];

fn rows(tokens: Vec<Token>, now: Timestamp) -> Vec<Vec<String>> {
    tokens.iter().map(|token| cells(token, now).to_vec()).collect()
}

fn cells(token: &Token, now: Timestamp) -> [String; 15] {
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let used = token.last_used.as_ref();
    let rate = token.rate_limit.map(|limit| format!("{} in {} s", limit.requests, limit.per_seconds));
    [
        token.id.to_string(),
        token.name.as_str().to_owned(),
        token.description.as_str().to_owned(),
        token.owner.name.as_str().to_owned(),
        token.status(now).as_str().to_owned(),
        token.permissions.to_line(),
        token.secret_hint.to_string(),
        token.created_at.to_string(),
        moment(used.map(|used| used.at)),
        used.map(|used| used.address.clone()).unwrap_or_default(),
        moment(token.expires_at),
        moment(token.disabled_at),
        token.allowed_addresses.to_string(),
        rate.unwrap_or_default(),
        token.metadata.as_str().trim_end().to_owned(),
    ]
}
