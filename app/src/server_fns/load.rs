//! The data of a screen or a prompt: one server function for each, read by a resource that the URL is the key of.

use crate::domain::Error;
use codee::{Decoder, Encoder};
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};
use std::{convert::Infallible, marker::PhantomData, pin::Pin};

/// A server function that reads what stands at a URL: its path and its query.
pub trait Load: ServerFn<Error = Error> + From<String> + Serialize + 'static {
    type Data: Serialize + DeserializeOwned + Send;

    fn read(self) -> impl Future<Output = Result<Self::Data, Error>> + Send;
}

impl<F> Load for F
where
    F: ServerFn<Error = Error> + From<String> + Serialize + 'static,
    F::Output: Serialize + DeserializeOwned,
{
    type Data = F::Output;

    fn read(self) -> impl Future<Output = Result<Self::Data, Error>> + Send {
        self.run_body()
    }
}

/// A result as JSON. All resources hold this one type, so that there is one of them in the WASM, and decode it as late
/// as they can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(String);

/// JSON is text already.
pub struct Verbatim;

impl Encoder<Json> for Verbatim {
    type Error = Infallible;
    type Encoded = String;

    fn encode(json: &Json) -> Result<String, Infallible> {
        Ok(json.0.clone())
    }
}

impl Decoder<Json> for Verbatim {
    type Error = Infallible;
    type Encoded = str;

    fn decode(text: &str) -> Result<Json, Infallible> {
        Ok(Json(text.to_owned()))
    }
}

/// The data at a URL: read by the server with the page, by the browser whenever the URL becomes another one.
pub struct Loaded<T> {
    resource: Resource<Json, Verbatim>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

type Reading = Pin<Box<dyn Future<Output = Json> + Send>>;

/// Begins to read, in the current owner.
pub fn load<F: Load>(url: Signal<String>) -> Loaded<F::Data> {
    Loaded { resource: resource(url, |url| Box::pin(read::<F>(url))), kind: PhantomData }
}

fn resource(url: Signal<String>, read: fn(String) -> Reading) -> Resource<Json, Verbatim> {
    Resource::new_with_options(move || url.get(), read, false)
}

#[cfg(feature = "ssr")]
async fn read<F: Load>(url: String) -> Json {
    let result = super::request::answer(F::from(url).read().await);
    Json(serde_json::to_string(&result).unwrap_or_default())
}

#[cfg(not(feature = "ssr"))]
fn read<F: Load>(url: String) -> impl Future<Output = Json> + Send {
    use crate::client::{Body, fetch};
    let arguments = serde_json::to_string(&F::from(url)).unwrap_or_default();
    async move {
        Json(match fetch(F::PATH, Body::Json(arguments)).await {
            Ok(value) => format!("{{\"Ok\":{value}}}"),
            Err(error) => format!("{{\"Err\":{error}}}"),
        })
    }
}

impl<T: DeserializeOwned> Loaded<T> {
    /// Waits for it, and again whenever it is read again.
    pub async fn get(self) -> Result<T, Error> {
        let Json(text) = self.resource.await;
        serde_json::from_str(&text).unwrap_or(Err(Error::Unavailable))
    }
}

impl<T> Loaded<T> {
    pub fn read_again(self) {
        self.resource.refetch();
    }
}
