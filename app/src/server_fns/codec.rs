//! The encodings of arguments and answers between the browser and the server functions.

use super::Change;
use crate::domain::Error;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};
use serde::{Serialize, de::DeserializeOwned};

/// JSON, both ways.
pub type Wire = Post<Json>;
/// The fields of a form, as every browser sends them.
pub type Fields = Post<FormFields>;

/// Differs from the codec that comes with server functions in one thing: it decodes from text, as the data of a page is
/// decoded. One decoder instead of two for every type makes the WASM a twentieth smaller.
pub struct Json;

impl ContentType for Json {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Json {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Json {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, serde_json::Error> {
        serde_json::to_string(value).map(Into::into)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Json {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, serde_json::Error> {
        // Bytes that are not text are not JSON either; decoding the empty text returns the right error.
        serde_json::from_str(std::str::from_utf8(&bytes).unwrap_or_default())
    }
}

pub struct FormFields;

impl ContentType for FormFields {
    const CONTENT_TYPE: &'static str = "application/x-www-form-urlencoded";
}

impl FormatType for FormFields {
    const FORMAT_TYPE: Format = Format::Text;
}

/// Never used: only forms call changes, and they send their fields as they are.
impl<T: Change> Encodes<T> for FormFields {
    type Error = Error;

    fn encode(_: &T) -> Result<Bytes, Error> {
        Err(Error::Malformed)
    }
}

impl<T: Change> Decodes<T> for FormFields {
    type Error = Error;

    #[cfg(feature = "ssr")]
    fn decode(bytes: Bytes) -> Result<T, Error> {
        serde_html_form::from_bytes::<T::Form>(&bytes).map(T::from).map_err(|_| Error::Malformed)
    }

    #[cfg(not(feature = "ssr"))]
    fn decode(_: Bytes) -> Result<T, Error> {
        Err(Error::Malformed)
    }
}
