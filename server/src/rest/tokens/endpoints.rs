//! Handlers of `/v1/tokens`: scripts can do everything with tokens that the console can.

use crate::rest::{
    bearer, body,
    openapi::examples,
    problem::{Problem, json, no_content},
    query,
    tokens::conditions::{TokenAt, etag, terms, terms_with_version},
    tokens::family_json::{DeletedJson, DisabledJson, DisabledTokenJson},
    tokens::json::{
        ChangedJson, CreatedJson, NewTokenJson, RotationJson, TokenJson, TokenPatchJson, TokensJson,
    },
};
use crate::state::AppState;
use app::{
    domain::{Caller, Error, Overlap, READ_TOKENS, RevealedSecret, Token, TokenList, WRITE_TOKENS},
    service::Creation,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

/// Turns an error into problem details for the request with these headers.
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
        ("search" = Option<String>, Query, description = "Text in the name or the description (of one or two letters, the \
            beginning of a word), the first 8 characters or more of an id, or the last four of a secret, alone or as in \
            `tkr_…x9Qf`. Letter case does not matter, nor whether accents are composed", example = "billing"),
        ("status" = Option<String>, Query, description = "`active`, `expiring_soon`, `idle`, `rotating`, `disabled` or \
            `expired`"),
        ("owner" = Option<String>, Query, format = Uuid, description = "The id of a person"),
        ("permission" = Option<String>, Query, description = "Only tokens that have it"),
        ("sort" = Option<String>, Query, description = "`created_at`, `name`, `permissions`, `last_used_at`, \
            `expires_at`, `owner` or `status`; with `-` in front, the other way round. Names are sorted as Unicode does, \
            numbers in them by value. Without it: `-created_at`"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "1 to 200. Without it: 50"),
        ("cursor" = Option<String>, Query, description = "From an answer of the same order")
    ),
    responses((status = 200, description = "A page of tokens", body = TokensJson<'_>, example = json!(examples::tokens())))
)]
pub async fn list(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_TOKENS).await?;
    let query = query::tokens(&parts)?;
    let TokenList { tokens, next, .. } =
        state.service.list_tokens(&caller, &query).await.map_err(refuse(&parts.headers))?;
    let next_cursor = next.map(|cursor| cursor.to_string());
    Ok(json(StatusCode::OK, &TokensJson::of(&tokens, next_cursor, state.service.now())))
}

#[utoipa::path(
    post,
    path = "/v1/tokens",
    tag = "Tokens",
    operation_id = "create_token",
    summary = "Create a token",
    description = "It belongs to the owner of the token that asks, and can do nothing that that one cannot: no permission \
        that it lacks (403 with those that are `missing`), not for longer, not from more addresses, and not more often \
        (403 with a sentence). What is left out is no limit, and not taken over. The secret is in this answer and nowhere \
        else. It names the token that asks as its `parent`, and outlives it unless it is deleted `with_children`.",
    security(("bearer" = ["tokenry.tokens:write"])),
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
pub async fn create(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_TOKENS).await?;
    let terms = terms(&parts.headers)?;
    let new: NewTokenJson = body::json(&parts.headers, body).await?;
    let form = new.form(&parts.headers)?;
    let made = state.service.create_token_once(&caller, &form, terms.key).await;
    let made = made.map_err(refuse(&parts.headers))?;
    // 200 if an earlier request with the same key has created the token.
    let status = if made.secret.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = revealed(&state, &caller, status, &made);
    let place = HeaderValue::try_from(format!("/v1/tokens/{}", made.token.id)).ok();
    response.headers_mut().extend(place.map(|place| (header::LOCATION, place)));
    Ok(response)
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
pub async fn read(State(state): State<AppState>, at: TokenAt, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, READ_TOKENS).await?;
    let token = state.service.token(&caller, at.id(&parts.headers)?).await;
    let token = token.map_err(refuse(&parts.headers))?;
    Ok(tagged(json(StatusCode::OK, &TokenJson::of(&token, state.service.now())), &token))
}

