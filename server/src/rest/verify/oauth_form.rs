//! The forms that OAuth's endpoints take.

use crate::rest::{body, problem::Problem, verify::oauth_error::Refusal};
use app::domain::Error;
use axum::{body::Bytes, http::request::Parts};

/// The parameters of a form, as they were sent. It does not print.
pub struct Form(Vec<(String, String)>);

impl Form {
    pub async fn read(
        parts: &Parts,
        read: impl Future<Output = Result<Bytes, Problem>>,
    ) -> Result<Self, Refusal> {
        body::require_kind(&parts.headers, "application/x-www-form-urlencoded")?;
        Ok(Self(url::form_urlencoded::parse(&read.await?).into_owned().collect()))
    }

    /// A parameter that stands there once, or not at all. What else a client sends is passed over, as OAuth asks.
    pub fn one(&self, name: &str, parts: &Parts) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(Refusal::new(Error::Malformed, parts)),
        }
    }

    /// The secret that is asked about. Nothing of it may be in the address.
    pub fn token(&self, parts: &Parts) -> Result<&str, Refusal> {
        let token = self.one("token", parts)?.filter(|_| parts.uri.query().is_none());
        token.ok_or_else(|| Refusal::new(Error::Malformed, parts))
    }
}
