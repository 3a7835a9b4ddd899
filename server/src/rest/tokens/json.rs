//! The JSON in which programs read and write tokens. The command line prints the same JSON.

use crate::rest::{
    body::{Members, MetadataJson, Object, Rfc3339, metadata_line, metadata_lines},
    problem::Problem,
    tokens::{
        REPLAYED,
        state_json::{DisabledByJson, ExposedJson},
    },
};
use app::domain::{
    Caller, Created, MetadataPatch, PermissionSet, PersonId, RateLimit, Timestamp, Token, TokenForm, TokenId,
    TokenPatch, TokenStatus,
};
use axum::http::HeaderMap;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// A token. It has no member that could hold a secret.
#[derive(Serialize, ToSchema)]
#[schema(as = Token, example = json!(crate::rest::openapi::examples::token()))]
pub struct TokenJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: TokenId,
    name: &'a str,
    description: &'a str,
    /// In alphabetical order.
    #[schema(value_type = Vec<String>)]
    permissions: &'a PermissionSet,
    /// Permissions among them that have no effect now, because the owner may not give them.
    #[schema(value_type = Vec<String>)]
    out_of_reach: &'a PermissionSet,
    owner: OwnerJson<'a>,
    /// The token that created it; null if a person did. The entry stays after that token ends.
    #[schema(required = true)]
    parent: Option<ParentJson<'a>>,
    /// The most important state: `active`, `expiring_soon` (within 7 days), `idle` (not used for as long as is chosen
    /// under Settings > General, or 30 days), `rotating` (the previous secret still works), `disabled`, `expired` or
    /// `exposed` (others have found its current secret, which is revoked).
    #[schema(value_type = String)]
    status: TokenStatus,
    /// Who disabled it; null if it is not disabled, or if that is unknown.
    #[schema(required = true)]
    disabled_by: Option<DisabledByJson<'a>>,
    /// The report about its current secret; null if nobody has reported it. Rotate the token: then it works again.
    #[schema(required = true)]
    exposed: Option<ExposedJson<'a>>,
    /// The prefix and the last four characters of the current secret.
    secret_hint: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Rfc3339,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Rfc3339,
    /// When all of its secrets stop working. Null means never.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    expires_at: Option<Rfc3339>,
    /// When it was last found valid. Null means never.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    last_used_at: Option<Rfc3339>,
    /// The client address of that use, if it is known.
    #[schema(required = true)]
    last_used_address: Option<&'a str>,
    /// Addresses and ranges that it may be used from. Empty means everywhere.
    allowed_addresses: Vec<String>,
    #[schema(value_type = Option<RateLimitJson>, required = true)]
    rate_limit: Option<RateLimitJson>,
    /// Your own facts about it. Verification and introspection answer with it.
    #[schema(value_type = HashMap<String, String>)]
    metadata: MetadataJson<'a>,
    /// Increases with every change. Also the `ETag`.
    version: i64,
}

/// The person who owns a token.
#[derive(Serialize, ToSchema)]
#[schema(as = Owner)]
pub struct OwnerJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: PersonId,
    name: &'a str,
}

/// The token that created another token.
#[derive(Serialize, ToSchema)]
#[schema(as = Parent)]
pub struct ParentJson<'a> {
    #[schema(value_type = String, format = Uuid)]
    id: TokenId,
    name: &'a str,
}

/// `requests` verifications at once, replenished evenly over `per_seconds` seconds.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = RateLimit)]
#[serde(deny_unknown_fields)]
pub struct RateLimitJson {
    /// 1 to 1,000,000.
    requests: u32,
    /// 1 to 86,400 (one day).
    per_seconds: u32,
}

impl From<RateLimit> for RateLimitJson {
    fn from(limit: RateLimit) -> Self {
        Self { requests: limit.requests, per_seconds: limit.per_seconds }
    }
}

impl<'a> TokenJson<'a> {
    /// The token as it stands at this moment.
    pub fn of(token: &'a Token, now: Timestamp) -> Self {
        let used = token.last_used.as_ref();
        Self {
            id: token.id,
            name: token.name.as_str(),
            description: token.description.as_str(),
            permissions: &token.permissions,
            out_of_reach: &token.out_of_reach,
            owner: OwnerJson { id: token.owner.id, name: token.owner.name.as_str() },
            parent: token
                .parent
                .as_ref()
                .map(|parent| ParentJson { id: parent.id, name: parent.name.as_str() }),
            status: token.status(now),
            disabled_by: DisabledByJson::of(token),
            exposed: token.exposed.as_ref().map(ExposedJson::of),
            secret_hint: token.secret_hint.to_string(),
            created_at: Rfc3339(token.created_at),
            updated_at: Rfc3339(token.updated_at),
            expires_at: token.expires_at.map(Rfc3339),
            last_used_at: used.map(|used| Rfc3339(used.at)),
            last_used_address: used.map(|used| used.address.as_str()).filter(|address| !address.is_empty()),
            allowed_addresses: token.allowed_addresses.iter().collect(),
            rate_limit: token.rate_limit.map(RateLimitJson::from),
            metadata: MetadataJson(&token.metadata),
            version: token.version,
        }
    }
}

