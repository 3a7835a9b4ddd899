//! `/v1/tokens`: everything about tokens that the console can do, too.

use super::{
    bearer, body,
    conditions::{TokenAt, etag, idempotency_key, if_match, version},
    examples,
    problem::{Problem, json, no_content},
    query,
    token_json::{CreatedJson, NewTokenJson, RotationJson, TokenJson, TokenPatchJson, TokensJson},
};
use crate::router::Console;
use app::domain::{Error, Overlap, READ_TOKENS, RevealedSecret, Token, TokenList, WRITE_TOKENS};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

/// An error in the words of this door.
fn refuse(headers: &HeaderMap) -> impl Fn(Error) -> Problem {
    move |error| Problem::new(error, headers)
}

#[utoipa::path(
    get,
    path = "/v1/tokens",
    tag = "Tokens",
    operation_id = "list_tokens",
    summary = "List tokens",
    description = "A page of the live tokens that fit. What they lack is sorted last. Turn the page with the answer’s \
        `next_cursor` and the same `sort`.",
    security(("bearer" = ["tokenry.tokens:read"])),
    params(
        ("search" = Option<String>, Query, description = "Text in the name or the description (of one or two characters, \
            the beginning of a word), the first 8 characters or more of an id, or the last four of a secret", example = "billing"),
        ("status" = Option<String>, Query, description = "`active`, `expiring_soon`, `idle`, `rotating`, `disabled` or \
            `expired`"),
        ("owner" = Option<String>, Query, format = Uuid, description = "The id of a person"),
        ("permission" = Option<String>, Query, description = "Only tokens that have it"),
        ("sort" = Option<String>, Query, description = "`created_at`, `name`, `permissions`, `last_used_at`, \
            `expires_at`, `owner` or `status`; with `-` in front, the other way round. Without it: `-created_at`"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200. Without it: 50"),
        ("cursor" = Option<String>, Query, description = "From an answer of the same order")
    ),
    responses((status = 200, description = "A page of tokens", body = TokensJson<'_>, example = json!(examples::tokens())))
)]
pub async fn list(State(console): State<Console>, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&console, &parts, READ_TOKENS).await?;
    let query = query::tokens(&parts)?;
    let TokenList { tokens, next, .. } =
        console.service.list_tokens(&caller, &query).await.map_err(refuse(&parts.headers))?;
    let next_cursor = next.map(|cursor| cursor.to_string());
    Ok(json(StatusCode::OK, &TokensJson::of(&tokens, next_cursor, console.service.now())))
}

#[utoipa::path(
    post,
    path = "/v1/tokens",
    tag = "Tokens",
    operation_id = "create_token",
    summary = "Create a token",
    description = "It belongs to the owner of the token that asks, and gets no permission that that one lacks: 403 with \
        those that are `missing`. The secret is in this answer and nowhere else.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters of your choice. For 24 \
            hours, the same request with the same key makes nothing more: it is answered with 200, the token, no secret, \
            and `replayed`; with 404 when the token has been deleted since. Another request with the same key is refused \
            (422).", example = "8e03978e-40d5-43dd-bc93-6894a57f9324")
    ),
    request_body(content = NewTokenJson, example = json!(examples::new_token())),
    responses(
        (status = 201, description = "The token, and its secret", headers(
                ("Location" = String, description = "Where the token is"),
                ("ETag" = String, description = "Its version, for `If-Match`")
            ),
            body = CreatedJson<'_>, example = json!(examples::created())),
        (status = 200, description = "It had been created before with this key", body = CreatedJson<'_>,
            example = json!(examples::replayed()))
    )
)]
pub async fn create(State(console): State<Console>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&console, &parts, WRITE_TOKENS).await?;
    let key = idempotency_key(&parts.headers)?;
    let new: NewTokenJson = body::json(&parts.headers, body).await?;
    let form = new.form(&parts.headers)?;
    let made = console.service.create_token_once(&caller, &form, key).await;
    let made = made.map_err(refuse(&parts.headers))?;
    Ok(created(&console, &made.token, made.secret.as_ref()))
}

#[utoipa::path(
    get,
    path = "/v1/tokens/{id}",
    tag = "Tokens",
    operation_id = "read_token",
    summary = "Read a token",
    security(("bearer" = ["tokenry.tokens:read"])),
    params(("id" = String, Path, format = Uuid, description = "The token’s id")),
    responses((status = 200, description = "The token", headers(("ETag" = String, description = "Its version, for `If-Match`")), body = TokenJson<'_>, example = json!(examples::token())))
)]
pub async fn read(
    State(console): State<Console>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&console, &parts, READ_TOKENS).await?;
    let token = console.service.token(&caller, at.id(&parts.headers)?).await;
    Ok(answer(&console, &token.map_err(refuse(&parts.headers))?))
}

