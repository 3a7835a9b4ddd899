//! The verdict about a secret that is known: all that can change between two calls.

use super::{CachedSecret, Purpose, RateState, Verification, VerifyRequest};
use crate::{
    domain::{Error, Permission, PermissionSet, Timestamp, Verdict},
    service::Service,
};
use std::{net::IpAddr, sync::Arc};

impl Service {
    /// Checks everything, in the order in which it is told.
    pub(super) async fn evaluate(
        &self,
        cached: Arc<CachedSecret>,
        request: &VerifyRequest<'_>,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Verification, Error> {
        let standing = standing(&cached, now, request.address, purpose);
        let mut verification = Verification::nobody(standing);
        if standing.is_valid() {
            verification.missing = missing(cached.permissions(), request.permissions);
            // A token without permissions is allowed nothing, even where nothing in particular is wanted.
            let is_powerless = cached.permissions().is_empty() && purpose != Purpose::OwnApi;
            let is_allowed = verification.missing.is_empty() && !is_powerless;
            if let Some(budget) = cached.budget().filter(|_| is_allowed && purpose != Purpose::Introspection)
            {
                verification.rate = Some(self.spend(budget).await?);
            }
            verification.verdict = match verification.rate {
                _ if !is_allowed => Verdict::PermissionMissing,
                Some(RateState { retry_seconds: Some(_), .. }) => Verdict::RateLimited,
                _ => Verdict::Valid,
            };
        }
        verification.identity = Some(cached);
        Ok(verification)
    }
}

/// The part of the verdict that does not depend on the wanted permissions.
fn standing(cached: &CachedSecret, now: Timestamp, address: Option<IpAddr>, purpose: Purpose) -> Verdict {
    let is_address_judged = address.is_some() || purpose != Purpose::Introspection;
    if cached.is_revoked {
        Verdict::Revoked
    } else if cached.has_ended(now) {
        Verdict::Expired
    } else if cached.is_disabled {
        Verdict::Disabled
    } else if cached.owner.is_disabled {
        Verdict::OwnerDisabled
    } else if is_address_judged && !cached.allowed_addresses.allow(address) {
        Verdict::AddressNotAllowed
    } else {
        Verdict::Valid
    }
}

/// The wanted permissions that are not held, each once.
fn missing(held: &PermissionSet, wanted: &[Permission]) -> Vec<Permission> {
    let mut missing: Vec<Permission> = Vec::new();
    for permission in wanted {
        if !held.contains(permission) && !missing.contains(permission) {
            missing.push(permission.clone());
        }
    }
    missing
}
