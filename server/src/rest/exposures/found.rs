//! `POST /v1/exposures`: anybody who has found secrets ends them. Presenting a secret is all that it takes, as for a
//! revocation (RFC 7009).

use crate::{
    http::extract::visit,
    net::client_ip::ClientAddress,
    rest::{
        body,
        openapi::{
            examples,
            parts::{BodyFaults, Open},
        },
        problem::{Problem, no_content},
    },
    state::AppState,
};
use app::domain::{BATCH_MAX, ExposureReport};
use axum::{
    extract::{Request, State},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// A secret that was found.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FoundSecret {
    secret: String,
    /// Where it was found: a URL of up to 2,000 characters that begins with `https://` or `http://`. It is shown to the
    /// owner of the token. A URL that holds a secret is not kept.
    #[schema(example = "https://github.com/example/app/blob/main/.env")]
    url: Option<String>,
    /// Who has found it: up to 100 characters.
    #[schema(example = "gitleaks")]
    source: Option<String>,
}

/// Up to 100 secrets that were found.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FoundSecrets {
    items: Vec<FoundSecret>,
}

#[utoipa::path(
    post,
    path = "/v1/exposures",
    tag = "Exposures",
    operation_id = "report_exposures",
    summary = "Report exposed secrets",
    description = "Anyone who has found a secret can report it; no authentication is needed. A secret of this \
        installation is revoked for good before the response is sent, and its token’s owner sees where it was found. \
        If it was the token’s current secret, the token is disabled until it is rotated. The response is the same for \
        secrets that are unknown, already revoked or reported before. A source that reports very many unknown secrets \
        is refused for a while (429); its known ones have been revoked all the same.",
    request_body(content = FoundSecrets, example = json!(examples::found())),
    responses(
        (status = 204, description = "Those of the secrets that belong to this installation are revoked"),
        Open, BodyFaults
    )
)]
pub async fn report(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    body::require_kind(&parts.headers, "application/json")?;
    let bytes = body::read_of_stranger(&state, &parts, body).await?;
    let FoundSecrets { items } = body::parse(&parts.headers, &bytes)?;
    let reports = checked(&parts.headers, items)?;
    let source = parts.extensions.get::<ClientAddress>().map(|from| from.0);
    let reported = state.service.expose_found(&reports, source, &visit(&parts)).await;
    reported.map(|()| no_content()).map_err(|error| Problem::new(error, &parts.headers))
}

fn checked(headers: &HeaderMap, items: Vec<FoundSecret>) -> Result<Vec<ExposureReport>, Problem> {
    if items.len() > BATCH_MAX {
        let detail = format!("{BATCH_MAX} secrets are the most in one request.");
        return Err(Problem::fault(headers, "/items", "too_many", detail));
    }
    let report = |(index, FoundSecret { secret, url, source }): (usize, FoundSecret)| {
        let (url, source) = (url.unwrap_or_default(), source.unwrap_or_default());
        ExposureReport::parse(secret, &url, &source).map_err(|wrong| {
            let pointer = format!("/items/{index}/{}", wrong.member());
            Problem::fault(headers, &pointer, wrong.code(), wrong.to_string())
        })
    };
    items.into_iter().enumerate().map(report).collect()
}
