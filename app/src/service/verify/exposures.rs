//! Exposed secrets: whoever has found one ends it, and the owner of its token learns where it was.

use super::{Asker, CachedSecret};
use crate::{
    domain::{Error, EventKind, Exposure, ExposureReport, Verdict, Visit},
    service::{KeyDigest, Service, StoreError, audit::event},
};
use serde_json::json;
use std::{net::IpAddr, sync::Arc};

impl Service {
    /// Ends the secrets that somebody has found: those that are known here are dead when this returns. A stranger is not
    /// told which these are, and asks about unknown secrets on the budget of their source.
    pub async fn expose_found(
        &self,
        reports: &[ExposureReport],
        source: Option<IpAddr>,
        visit: &Visit,
    ) -> Result<(), Error> {
        self.expose(Asker::Holder(source), reports, visit).await.map(drop)
    }

    /// [`Self::expose_found`] for somebody who is trusted, and is told of each whether Tokenry ever made it.
    pub async fn expose_scanned(
        &self,
        reports: &[ExposureReport],
        visit: &Visit,
    ) -> Result<Vec<bool>, Error> {
        self.expose(Asker::Ourselves, reports, visit).await
    }

    /// Ends all that are known before it says that there were too many unknown ones.
    async fn expose(
        &self,
        asker: Asker,
        reports: &[ExposureReport],
        visit: &Visit,
    ) -> Result<Vec<bool>, Error> {
        let (mut known, mut refused) = (vec![false; reports.len()], None);
        let secrets: Vec<&str> = reports.iter().map(|report| report.secret.as_str()).collect();
        for (report, is_known) in reports.iter().zip(&mut known) {
            match self.identify_lately_made(asker, &report.secret).await {
                Ok(Ok(cached)) => {
                    let (url, by) = report.told(&secrets);
                    self.expose_known(&cached, url, by, visit).await?;
                    *is_known = true;
                }
                // The shape tells everybody that it is none.
                Ok(Err(Verdict::Malformed)) => {}
                Ok(Err(_)) => refused = self.in_vain(asker).err().or(refused),
                Err(error @ Error::TooMany { .. }) => refused = Some(error),
                Err(other) => return Err(other),
            }
        }
        refused.map_or(Ok(known), Err)
    }

    async fn expose_known(
        &self,
        cached: &Arc<CachedSecret>,
        url: &str,
        by: &str,
        visit: &Visit,
    ) -> Result<(), Error> {
        let event = event::event(EventKind::TokenExposed, self.clock.now(), None, visit);
        let event = event.with(&json!({ "name": &*cached.name, "url": url, "source": by }));
        let exposure = Exposure { at: event.at, url: url.to_owned(), by: by.to_owned() };
        let digest: &KeyDigest = &cached.digest;
        match self.store.expose_secret(digest, &exposure, &event).await {
            // It was reported before.
            Ok(_) | Err(StoreError::NotFound) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }
}
