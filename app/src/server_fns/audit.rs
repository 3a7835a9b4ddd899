//! Server functions about the audit log.

use super::codec::Wire;
#[allow(unused_imports, reason = "the browser's half has no bodies")]
use super::*;
#[allow(unused_imports, reason = "the browser's half has no bodies")]
use crate::domain::AuditForm;
use crate::domain::{AuditData, Error};
use leptos::prelude::server;

/// The lines that the query of the screen's URL asks for.
#[server(prefix = "/_fn", endpoint = "load_audit", input = Wire, output = Wire)]
pub async fn load_audit(url: String) -> Result<AuditData, Error> {
    let (service, caller) = (service(), caller()?);
    let people = service.audit_people(&caller).await?;
    let (form, page) = match AuditForm::read(At::new(&url).query()) {
        Ok(form) => (form.clone(), service.audit(&caller, &form).await),
        Err(error) => (AuditForm::default(), Err(error)),
    };
    // A query that cannot be answered is explained in the place of the lines.
    match page {
        Err(error) if error.status() >= 500 => Err(error),
        page => Ok(AuditData { form, page: answer(page), people }),
    }
}
