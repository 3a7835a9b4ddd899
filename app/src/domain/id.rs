//! Identifiers: UUIDs, each of its own type, written in lower case with dashes.

use super::Error;
use serde::{Deserialize, Serialize, Serializer};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $type:ident, $unknown:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $type(Uuid);

        impl $type {
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        /// An invalid id matches nothing: the error is the one for something that does not exist.
        impl FromStr for $type {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                let id = Uuid::try_parse(text).map(Self).map_err(|_| $unknown)?;
                if id.to_string() == text { Ok(id) } else { Err($unknown) }
            }
        }

        impl TryFrom<String> for $type {
            type Error = Error;
            fn try_from(text: String) -> Result<Self, Error> {
                text.parse()
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
            }
        }
    };
}

id!(
    /// Identifies a token through all of its secrets.
    TokenId,
    Error::NotFound
);
id!(
    /// Identifies a person.
    PersonId,
    Error::NoSuchPerson
);
id!(
    /// Identifies a session to people and in the audit log. It grants no access: the cookie holds another value.
    SessionId,
    Error::NoSuchSession
);
id!(
    /// Identifies a webhook.
    WebhookId,
    Error::NoSuchWebhook
);

id!(
    /// Identifies a request for a permission.
    RequestId,
    Error::NoSuchRequest
);
id!(
    /// Identifies a passkey to its owner and in the audit log.
    PasskeyId,
    Error::NoSuchFactor
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_id_names_nothing() {
        for text in ["", "1", "not-an-id", "../etc", "00000000000000000000000000000000", "{0}"] {
            assert_eq!(text.parse::<TokenId>(), Err(Error::NotFound), "{text:?}");
            assert_eq!(text.parse::<PersonId>(), Err(Error::NoSuchPerson), "{text:?}");
        }
        assert!("01234567-89ab-7def-8123-456789abcdef".parse::<TokenId>().is_ok());
        assert!("01234567-89AB-7DEF-8123-456789ABCDEF".parse::<TokenId>().is_err());
    }
}
