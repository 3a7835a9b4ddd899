//! Bodies: what was sent is read as JSON as it is asked for and nothing else. Unknown and doubled members, wrong types and
//! wrong kinds of content are refused with the place where they are.

use super::problem::Problem;
use crate::{http::middleware::head::is_content_type, state::AppState};
use app::domain::{BODY_BYTES_MAX, Error, Timestamp};
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    http::{HeaderMap, request::Parts},
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::error::Category;
use std::{fmt, marker::PhantomData};

/// A moment as it travels: RFC 3339, in UTC.
#[derive(Debug, Clone, Copy)]
pub struct Rfc3339(pub Timestamp);

impl Serialize for Rfc3339 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The whole body, up to the limit.
pub async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(Error::TooLarge, headers);
    // One that is said to be too large is not waited for.
    if usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX) > BODY_BYTES_MAX {
        return Err(too_large());
    }
    to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| too_large())
}

/// The whole body of somebody who is not known: what strangers make the server hold is bounded.
pub async fn read_of_stranger(state: &AppState, parts: &Parts, body: Body) -> Result<Bytes, Problem> {
    match state.admit_body(&parts.extensions) {
        Some(_reading) => read(&parts.headers, body).await,
        None => Err(Problem::new(Error::TooMany { seconds: 1 }, &parts.headers)),
    }
}

/// A JSON object.
pub async fn json<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, Problem> {
    require_kind(headers, "application/json")?;
    object(headers, &read(headers, body).await?)
}

/// A JSON object, or no body at all, which is the empty one.
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

/// A JSON merge patch (RFC 7396). Its own media type is not known to every client.
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

/// A charset other than UTF-8 is none that JSON has (RFC 8259, section 8.1). Its name stands in any letters, in quotes or
/// not; many write it without the hyphen (<https://encoding.spec.whatwg.org/#names-and-labels>).
fn require_one_of(headers: &HeaderMap, kinds: &[&str]) -> Result<(), Problem> {
    let said = headers.get(axum::http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
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

/// What is written as an object. Serde would also take the members one after the other in an array.
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

pub fn parse<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    // An array would do for a struct, member by member.
    let is_object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    match serde_json::from_slice(bytes) {
        Ok(value) if is_object => Ok(value),
        Ok(_) => Err(Problem::fault(headers, "", "type", "This has to be an object.")),
        Err(error) => Err(explain::<T>(headers, bytes, &error)),
    }
}

/// Reads it once more, to say where it is wrong; following the places has its cost, and most bodies are right.
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

/// What was expected, without what was sent: it may be a secret.
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
