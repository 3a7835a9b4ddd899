//! JSON between the browser and the server functions.
//!
//! It differs from the codec that comes with server functions in one thing: it decodes from text, as the data
//! of a page is decoded. One decoder instead of two for every type makes the WASM a twentieth smaller.

use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType, codec::Post};
use serde::{Serialize, de::DeserializeOwned};

/// How arguments and answers travel.
pub type Wire = Post<WireJson>;

pub struct WireJson;

impl ContentType for WireJson {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for WireJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for WireJson {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<leptos::server_fn::Bytes, serde_json::Error> {
        serde_json::to_string(value).map(Into::into)
    }
}

impl<T: DeserializeOwned> Decodes<T> for WireJson {
    type Error = serde_json::Error;

    fn decode(bytes: leptos::server_fn::Bytes) -> Result<T, serde_json::Error> {
        // Bytes that are no text are no JSON; the empty text says so in the right words.
        serde_json::from_str(std::str::from_utf8(&bytes).unwrap_or_default())
    }
}