#[utoipa::path(
    patch,
    path = "/v1/tokens/{id}",
    tag = "Tokens",
    operation_id = "edit_token",
    summary = "Change a token",
    description = "A JSON merge patch (RFC 7396): what is absent stays, null clears. Without `If-Match` it is refused (428), \
        and with an older version, too (409, with the `version` that is stored now). Other people’s tokens need \
        `tokenry.tokens:write-all` beside; without it they are refused (403), or do not exist for who may not read them \
        (404). A permission that is new, and a limit that is lifted, have to be within what the token that asks can do.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(("id" = String, Path, format = Uuid, description = "The token’s id")),
    request_body(content(
        (TokenPatchJson = "application/merge-patch+json", example = json!(examples::patch())),
        (TokenPatchJson = "application/json", example = json!(examples::patch()))
    )),
    responses((status = 200, description = "The token as it is now", headers(("ETag" = String, description = "Its version, for `If-Match`")), body = ChangedJson<'_>, example = json!(examples::patched())))
)]
pub async fn edit(State(state): State<AppState>, at: TokenAt, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_TOKENS).await?;
    let (id, terms) = (at.id(&parts.headers)?, terms_with_version(&parts.headers)?);
    let patch: TokenPatchJson = body::merge_patch(&parts.headers, body).await?;
    let token = state.service.patch_token(&caller, id, &terms, patch.patch(&parts.headers)?).await;
    Ok(answer(&state, &caller, &token.map_err(refuse(&parts.headers))?))
}

#[utoipa::path(
    post,
    path = "/v1/tokens/{id}/rotate",
    tag = "Tokens",
    operation_id = "rotate_token",
    summary = "Give a token a new secret",
    description = "The secret before it goes on working for `overlap_seconds`, without them not at all; never longer than \
        it would have. Of two rotations at once, one is refused (409). Asked for again without an `Idempotency-Key`, it is \
        another rotation, which ends the overlap of the one before. The body may be left out. All that the token can do, \
        and for how long, has to be within what the one that asks can: a secret in its overlap ends with it, and renews \
        nothing that lasts longer.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(("id" = String, Path, format = Uuid, description = "The token’s id")),
    request_body(content = Option<RotationJson>, example = json!({ "overlap_seconds": 3600 })),
    responses((status = 200, description = "The token, and its new secret", headers(("ETag" = String, description = "Its version, for `If-Match`")), body = CreatedJson<'_>, example = json!(examples::rotated())))
)]
pub async fn rotate(
    State(state): State<AppState>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_TOKENS).await?;
    let (id, terms) = (at.id(&parts.headers)?, terms(&parts.headers)?);
    let RotationJson { overlap_seconds } = body::json_or_nothing(&parts.headers, body).await?;
    let overlap = Overlap::of_seconds(overlap_seconds);
    let rotated = state.service.rotate_token_on(&caller, id, &terms, overlap).await;
    Ok(revealed(&state, &caller, StatusCode::OK, &rotated.map_err(refuse(&parts.headers))?))
}

#[utoipa::path(
    post,
    path = "/v1/tokens/{id}/disable",
    tag = "Tokens",
    operation_id = "disable_token",
    summary = "Disable a token",
    description = "Its secrets are refused before this answers. Disabling a disabled token changes nothing. What it made goes \
        on, unless it is disabled, too.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(
        ("id" = String, Path, format = Uuid, description = "The token’s id"),
        ("with_children" = Option<bool>, Query, description = "`true` disables what it made, too, and what was made by \
            those: one after the other, the token itself first. The answer says which. Asked again, it disables what is \
            not disabled yet", example = true)
    ),
    responses(
        (status = 200, description = "The token as it is now; with `with_children`, those that are disabled",
            headers(("ETag" = String, description = "Its version, for `If-Match`; not with `with_children`")),
            body = DisabledTokenJson<'_>, examples(
                ("Alone" = (value = json!(examples::disabled("disabled")))),
                ("With children" = (value = json!(examples::disabled_with_children())))
            )),
        (status = 204, description = "With `with_children`: it was done before with the same `Idempotency-Key`, and nothing was done now")
    )
)]
pub async fn disable(
    State(state): State<AppState>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_TOKENS).await?;
    let (id, terms) = (at.id(&parts.headers)?, terms(&parts.headers)?);
    if query::with_children(&parts)? {
        let disabled = state.service.disable_token_with_made(&caller, id, &terms).await;
        return Ok(match disabled.map_err(refuse(&parts.headers))? {
            None => no_content(),
            Some(disabled) => {
                json(StatusCode::OK, &DisabledTokenJson::WithChildren(DisabledJson::of(&disabled)))
            }
        });
    }
    let token = state.service.set_disabled_on(&caller, id, &terms, true).await;
    let token = token.map_err(refuse(&parts.headers))?;
    let alone = DisabledTokenJson::Alone(ChangedJson::of(&token, &caller, state.service.now()));
    Ok(tagged(json(StatusCode::OK, &alone), &token))
}

