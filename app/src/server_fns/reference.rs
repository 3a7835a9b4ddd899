//! The API reference, which the server has written from its OpenAPI document.

use super::codec::Wire;
#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use crate::domain::{ApiReference, Error};
use leptos::prelude::server;

#[server(prefix = "/_fn", endpoint = "load_reference", input = Wire, output = Wire)]
pub async fn load_reference(url: String) -> Result<ApiReference, Error> {
    // There is only one reference, whatever the query says.
    drop(url);
    caller()?;
    Ok(api_reference())
}
