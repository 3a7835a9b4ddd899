//! A value that travels as a text. Whoever passes it on needs no code that reads it: only whoever unfolds it does.

use super::from_json;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::marker::PhantomData;

/// A value in JSON. An [`Error`](super::Error) carries what only one screen explains: the first piece of WASM reads errors,
/// and a piece that comes later unfolds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Folded<T> {
    json: String,
    #[serde(skip)]
    of: PhantomData<T>,
}

impl<T: Serialize> Folded<T> {
    pub fn new(value: &T) -> Self {
        // The types that travel have no keys that are not texts, which is all that could fail.
        Self { json: serde_json::to_string(value).unwrap_or_default(), of: PhantomData }
    }
}

impl<T: DeserializeOwned> Folded<T> {
    /// The value; `None` if the text is not one.
    pub fn unfold(&self) -> Option<T> {
        from_json(&self.json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_folded_is_there_on_the_other_side() {
        let folded = Folded::new(&vec!["a\"b".to_owned(), "é".to_owned()]);
        let sent = serde_json::to_string(&folded).unwrap_or_default();
        let received: Option<Folded<Vec<String>>> = from_json(&sent);
        assert_eq!(received.as_ref(), Some(&folded));
        assert_eq!(
            received.and_then(|folded| folded.unfold()),
            Some(vec!["a\"b".to_owned(), "é".to_owned()])
        );
    }
}
