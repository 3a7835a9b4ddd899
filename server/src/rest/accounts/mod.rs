//! `/v1/accounts`: groups and service accounts, who is in which group, and what every account may give.

pub mod endpoints;
pub mod grants;
pub mod json;
pub mod members;

pub use endpoints::{change, create, delete, disable, enable, list, read};
pub use grants::{change as grant, read as granted};
pub use members::{put as join, remove as leave};

use crate::{rest::problem::Problem, state::AppState};
use app::domain::{Error, PersonId, RequestId};
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, request::Parts},
};
use std::{collections::HashMap, convert::Infallible, str::FromStr};

/// Extractor of the ids in the path. Only callers who may ask are told that an id is invalid.
pub struct AccountAt(HashMap<String, String>);

impl AccountAt {
    pub fn id(&self, headers: &HeaderMap) -> Result<PersonId, Problem> {
        self.named("id", Error::NoSuchAccount, headers)
    }

    pub fn member(&self, headers: &HeaderMap) -> Result<PersonId, Problem> {
        self.named("member", Error::NoSuchPerson, headers)
    }

    pub fn request(&self, headers: &HeaderMap) -> Result<RequestId, Problem> {
        self.named("id", Error::NoSuchRequest, headers)
    }

    fn named<T: FromStr>(&self, name: &str, unknown: Error, headers: &HeaderMap) -> Result<T, Problem> {
        let id = self.0.get(name).and_then(|id| id.parse().ok());
        id.ok_or_else(|| Problem::new(unknown, headers))
    }
}

impl FromRequestParts<AppState> for AccountAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        Ok(Self(path.map(|Path(names)| names).unwrap_or_default()))
    }
}
