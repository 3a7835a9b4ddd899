//! Handlers of `/v1/tokens`: scripts can do everything with tokens that the console can.

use crate::rest::{
    bearer, body,
    openapi::{
        examples,
        parts::{
            BodyFaults, ChangeHeaders, CreateHeaders, EditHeaders, Forbidden, NoSuchToken, QueryFaults,
            TermsFailed, TokenPath, Unserved, VersionMissing,
        },
    },
    problem::{Problem, json, no_content},
    query::{self, TokensParams, WithChildren},
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
    description = "A page of the existing tokens that match. Tokens without a value for the sort key come last. For \
        the next page, send `next_cursor` as `cursor`, with the same `sort`.",
    security(("bearer" = ["tokenry.tokens:read"])),
    params(TokensParams),
    responses(
        (status = 200, description = "A page of tokens", body = TokensJson<'_>, example = json!(examples::tokens())),
        Unserved, Forbidden, QueryFaults
    )
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
    description = "The token belongs to the owner of the calling token and can do nothing that the calling token \
        cannot: no permission that it lacks (403, listed in `missing`), no later end, no further addresses and no \
        higher rate (403, explained in `detail`). Omitted limits are not inherited: they mean unlimited. Only this \
        response contains the secret. The calling token becomes the `parent`; the new token outlives it, unless the \
        parent is deleted `with_children`.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(CreateHeaders),
    request_body(content = NewTokenJson, example = json!(examples::new_token())),
    responses(
        (status = 201, description = "The token and its secret", headers(
                ("Location" = String, description = "The path of the token"),
                ("ETag" = String, description = "The version, for `If-Match`")
            ),
            body = CreatedJson<'_>, example = json!(examples::created())),
        (status = 200, description = "The token was already created with this key", body = CreatedJson<'_>,
            example = json!(examples::replayed())),
        Unserved, Forbidden, BodyFaults, TermsFailed
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
    params(TokenPath),
    responses(
        (status = 200, description = "The token", headers(("ETag" = String, description = "The version, for `If-Match`")), body = TokenJson<'_>, example = json!(examples::token())),
        Unserved, Forbidden, NoSuchToken
    )
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
    description = "A JSON merge patch (RFC 7396): absent members stay unchanged, null clears a member. A request \
        without `If-Match` is refused (428), and so is one with an outdated version (409, with the stored `version`). \
        Other people’s tokens also need `tokenry.tokens:write-all`; without it the response is 403, or 404 if the \
        caller may not read them. New permissions and lifted limits must be within what the calling token can do.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(TokenPath, EditHeaders),
    request_body(content(
        (TokenPatchJson = "application/merge-patch+json", example = json!(examples::patch())),
        (TokenPatchJson = "application/json", example = json!(examples::patch()))
    )),
    responses(
        (status = 200, description = "The token after the change", headers(("ETag" = String, description = "The version, for `If-Match`")), body = ChangedJson<'_>, example = json!(examples::patched())),
        Unserved, Forbidden, NoSuchToken, BodyFaults, TermsFailed, VersionMissing
    )
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
    summary = "Rotate a token",
    description = "Gives a token a new secret. The previous one keeps working for `overlap_seconds` (by default, it \
        stops at once), but never longer than it would have. Of two simultaneous rotations, one is refused (409). A \
        repeated request without an `Idempotency-Key` is another rotation, and ends the overlap of the one before. The \
        body is optional. The token must be within what the calling token can do, also in time: a calling secret in \
        its overlap ends with the overlap, so it cannot rotate a token that lasts longer. A token whose secret was \
        exposed works again, with its new secret alone.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(TokenPath, ChangeHeaders),
    request_body(content = Option<RotationJson>, example = json!({ "overlap_seconds": 3600 })),
    responses(
        (status = 200, description = "The token and its new secret", headers(("ETag" = String, description = "The version, for `If-Match`")), body = CreatedJson<'_>, example = json!(examples::rotated())),
        Unserved, Forbidden, NoSuchToken, BodyFaults, TermsFailed
    )
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
    description = "Its secrets are refused before the response is sent. Disabling a disabled token changes nothing. \
        Tokens created by it keep working, unless `with_children` is given.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(TokenPath, WithChildren, ChangeHeaders),
    responses(
        (status = 200, description = "The disabled token; with `with_children`, the result for all tokens",
            headers(("ETag" = String, description = "The version, for `If-Match`; not with `with_children`")),
            body = DisabledTokenJson<'_>, examples(
                ("Alone" = (value = json!(examples::disabled("disabled")))),
                ("With children" = (value = json!(examples::disabled_with_children())))
            )),
        (status = 204, description = "With `with_children`: already done with this `Idempotency-Key`; nothing changed"),
        Unserved, Forbidden, NoSuchToken, TermsFailed
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
    description = "Its secrets work again. Enabling an enabled token changes nothing. The token must be within what \
        the calling token can do. If an admin disabled somebody else’s token, only an admin can enable it (403). A \
        token whose secret was exposed is not enabled (409, `exposed`): rotate it.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(TokenPath, ChangeHeaders),
    responses(
        (status = 200, description = "The token after the change", headers(("ETag" = String, description = "The version, for `If-Match`")), body = ChangedJson<'_>, example = json!(examples::disabled("active"))),
        Unserved, Forbidden, NoSuchToken, TermsFailed
    )
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
    description = "Its secrets are revoked before the response is sent. Deleting it again returns 404, as for a token \
        that never existed. Tokens created by it keep working, unless `with_children` is given.",
    security(("bearer" = ["tokenry.tokens:write"])),
    params(TokenPath, WithChildren, ChangeHeaders),
    responses(
        (status = 204, description = "The token is deleted"),
        (status = 200, description = "With `with_children`: the result for all tokens", body = DeletedJson),
        Unserved, Forbidden, NoSuchToken, TermsFailed
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
pub fn answer(state: &AppState, caller: &Caller, token: &Token) -> Response {
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
