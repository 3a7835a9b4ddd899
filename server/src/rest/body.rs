//! Request bodies, read as JSON of exactly the expected shape. Unknown members, duplicate members and wrong types are
//! refused with the place of the fault, other media types with 415.

use super::problem::Problem;
use crate::{http::middleware::head::is_content_type, state::AppState};
use app::domain::{BODY_BYTES_MAX, Error, Metadata, Timestamp};
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    http::{HeaderMap, header::CONTENT_TYPE, request::Parts},
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::error::Category;
use std::{collections::BTreeMap, fmt, future::poll_fn, marker::PhantomData, pin::Pin};

/// A moment as JSON has it: RFC 3339, in UTC.
#[derive(Debug, Clone, Copy)]
pub struct Rfc3339(pub Timestamp);

impl Serialize for Rfc3339 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Metadata as JSON has it: an object of texts.
#[derive(Debug, Clone, Copy)]
pub struct MetadataJson<'a>(pub &'a Metadata);

impl Serialize for MetadataJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

/// The metadata as the text of a form field, which has a line for each entry.
pub fn metadata_lines(headers: &HeaderMap, all: &BTreeMap<String, String>) -> Result<String, Problem> {
    all.iter().map(|(key, value)| metadata_line(headers, key, value)).collect()
}

pub fn metadata_line(headers: &HeaderMap, key: &str, value: &str) -> Result<String, Problem> {
    Metadata::line(key, value).map_err(|wrong| {
        let pointer = format!("/metadata/{}", key.replace('~', "~0").replace('/', "~1"));
        Problem::fault(headers, &pointer, &wrong.code, wrong.detail)
    })
}

/// The whole body, up to [`BODY_BYTES_MAX`]. A larger one is refused (413).
pub async fn read(headers: &HeaderMap, mut body: Body) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(Error::TooLarge, headers);
    // A body that is announced as too large is refused before it arrives.
    if usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX) > BODY_BYTES_MAX {
        return Err(too_large());
    }
    // Most bodies are one piece, which is not copied.
    let first = match poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        Some(frame) => frame.map_err(|_| too_large())?.into_data().unwrap_or_default(),
        None => return Ok(Bytes::new()),
    };
    let left = BODY_BYTES_MAX.checked_sub(first.len()).ok_or_else(too_large)?;
    if body.is_end_stream() {
        return Ok(first);
    }
    let rest = to_bytes(body, left).await.map_err(|_| too_large())?;
    Ok([first, rest].concat().into())
}

/// [`read`] for clients that have not authenticated: the server holds a bounded number of their bodies at once.
pub async fn read_of_stranger(state: &AppState, parts: &Parts, body: Body) -> Result<Bytes, Problem> {
    match state.admit_body(&parts.extensions) {
        Some(_reading) => read(&parts.headers, body).await,
        None => Err(Problem::new(Error::TooMany { seconds: 1 }, &parts.headers)),
    }
}

/// The body as a JSON object, in `application/json`.
pub async fn json<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, Problem> {
    require_kind(headers, "application/json")?;
    object(headers, &read(headers, body).await?)
}

/// The body as a JSON object. No body at all counts as an empty object and needs no media type.
pub async fn json_or_nothing<T: DeserializeOwned + Default>(
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Problem> {
    let bytes = read(headers, body).await?;
    if bytes.is_empty() {
        return Ok(T::default());
    }
    require_kind(headers, "application/json")?;
    object(headers, &bytes)
}

/// A JSON merge patch (RFC 7396). `application/json` is accepted, too: not every client knows the patch's own type.
pub async fn merge_patch<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, Problem> {
    require_one_of(headers, &["application/merge-patch+json", "application/json"])?;
    object(headers, &read(headers, body).await?)
}

fn object<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    parse(headers, bytes).map(|Object(value)| value)
}

pub fn require_kind(headers: &HeaderMap, kind: &str) -> Result<(), Problem> {
    require_one_of(headers, &[kind])
}

/// Refuses other media types, and charsets other than UTF-8: JSON has no others (RFC 8259, section 8.1). The charset
/// may be in upper or lower case, and in quotes. Many clients write it without the hyphen
/// (<https://encoding.spec.whatwg.org/#names-and-labels>).
fn require_one_of(headers: &HeaderMap, kinds: &[&str]) -> Result<(), Problem> {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    // As nearly every client writes it.
    if said.is_some_and(|said| kinds.contains(&said)) {
        return Ok(());
    }
    let charset = said.unwrap_or_default().split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    let is_utf8 =
        charset.is_none_or(|said| ["utf-8", "utf8"].iter().any(|name| said.eq_ignore_ascii_case(name)));
    if kinds.iter().any(|kind| is_content_type(headers, kind)) && is_utf8 {
        Ok(())
    } else {
        Err(Problem::new(Error::UnsupportedMediaType, headers))
    }
}

/// A struct that is read from a JSON object only. Serde would also read its members from an array, in order.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

/// An object with members of any names, each once. Serde would take the last of several with one name.
pub struct Members<T>(pub BTreeMap<String, T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<T> {
            type Value = Members<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<T>, A::Error> {
                let mut all = BTreeMap::new();
                while let Some((name, value)) = members.next_entry()? {
                    if all.insert(name, value).is_some() {
                        return Err(de::Error::custom("duplicate field"));
                    }
                }
                Ok(Members(all))
            }
        }

        deserializer.deserialize_map(Each(PhantomData))
    }
}

pub fn parse<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    // Serde would also read a struct from an array, member by member.
    let is_object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    // Checked as a whole, which is quicker than text by text.
    let text = str::from_utf8(bytes).map_err(|_| Problem::new(Error::Malformed, headers))?;
    match serde_json::from_str(text) {
        Ok(value) if is_object => Ok(value),
        Ok(_) => Err(Problem::fault(headers, "", "type", "This has to be an object.")),
        Err(error) => Err(explain::<T>(headers, bytes, &error)),
    }
}

/// Parses the body again to find the place of the fault. Tracking places is costly, and most bodies are valid.
fn explain<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8], error: &serde_json::Error) -> Problem {
    if error.classify() != Category::Data {
        return Problem::new(Error::Malformed, headers);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) => Problem::fault(headers, &pointer(error.path()), "type", sentence(error.inner())),
        Ok(_) => Problem::new(Error::Malformed, headers),
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter().fold(String::new(), |pointer, segment| match segment {
        serde_path_to_error::Segment::Seq { index } => format!("{pointer}/{index}"),
        serde_path_to_error::Segment::Map { key } => {
            format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
        }
        _ => pointer,
    })
}

/// A sentence about the fault, without the value that was sent: it may be a secret.
fn sentence(error: &serde_json::Error) -> &'static str {
    let said = error.to_string();
    if said.starts_with("unknown field") {
        "There is no such member here."
    } else if said.starts_with("missing field") {
        "A member is missing that is needed here."
    } else if said.starts_with("duplicate field") {
        "This member stands here twice."
    } else {
        "This is of the wrong type."
    }
}
