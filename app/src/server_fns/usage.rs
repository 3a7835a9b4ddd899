//! Server functions about the use of tokens.

use super::codec::Wire;
#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
use crate::domain::{Error, OverviewData};
use leptos::prelude::server;

/// The overview, over the range in the page's URL.
#[server(prefix = "/_fn", endpoint = "load_overview", input = Wire, output = Wire)]
pub async fn load_overview(url: String) -> Result<OverviewData, Error> {
    let range = At::new(&url).field("range").unwrap_or_default();
    service().overview(&caller()?, &range).await
}