#[utoipa::path(
    patch,
    path = "/v1/tokens/{id}",
    tag = "Tokens",
    operation_id = "edit_token",
    summary = "Change a token",
    description = "A JSON merge patch (RFC 7396): what is absent stays, null clears. Without `If-Match` it is refused (428), \
        and with an older version, too (409, with the `version` that is stored now).",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(
        ("id" = String, Path, format = Uuid, description = "The token’s id"),
        ("If-Match" = String, Header, description = "The `ETag` that the token was read with", example = "\"1\"")
    ),
    request_body(content(
        (TokenPatchJson = "application/merge-patch+json", example = json!(examples::patch())),
        (TokenPatchJson = "application/json", example = json!(examples::patch()))
    )),
    responses((status = 200, description = "The token as it is now", headers(("ETag" = String, description = "Its version, for `If-Match`")), body = TokenJson<'_>, example = json!(examples::patched())))
)]
pub async fn edit(
    State(console): State<Console>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&console, &parts, WRITE_TOKENS).await?;
    let (id, version) = (at.id(&parts.headers)?, version(&parts.headers)?);
    let patch: TokenPatchJson = body::merge_patch(&parts.headers, body).await?;
    let token = console.service.patch_token(&caller, id, version, patch.patch(&parts.headers)?).await;
    Ok(answer(&console, &token.map_err(refuse(&parts.headers))?))
}

#[utoipa::path(
    post,
    path = "/v1/tokens/{id}/rotate",
    tag = "Tokens",
    operation_id = "rotate_token",
    summary = "Give a token a new secret",
    description = "The secret before it goes on working for `overlap_seconds`, without them not at all; never longer than \
        it would have. Of two rotations at once, one is refused (409). The body may be left out.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(
        ("id" = String, Path, format = Uuid, description = "The token’s id"),
        ("If-Match" = Option<String>, Header, description = "Only if the token still has this version", example = "\"1\"")
    ),
    request_body(content = Option<RotationJson>, example = json!({ "overlap_seconds": 3600 })),
    responses((status = 200, description = "The token, and its new secret", headers(("ETag" = String, description = "Its version, for `If-Match`")), body = CreatedJson<'_>, example = json!(examples::rotated())))
)]
pub async fn rotate(
    State(console): State<Console>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&console, &parts, WRITE_TOKENS).await?;
    let (id, version) = (at.id(&parts.headers)?, if_match(&parts.headers)?);
    let RotationJson { overlap_seconds } = body::json_or_nothing(&parts.headers, body).await?;
    let rotated =
        console.service.rotate_token_at(&caller, id, version, Overlap::of_seconds(overlap_seconds)).await;
    let rotated = rotated.map_err(refuse(&parts.headers))?;
    let body = CreatedJson::of(&rotated, console.service.now());
    Ok(tagged(json(StatusCode::OK, &body), &rotated.token))
}

#[utoipa::path(
    post,
    path = "/v1/tokens/{id}/disable",
    tag = "Tokens",
    operation_id = "disable_token",
    summary = "Pause a token",
    description = "Its secrets are refused before this answers. Pausing a paused token changes nothing.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(("id" = String, Path, format = Uuid, description = "The token’s id")),
    responses((status = 200, description = "The token as it is now", headers(("ETag" = String, description = "Its version, for `If-Match`")), body = TokenJson<'_>, example = json!(examples::paused("disabled"))))
)]
pub async fn disable(
    State(console): State<Console>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    pause(&console, &at, request, true).await
}

#[utoipa::path(
    post,
    path = "/v1/tokens/{id}/enable",
    tag = "Tokens",
    operation_id = "enable_token",
    summary = "End the pause of a token",
    description = "Its secrets work again. What is not paused stays as it is. What an admin has disabled of somebody else’s, \
        only an admin enables (403).",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(("id" = String, Path, format = Uuid, description = "The token’s id")),
    responses((status = 200, description = "The token as it is now", headers(("ETag" = String, description = "Its version, for `If-Match`")), body = TokenJson<'_>, example = json!(examples::paused("active"))))
)]
pub async fn enable(
    State(console): State<Console>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    pause(&console, &at, request, false).await
}

async fn pause(
    console: &Console,
    at: &TokenAt,
    request: Request,
    is_disabled: bool,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(console, &parts, WRITE_TOKENS).await?;
    let token = console.service.pause_token(&caller, at.id(&parts.headers)?, is_disabled).await;
    Ok(answer(console, &token.map_err(refuse(&parts.headers))?))
}

#[utoipa::path(
    delete,
    path = "/v1/tokens/{id}",
    tag = "Tokens",
    operation_id = "delete_token",
    summary = "Delete a token",
    description = "Its secrets are dead before this answers. Deleting it again is a 404, as for a token that never was.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(("id" = String, Path, format = Uuid, description = "The token’s id")),
    responses((status = 204, description = "It is gone"))
)]
pub async fn delete(
    State(console): State<Console>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&console, &parts, WRITE_TOKENS).await?;
    let deleted = console.service.delete_token(&caller, at.id(&parts.headers)?).await;
    deleted.map(|()| no_content()).map_err(refuse(&parts.headers))
}

fn answer(console: &Console, token: &Token) -> Response {
    tagged(json(StatusCode::OK, &TokenJson::of(token, console.service.now())), token)
}

/// 201 for what was made now, 200 for what the same key has made before.
fn created(console: &Console, token: &Token, secret: Option<&RevealedSecret>) -> Response {
    let status = if secret.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    let body = CreatedJson::new(token, secret.map(RevealedSecret::as_str), console.service.now());
    let mut response = tagged(json(status, &body), token);
    let place = HeaderValue::try_from(format!("/v1/tokens/{}", token.id)).ok();
    response.headers_mut().extend(place.map(|place| (header::LOCATION, place)));
    response
}

fn tagged(mut response: Response, token: &Token) -> Response {
    response.headers_mut().extend(etag(token.version).map(|tag| (header::ETAG, tag)));
    response
}
