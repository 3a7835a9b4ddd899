//! The API reference as the page receives it: text in a few shapes, so that the browser needs only one way to draw it.
//! Backticks in texts mark `code`. The names in the JSON are short because there are a thousand of them.

use serde::{Deserialize, Serialize};

/// The whole reference, for one installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiReference {
    /// The version of the API.
    pub version: String,
    /// The beginning of the addresses in the examples.
    pub origin: String,
    pub sections: Vec<ApiSection>,
}

/// A heading of the contents. Its empty parts are left out of the JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiSection {
    /// Its anchor on the page: the part of the URL after `#`.
    pub id: String,
    pub title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<ApiFact>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<ApiOperation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<ApiTable>,
}

/// One request of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiOperation {
    pub id: String,
    pub title: String,
    pub method: String,
    pub path: String,
    pub blocks: Vec<ApiBlock>,
}

/// A part of an operation: its parameters, its body, one of its responses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiBlock {
    #[serde(rename = "t", skip_serializing_if = "String::is_empty")]
    pub title: String,
    #[serde(rename = "a", skip_serializing_if = "String::is_empty")]
    pub about: String,
    #[serde(rename = "e", skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<ApiExample>,
    /// The heading that the facts are folded under; empty if they are not folded.
    #[serde(rename = "d", skip_serializing_if = "String::is_empty")]
    pub fold: String,
    #[serde(rename = "f", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<ApiFact>,
}

/// Something with a name: a parameter, a member, a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiFact {
    #[serde(rename = "n")]
    pub name: String,
    /// `string, required`; empty for rules.
    #[serde(rename = "k", default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    #[serde(rename = "a", default, skip_serializing_if = "String::is_empty")]
    pub about: String,
}

/// Lines to read and copy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiExample {
    /// Unique on the page.
    #[serde(rename = "i")]
    pub id: String,
    #[serde(rename = "l")]
    pub label: String,
    #[serde(rename = "t")]
    pub text: String,
}

/// A table whose rows begin with a code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiTable {
    pub caption: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}
