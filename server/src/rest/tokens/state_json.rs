//! Why a token does not work: somebody has disabled it, or found its secret.

use crate::rest::body::Rfc3339;
use app::domain::{EndedBy, Exposure, PersonName, Token};
use serde::Serialize;
use utoipa::ToSchema;

/// Who disabled a token.
#[derive(Serialize, ToSchema)]
#[schema(as = DisabledBy)]
pub struct DisabledByJson<'a> {
    /// Null for the operator.
    #[schema(required = true)]
    name: Option<&'a str>,
    /// Disabled by an admin who is not the owner, or by the operator: only an admin can enable it again.
    is_admin: bool,
}

/// A secret that others have found.
#[derive(Serialize, ToSchema)]
#[schema(as = Exposed)]
pub struct ExposedJson<'a> {
    #[schema(value_type = String, format = DateTime)]
    at: Rfc3339,
    /// Where it was found. Null if that is unknown, here and below.
    #[schema(required = true)]
    url: Option<&'a str>,
    /// Who has found it, as they call themselves.
    #[schema(required = true)]
    source: Option<&'a str>,
}

impl<'a> ExposedJson<'a> {
    pub fn of(exposure: &'a Exposure) -> Self {
        let known = |text: &'a String| Some(text.as_str()).filter(|text| !text.is_empty());
        Self { at: Rfc3339(exposure.at), url: known(&exposure.url), source: known(&exposure.by) }
    }
}

impl<'a> DisabledByJson<'a> {
    pub fn of(token: &'a Token) -> Option<Self> {
        let EndedBy { name, is_admin } = &token.disabled_by;
        let is_known = token.disabled_at.is_some() && (name.is_some() || *is_admin);
        is_known.then(|| Self { name: name.as_ref().map(PersonName::as_str), is_admin: *is_admin })
    }
}