#[utoipa::path(
    post,
    path = "/v1/tokens/{id}/enable",
    tag = "Tokens",
    operation_id = "enable_token",
    summary = "Enable a token",
    description = "Its secrets work again. What is enabled stays as it is. All that it can do has to be within what the \
        token that asks can. What an admin has disabled of somebody else’s, only an admin enables (403).",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(("id" = String, Path, format = Uuid, description = "The token’s id")),
    responses((status = 200, description = "The token as it is now", headers(("ETag" = String, description = "Its version, for `If-Match`")), body = ChangedJson<'_>, example = json!(examples::disabled("active"))))
)]
pub async fn enable(
    State(state): State<AppState>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_TOKENS).await?;
    let (id, terms) = (at.id(&parts.headers)?, terms(&parts.headers)?);
    let token = state.service.set_disabled_on(&caller, id, &terms, false).await;
    Ok(answer(&state, &caller, &token.map_err(refuse(&parts.headers))?))
}

#[utoipa::path(
    delete,
    path = "/v1/tokens/{id}",
    tag = "Tokens",
    operation_id = "delete_token",
    summary = "Delete a token",
    description = "Its secrets are dead before this answers. Deleting it again is a 404, as for a token that never was. What \
        it made goes on, unless it is deleted, too.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(
        ("id" = String, Path, format = Uuid, description = "The token’s id"),
        ("with_children" = Option<bool>, Query, description = "`true` deletes what it made, too, and what was made by \
            those: one after the other, the token itself first. The answer says which. Asked again, it goes on with what \
            is left", example = true)
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 200, description = "With `with_children`: it is gone, and so are those", body = DeletedJson)
    )
)]
pub async fn delete(
    State(state): State<AppState>,
    at: TokenAt,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = bearer::require(&state, &parts, WRITE_TOKENS).await?;
    let (id, terms) = (at.id(&parts.headers)?, terms(&parts.headers)?);
    let with_children = query::with_children(&parts)?;
    match state.service.delete_token_and(&caller, id, &terms, with_children).await {
        Ok(None) => Ok(no_content()),
        Ok(Some(deleted)) => Ok(json(StatusCode::OK, &DeletedJson::of(&deleted))),
        Err(error) => Err(Problem::new(error, &parts.headers)),
    }
}

/// The answer to a change: the token, as far as the caller may see it.
fn answer(state: &AppState, caller: &Caller, token: &Token) -> Response {
    tagged(json(StatusCode::OK, &ChangedJson::of(token, caller, state.service.now())), token)
}

/// A token with its new secret. The secret is missing if an earlier request with the same key has made it.
fn revealed(state: &AppState, caller: &Caller, status: StatusCode, made: &Creation) -> Response {
    let secret = made.secret.as_ref().map(RevealedSecret::as_str);
    tagged(json(status, &CreatedJson::new(&made.token, secret, caller, state.service.now())), &made.token)
}

fn tagged(mut response: Response, token: &Token) -> Response {
    response.headers_mut().extend(etag(token.version).map(|tag| (header::ETAG, tag)));
    response
}
