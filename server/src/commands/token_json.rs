//! Tokens as the HTTP API answers with them, for `--json`.

use app::domain::{Created, RateLimit, Timestamp, Token};
use serde::Serialize;

#[derive(Serialize)]
pub struct TokenJson<'a> {
    id: String,
    name: &'a str,
    description: &'a str,
    permissions: Vec<String>,
    owner: OwnerJson<'a>,
    status: &'static str,
    secret_hint: String,
    created_at: String,
    updated_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    last_used_address: Option<&'a str>,
    allowed_addresses: Vec<String>,
    rate_limit: Option<RateLimit>,
    version: i64,
}

#[derive(Serialize)]
struct OwnerJson<'a> {
    id: String,
    name: &'a str,
}

#[derive(Serialize)]
pub struct CreatedJson<'a> {
    token: TokenJson<'a>,
    secret: &'a str,
}

#[derive(Serialize)]
pub struct TokensJson<'a> {
    items: Vec<TokenJson<'a>>,
    /// There is one page.
    next_cursor: Option<String>,
}

impl<'a> TokenJson<'a> {
    fn of(token: &'a Token, now: Timestamp) -> Self {
        let used = token.last_used.as_ref();
        Self {
            id: token.id.to_string(),
            name: token.name.as_str(),
            description: token.description.as_str(),
            permissions: token.permissions.iter().map(ToString::to_string).collect(),
            owner: OwnerJson { id: token.owner.id.to_string(), name: token.owner.name.as_str() },
            status: token.status(now).as_str(),
            secret_hint: token.secret_hint.to_string(),
            created_at: token.created_at.to_string(),
            updated_at: token.updated_at.to_string(),
            expires_at: token.expires_at.map(|at| at.to_string()),
            last_used_at: used.map(|used| used.at.to_string()),
            last_used_address: used.map(|used| used.address.as_str()).filter(|address| !address.is_empty()),
            allowed_addresses: token.allowed_addresses.iter().collect(),
            rate_limit: token.rate_limit,
            version: token.version,
        }
    }
}

impl<'a> CreatedJson<'a> {
    pub fn of(created: &'a Created, now: Timestamp) -> Self {
        Self { token: TokenJson::of(&created.token, now), secret: created.secret.as_str() }
    }
}

impl<'a> TokensJson<'a> {
    pub fn of(tokens: &'a [Token], now: Timestamp) -> Self {
        Self { items: tokens.iter().map(|token| TokenJson::of(token, now)).collect(), next_cursor: None }
    }
}
