//! Asking for a permission that one may not give.

use crate::domain::{
    DESCRIPTION_CHARS_MAX, Description, Error, Field, FieldError, Grant, Owner, Permission, PersonId,
    RequestId, Timestamp,
};
use serde::{Deserialize, Serialize};

/// A permission that somebody asked for, and the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRequest {
    pub id: RequestId,
    pub asker: Owner,
    /// Who is to be granted it: the asker, or an account that they steward.
    pub account: Owner,
    pub permission: Grant,
    pub reason: Description,
    pub at: Timestamp,
    pub answer: Option<Answer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub at: Timestamp,
    pub by: Owner,
    pub is_granted: bool,
    pub word: Description,
}

/// A request in a list, as its viewer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRow {
    pub request: AccessRequest,
    /// May the viewer answer it?
    pub may_answer: bool,
}

/// The data of the screen of requests: what waits for an answer, and what was answered lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestsData {
    pub open: Vec<RequestRow>,
    pub answered: Vec<RequestRow>,
}

/// The data of the prompt that asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToAsk {
    /// The asker first, and the accounts that they steward.
    pub accounts: Vec<Owner>,
    pub account: PersonId,
    /// What none of these may give now.
    pub permissions: Vec<Permission>,
}

/// The form that asks, unparsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskForm {
    #[serde(default)]
    pub account: String,
    #[serde(default)]
    pub permission: String,
    #[serde(default)]
    pub reason: String,
}

impl AskForm {
    pub fn parse(&self) -> Result<(Permission, Description), Error> {
        let mut errors = Vec::new();
        let permission = self.permission.parse::<Permission>().map_err(|_| {
            errors.push(FieldError::new(
                Field::Permissions,
                "malformed",
                "Choose the permission that you need.",
            ));
        });
        let reason = reason(&self.reason).map_err(|error| errors.push(error));
        match (permission, reason) {
            (Ok(permission), Ok(reason)) => Ok((permission, reason)),
            _ => Err(Error::Invalid { errors }),
        }
    }
}

fn reason(text: &str) -> Result<Description, FieldError> {
    let wrong = |detail: String| FieldError::new(Field::Reason, "malformed", detail);
    match Description::parse(text) {
        Ok(reason) if reason.as_str().is_empty() => {
            Err(FieldError::new(Field::Reason, "empty", "Say what you need it for."))
        }
        Ok(reason) => Ok(reason),
        Err(_) => Err(wrong(format!("Write one line, of {DESCRIPTION_CHARS_MAX} characters at most."))),
    }
}

/// The answer to a request, unparsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerForm {
    pub id: String,
    /// `grant` or `decline`.
    #[serde(default)]
    pub answer: String,
    #[serde(default)]
    pub word: String,
}

impl AnswerForm {
    pub fn parse(&self) -> Result<(bool, Description), Error> {
        let is_granted = match self.answer.as_str() {
            "grant" => true,
            "decline" => false,
            _ => return Err(Error::Malformed),
        };
        let word = Description::parse(&self.word)
            .map_err(|e| Error::field(Field::Reason, e.code(), e.to_string()))?;
        Ok((is_granted, word))
    }
}
