//! The tokens as a table for other programs: all that the caller may see and that fit the filters of the list.

use crate::{
    http::csv,
    http::extract::{Page, PageQuery},
};
use app::{
    domain::{Error, Timestamp, Token, TokenListForm},
    service::Service,
};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use serde::Deserialize;

/// The filters of the list. One that is misspelt must not let everything through.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    permission: String,
    #[serde(default)]
    concern: String,
    #[serde(default)]
    sort: String,
}

impl From<Asked> for TokenListForm {
    fn from(asked: Asked) -> Self {
        let Asked { q, status, owner, permission, concern, sort } = asked;
        Self { q, status, owner, permission, concern, sort, cursor: String::new() }
    }
}

pub async fn send(page: Page, PageQuery(asked): PageQuery<Asked>) -> Response {
    let service = Service::clone(&page.state.service);
    let first = async {
        let (caller, query) = (page.caller()?.clone(), TokenListForm::from(asked).parse()?);
        // Whether the data can be had is known before the answer begins.
        let page = service.export_tokens(&caller, &query, None).await?;
        Ok::<_, Error>((caller, query, page))
    };
    match first.await {
        Ok((caller, query, page)) => {
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
            csv::answer("tokenry-tokens.csv", &HEAD, first.chain(rest))
        }
        Err(error) => page.fail(&error).await,
    }
}

const HEAD: [&str; 14] = [
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
];

fn rows(tokens: Vec<Token>, now: Timestamp) -> Vec<Vec<String>> {
    tokens.iter().map(|token| cells(token, now).to_vec()).collect()
}

fn cells(token: &Token, now: Timestamp) -> [String; 14] {
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
    ]
}
