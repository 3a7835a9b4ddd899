//! The data of a screen or a prompt: one server function for each, read by a resource that is keyed by the URL.

use crate::domain::{Error, from_json};
use codee::{Decoder, Encoder};
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};
#[cfg(feature = "ssr")]
use std::{
    any::Any,
    sync::{Arc, Mutex, PoisonError},
};
use std::{convert::Infallible, pin::Pin};

/// A server function that reads the data of a URL, given as its path and query.
pub trait Load: ServerFn<Error = Error> + From<String> + Serialize + 'static {
    type Data: Serialize + DeserializeOwned + Send + 'static;

    fn read(self) -> impl Future<Output = Result<Self::Data, Error>> + Send;
}

impl<F> Load for F
where
    F: ServerFn<Error = Error> + From<String> + Serialize + 'static,
    F::Output: Serialize + DeserializeOwned + 'static,
{
    type Data = F::Output;

    fn read(self) -> impl Future<Output = Result<Self::Data, Error>> + Send {
        self.run_body()
    }
}

/// A result as JSON. All resources hold this one type, so that the WASM contains only one kind of them, and decode it
/// as late as they can.
#[derive(Clone, Debug)]
pub struct Json {
    text: String,
    /// On the server, the value that the text was written from, so that drawing it needs no decoding.
    #[cfg(feature = "ssr")]
    value: Arc<Mutex<Option<Box<dyn Any + Send>>>>,
}

/// Passes JSON on as it is, because it is text already.
pub struct Verbatim;

impl Encoder<Json> for Verbatim {
    type Error = Infallible;
    type Encoded = String;

    fn encode(json: &Json) -> Result<String, Infallible> {
        Ok(json.text.clone())
    }
}

impl Decoder<Json> for Verbatim {
    type Error = Infallible;
    type Encoded = str;

    fn decode(text: &str) -> Result<Json, Infallible> {
        Ok(Json::from(text.to_owned()))
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self {
            text,
            #[cfg(feature = "ssr")]
            value: Arc::default(),
        }
    }
}

impl Json {
    /// Returns the value or the error. Only this is compiled for every type of data; everything else about an answer is
    /// compiled once.
    pub fn read<T: DeserializeOwned + 'static>(&self) -> Result<T, Error> {
        #[cfg(feature = "ssr")]
        if let Some(value) = self.take() {
            return value;
        }
        from_json(self.value()?).ok_or(Error::Unavailable)
    }

    fn value(&self) -> Result<&str, Error> {
        let inside = |name: &str| self.text.strip_prefix(name)?.strip_suffix('}');
        let error = || inside("{\"Err\":").and_then(from_json).unwrap_or(Error::Unavailable);
        inside("{\"Ok\":").ok_or_else(error)
    }
}

#[cfg(feature = "ssr")]
impl Json {
    fn of<T: Serialize + Send + 'static>(result: Result<T, Error>) -> Self {
        let text = serde_json::to_string(&result).unwrap_or_default();
        Self { text, value: Arc::new(Mutex::new(Some(Box::new(result)))) }
    }

    fn take<T: 'static>(&self) -> Option<Result<T, Error>> {
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner).take();
        value?.downcast().ok().map(|value| *value)
    }
}

/// The data of a URL: read by the server with the page, and by the browser whenever the URL changes.
pub type Answers = Resource<Json, Verbatim>;

type Reading = Pin<Box<dyn Future<Output = Json> + Send>>;

/// Starts reading, in the current owner.
pub fn load<F: Load>(url: Signal<String>) -> Answers {
    answers(url, |url| Box::pin(read::<F>(url)))
}

fn answers(url: Signal<String>, read: fn(String) -> Reading) -> Answers {
    Resource::new_with_options(move || url.get(), read, false)
}

#[cfg(feature = "ssr")]
async fn read<F: Load>(url: String) -> Json {
    Json::of(super::request::answer(F::from(url).read().await))
}

#[cfg(not(feature = "ssr"))]
fn read<F: Load>(url: String) -> impl Future<Output = Json> + Send {
    ask(F::PATH, url)
}

#[cfg(not(feature = "ssr"))]
async fn ask(path: &'static str, url: String) -> Json {
    use crate::client::{Body, fetch, url_argument};
    Json::from(match fetch(path, Body::Json(url_argument(&url))).await {
        Ok(value) => format!("{{\"Ok\":{value}}}"),
        Err(error) => format!("{{\"Err\":{error}}}"),
    })
}
