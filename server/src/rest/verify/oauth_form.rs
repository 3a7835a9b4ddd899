//! The forms that OAuth's endpoints accept.

use crate::rest::{body, problem::Problem, verify::oauth_error::Refusal};
use app::domain::Error;
use axum::{body::Bytes, http::request::Parts};

/// The parameters of a form, as they were sent. It has no `Debug`, so that secrets are not printed.
pub struct Form(Vec<(String, String)>);

impl Form {
    pub async fn read(
        parts: &Parts,
        read: impl Future<Output = Result<Bytes, Problem>>,
    ) -> Result<Self, Refusal> {
        body::require_kind(&parts.headers, "application/x-www-form-urlencoded")?;
        Ok(Self(url::form_urlencoded::parse(&read.await?).into_owned().collect()))
    }

    /// A parameter that may occur once at most. Unknown parameters are ignored, as OAuth requires.
    pub fn one(&self, name: &str, parts: &Parts) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(Refusal::new(Error::Malformed, parts)),
        }
    }

    /// The secret in question. A request with a query is malformed: no part of the form may be in the URL.
    pub fn token(&self, parts: &Parts) -> Result<&str, Refusal> {
        let token = self.one("token", parts)?.filter(|_| parts.uri.query().is_none());
        token.ok_or_else(|| Refusal::new(Error::Malformed, parts))
    }
}
