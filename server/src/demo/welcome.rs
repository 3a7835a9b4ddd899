//! Lets in anybody who opens a demonstration: as its sample admin, without a password. Only reading lets in, and all
//! share one session, so that many visits leave one line in the audit log.

use super::{DEMONSTRATION, company};
use crate::state::LetIn;
use app::{
    domain::{Caller, Error, Visit},
    service::{Service, SignedIn},
    sign_in::Demonstration,
};
use async_trait::async_trait;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The shared session, once there is one.
#[derive(Clone, Debug, Default)]
pub struct Demo(Arc<Mutex<Option<SignedIn>>>);

#[async_trait]
impl LetIn for Demo {
    fn demonstration(&self) -> Demonstration {
        DEMONSTRATION
    }

    /// The admin; `None` when she may not sign in any more.
    async fn let_in(&self, service: &Service, visit: &Visit) -> Result<Option<(Caller, SignedIn)>, Error> {
        let mut shared = self.0.lock().await;
        if let Some(signed_in) = &*shared
            && let Some(caller) = service.caller(&signed_in.session, visit).await?
        {
            return Ok(Some((caller, signed_in.clone())));
        }
        let signed_in = match service.operator_begin_session(company::PEOPLE[0].email, visit).await {
            Err(Error::NoSuchPerson | Error::SignInRefused) => return Ok(None),
            begun => begun?,
        };
        let caller = service.caller(&signed_in.session, visit).await?;
        *shared = Some(signed_in.clone());
        Ok(caller.map(|caller| (caller, signed_in)))
    }
}