/// A token after a change. A caller that may not read it (`tokenry.tokens:read`) and did not create it gets only its
/// id and version.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ChangedToken)]
pub enum ChangedJson<'a> {
    Whole(Box<TokenJson<'a>>),
    Mark(MarkJson),
}

/// The id and the new version of a changed token.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenMark, example = json!(crate::rest::openapi::examples::mark()))]
pub struct MarkJson {
    #[schema(value_type = String, format = Uuid)]
    id: TokenId,
    /// Increases with every change. Also the `ETag`.
    version: i64,
}

impl<'a> ChangedJson<'a> {
    /// The token as far as this caller may see it.
    pub fn of(token: &'a Token, caller: &Caller, now: Timestamp) -> Self {
        if caller.may_read(token) {
            Self::Whole(Box::new(TokenJson::of(token, now)))
        } else {
            Self::Mark(MarkJson { id: token.id, version: token.version })
        }
    }
}

/// A token and its secret. No other response contains the secret.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedToken)]
pub struct CreatedJson<'a> {
    token: ChangedJson<'a>,
    /// Null for a repeated request with the same `Idempotency-Key`: only the first response has the secret.
    #[schema(required = true)]
    secret: Option<&'a str>,
    /// `true` for a repeated request with the same `Idempotency-Key`: nothing was changed now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    replayed: bool,
    /// For a repeated request: where the secret is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    detail: Option<&'static str>,
}

impl<'a> CreatedJson<'a> {
    pub fn of(created: &'a Created, caller: &Caller, now: Timestamp) -> Self {
        Self::new(&created.token, Some(created.secret.as_str()), caller, now)
    }

    pub fn new(token: &'a Token, secret: Option<&'a str>, caller: &Caller, now: Timestamp) -> Self {
        let replayed = secret.is_none();
        let token = ChangedJson::of(token, caller, now);
        Self { token, secret, replayed, detail: replayed.then_some(REPLAYED) }
    }
}

/// A page of tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenList)]
pub struct TokensJson<'a> {
    pub items: Vec<TokenJson<'a>>,
    /// The `cursor` of the next page; null on the last page.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

impl<'a> TokensJson<'a> {
    pub fn of(tokens: &'a [Token], next_cursor: Option<String>, now: Timestamp) -> Self {
        Self { items: tokens.iter().map(|token| TokenJson::of(token, now)).collect(), next_cursor }
    }
}

/// The details of a new token.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewToken, example = json!(crate::rest::openapi::examples::new_token()))]
#[serde(deny_unknown_fields)]
pub struct NewTokenJson {
    /// 1 to 80 characters. Must not look like the name of another token of the owner.
    #[schema(value_type = String, required = true)]
    name: Option<String>,
    /// Up to 300 characters.
    description: Option<String>,
    /// At least one. Each must be in the catalogue, and held by the calling token.
    #[schema(value_type = Vec<String>, required = true)]
    permissions: Option<Vec<String>>,
    /// RFC 3339. Null or omitted means never. Must not be later than the end of the calling secret.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Up to 50 addresses and ranges of IPv4 and IPv6. Empty means everywhere. If the calling token is limited to
    /// addresses, each must lie within one of those.
    allowed_addresses: Option<Vec<String>>,
    /// Must not exceed the limit of the calling token, if it has one: neither at once nor in the long run.
    #[serde(default, deserialize_with = "rate_limit")]
    #[schema(value_type = Option<RateLimitJson>)]
    rate_limit: Option<RateLimitJson>,
    /// The id of a group or a service account that owns the token. Null or omitted, it belongs to the owner of the
    /// calling token. Another owner also needs `tokenry.tokens:write-all`.
    #[schema(format = Uuid)]
    owner: Option<String>,
    /// Up to 20 entries of your own, such as `{"env": "prod"}`. A key is 1 to 40 of `a-z`, `0-9`, `_`, `-` and `.`, and
    /// begins with a letter; a value is a text of up to 200 characters.
    #[schema(value_type = Option<HashMap<String, String>>)]
    metadata: Option<Members<String>>,
}

