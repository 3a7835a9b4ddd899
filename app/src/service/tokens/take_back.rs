//! Taking back a rotation whose new secret never reached anybody.

use crate::domain::{Caller, Created, Error, EventKind, Token};
use crate::service::{RotationTakenBack, Service};
use serde_json::json;

impl Service {
    /// Ends the new secret of a rotation that was just made. The secrets before it work again as if there had been no
    /// rotation. If anything has happened to the token since, nothing changes.
    pub async fn take_back_rotation(&self, caller: &Caller, rotated: &Created) -> Result<Token, Error> {
        let token = self.token_to_manage(caller, rotated.token.id).await?;
        let event = self.event(caller, EventKind::RotationTakenBack).on_token(token.id);
        let event = event.with(&json!({ "name": token.name }));
        let back = RotationTakenBack {
            id: token.id,
            scope: caller.scope(),
            version: rotated.token.version,
            at: event.at,
        };
        Ok(self.store.take_back_rotation(&back, &event).await?)
    }
}
