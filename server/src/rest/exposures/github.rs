//! `POST /v1/exposures/github`: what GitHub's secret scanning has found, as its partner program sends it.

use crate::{
    http::extract::visit,
    net::github_keys::NotSigned,
    rest::{
        body,
        openapi::{
            examples,
            parts::{Open, Unsigned},
        },
        problem::{Problem, json},
    },
    state::AppState,
};
use app::{
    domain::{Error, ExposureReport},
    service::{KeyDigest, in_hex},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const KEY: &str = "github-public-key-identifier";
const SIGNATURE: &str = "github-public-key-signature";

/// A secret that GitHub has found. GitHub may send more members.
#[derive(Deserialize, ToSchema)]
pub struct GithubMatch {
    token: String,
    /// The name that GitHub has for secrets of this kind.
    #[serde(rename = "type")]
    kind: String,
    /// Where it was found; empty if that is unknown.
    #[serde(default)]
    url: String,
    /// The kind of the place, such as `commit`.
    #[serde(default)]
    source: String,
}

/// Whether a secret that GitHub has found is one.
#[derive(Serialize, ToSchema)]
pub struct GithubLabel {
    /// SHA-256 of the secret, in hexadecimal digits.
    token_hash: String,
    token_type: String,
    /// `true_positive` if this installation has made it, whether or not it still worked; otherwise `false_positive`.
    label: &'static str,
}

#[utoipa::path(
    post,
    path = "/v1/exposures/github",
    tag = "Exposures",
    operation_id = "report_exposures_of_github",
    summary = "Report secrets that GitHub has found",
    description = "For GitHub’s secret scanning partner program, if the operator has switched it on; otherwise 404. \
        GitHub signs the body (ECDSA over P-256 with SHA-256, in DER and Base64); what is not signed with a key that \
        GitHub uses now is refused (403). The secrets are treated as by `POST /v1/exposures`. The response says of each \
        whether it was real. A report that is sent again changes nothing, and gets the same response.",
    params(
        ("Github-Public-Key-Identifier" = String, Header, description = "The key that signed the body"),
        ("Github-Public-Key-Signature" = String, Header, description = "The signature of the body")
    ),
    request_body(content = Vec<GithubMatch>, example = json!(examples::scanned())),
    responses(
        (status = 200, description = "A label for each secret, in the order of the request", body = Vec<GithubLabel>,
            example = json!(examples::labels())),
        Open, Unsigned
    )
)]
pub async fn scanned(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let Some(keys) = &state.github_keys else { return Err(Problem::new(Error::NoSuchRoute, headers)) };
    let (id, signature) = signed_by(headers)?;
    let bytes = body::read_of_stranger(&state, &parts, body).await?;
    keys.check(id, &signature, &bytes).await.map_err(|why| unsigned(why, headers))?;
    let found: Vec<GithubMatch> =
        serde_json::from_slice(&bytes).map_err(|_| Problem::new(Error::Malformed, headers))?;
    let (reports, kinds): (Vec<_>, Vec<_>) = found.into_iter().map(report).unzip();
    let known = state.service.expose_scanned(&reports, &visit(&parts)).await;
    let known = known.map_err(|error| Problem::new(error, headers))?;
    let labels = reports.iter().zip(kinds).zip(known).map(|((report, token_type), is_known)| GithubLabel {
        token_hash: in_hex(KeyDigest::of(report.secret.as_bytes()).as_bytes()),
        token_type,
        label: if is_known { "true_positive" } else { "false_positive" },
    });
    Ok(json(StatusCode::OK, &labels.collect::<Vec<_>>()))
}

/// The report, and GitHub's name for its kind. What cannot be kept of it keeps no secret from being ended.
fn report(GithubMatch { token, kind, url, source }: GithubMatch) -> (ExposureReport, String) {
    let source = format!("GitHub {source}");
    let kept = |url: &str, source: &str| ExposureReport::parse(token.clone(), url, source);
    let report = kept(&url, &source).or_else(|_| kept(&url, "GitHub")).or_else(|_| kept("", "GitHub"));
    let bare = || ExposureReport { secret: token.clone(), url: String::new(), by: String::new() };
    (report.unwrap_or_else(|_| bare()), kind)
}

/// The key that is said to have signed the body, and the signature.
fn signed_by(headers: &HeaderMap) -> Result<(&str, Vec<u8>), Problem> {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(id), Some(signature)) = (said(KEY), said(SIGNATURE)) else {
        return Err(forbidden(
            "Only what GitHub has signed is taken here, and one of its headers is missing: \
             Github-Public-Key-Identifier, Github-Public-Key-Signature.",
            headers,
        ));
    };
    let signature = STANDARD.decode(signature).map_err(|_| unsigned(NotSigned::Wrong, headers))?;
    Ok((id, signature))
}

fn unsigned(why: NotSigned, headers: &HeaderMap) -> Problem {
    match why {
        NotSigned::Unread => {
            let why =
                "The keys of GitHub cannot be read just now. Send the report again in a minute.".to_owned();
            Problem::new(Error::Overloaded { why }, headers)
        }
        NotSigned::UnknownKey => forbidden("GitHub has no key with this identifier.", headers),
        NotSigned::OldKey => forbidden("GitHub does not sign with this key any more.", headers),
        NotSigned::Wrong => forbidden("The signature is not that of this body by this key.", headers),
    }
}

fn forbidden(why: &str, headers: &HeaderMap) -> Problem {
    Problem::new(Error::Forbidden { why: why.to_owned() }, headers)
}