impl NewTokenJson {
    pub fn form(self, headers: &HeaderMap) -> Result<TokenForm, Problem> {
        let rate = |number: fn(RateLimitJson) -> u32| self.rate_limit.map(|limit| number(limit).to_string());
        Ok(TokenForm {
            name: self.name.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            permissions: self.permissions.unwrap_or_default(),
            expires_at: Some(moment(headers, self.expires_at)?),
            allowed_addresses: Some(addresses(headers, self.allowed_addresses)?),
            rate_requests: Some(rate(|limit| limit.requests).unwrap_or_default()),
            rate_seconds: Some(rate(|limit| limit.per_seconds).unwrap_or_default()),
            owner: self.owner,
            metadata: self.metadata.map(|Members(all)| metadata_lines(headers, &all)).transpose()?,
        })
    }
}

/// Changes to a token (JSON merge patch, RFC 7396). Absent members stay unchanged; null clears a member.
#[derive(Deserialize, ToSchema)]
#[schema(as = TokenPatch, example = json!(crate::rest::openapi::examples::patch()))]
#[serde(deny_unknown_fields)]
pub struct TokenPatchJson {
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    permissions: Option<Vec<String>>,
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<String>>,
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<Vec<String>>)]
    allowed_addresses: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<RatePatch>)]
    rate_limit: Option<Option<Object<RatePatch>>>,
    /// Merged: each member sets its entry or, if it is null, removes it; the others stay. Null removes all.
    #[serde(default, deserialize_with = "some")]
    #[schema(value_type = Option<HashMap<String, Option<String>>>)]
    metadata: Option<Option<Members<Option<String>>>>,
}

/// Either number can be changed alone.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = RateLimitPatch)]
#[serde(deny_unknown_fields)]
pub struct RatePatch {
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    requests: Option<u32>,
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    per_seconds: Option<u32>,
}

impl TokenPatchJson {
    pub fn patch(self, headers: &HeaderMap) -> Result<TokenPatch, Problem> {
        let (rate_requests, rate_seconds) = match self.rate_limit {
            None => (None, None),
            Some(None) => (Some(String::new()), Some(String::new())),
            Some(Some(Object(rate))) => {
                (rate.requests.map(|n| n.to_string()), rate.per_seconds.map(|n| n.to_string()))
            }
        };
        Ok(TokenPatch {
            name: self.name,
            description: self.description.map(Option::unwrap_or_default),
            permissions: self.permissions,
            expires_at: self.expires_at.map(|text| moment(headers, text)).transpose()?,
            allowed_addresses: self.allowed_addresses.map(|all| addresses(headers, all)).transpose()?,
            rate_requests,
            rate_seconds,
            metadata: self
                .metadata
                .map(|patch| checked(headers, patch.map(|Members(patch)| patch)))
                .transpose()?,
        })
    }
}

/// The options of a rotation.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = Rotation)]
#[serde(deny_unknown_fields)]
pub struct RotationJson {
    /// How long the previous secret keeps working: 0 to 2,592,000 (30 days).
    #[serde(default)]
    pub overlap_seconds: i64,
}

/// A member that is present was sent on purpose, even if it is null.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn rate_limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RateLimitJson>, D::Error> {
    Ok(Option::<Object<RateLimitJson>>::deserialize(deserializer)?.map(|Object(limit)| limit))
}

/// The moment as the text of a form field, where an empty text means never. Programs have to write moments in full, and
/// never as an empty text.
fn moment(headers: &HeaderMap, text: Option<String>) -> Result<String, Problem> {
    let text = text.map(|text| if Timestamp::parse(&text).is_some() { Ok(text) } else { Err(()) });
    text.transpose().map(Option::unwrap_or_default).map_err(|()| {
        let detail =
            "Write a moment as in 2027-02-21T18:00:00Z, up to 9999-12-31T23:59:59Z, or null for never.";
        Problem::fault(headers, "/expires_at", "malformed", detail)
    })
}

fn checked(headers: &HeaderMap, patch: Option<MetadataPatch>) -> Result<Option<MetadataPatch>, Problem> {
    for (key, value) in patch.iter().flatten() {
        metadata_line(headers, key, value.as_deref().unwrap_or_default())?;
    }
    Ok(patch)
}

/// The addresses as the text of a form field, which is a list. Each member of the array has to be a single entry of it.
fn addresses(headers: &HeaderMap, all: Option<Vec<String>>) -> Result<String, Problem> {
    let all = all.unwrap_or_default();
    let several = |text: &String| text.is_empty() || text.contains(|c: char| c.is_whitespace() || c == ',');
    match all.iter().position(several) {
        None => Ok(all.join(" ")),
        Some(at) => {
            let detail = "Write one address or one range here, as in 203.0.113.9 or 10.0.0.0/8.";
            Err(Problem::fault(headers, &format!("/allowed_addresses/{at}"), "malformed", detail))
        }
    }
}
