//! Creating a token once, even if a caller that heard no answer asks again.

use crate::domain::{Caller, Error, RevealedSecret, Right, Scope, Target, Token, TokenForm};
use crate::service::{Service, tokens::idempotency::ChangeRequest};

/// The outcome of a change that makes a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    pub token: Token,
    /// `None` when the same was asked for before: the secret was in that answer, and nowhere else.
    pub secret: Option<RevealedSecret>,
}

impl Service {
    /// Makes a token for the caller, unless this calling token has made it before with this key.
    pub async fn create_token_once(
        &self,
        caller: &Caller,
        form: &TokenForm,
        key: Option<&str>,
    ) -> Result<Creation, Error> {
        self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
        let once = self.remembered(caller, key, &ChangeRequest::Create(form))?;
        match self.do_once(once, self.make_token(caller, form, once)).await? {
            Ok(made) => Ok(Creation { token: made.token, secret: Some(made.secret) }),
            Err(id) => {
                let token = self.store.token(id, Scope::Everybody).await?;
                Ok(Creation { token, secret: None })
            }
        }
    }
}
