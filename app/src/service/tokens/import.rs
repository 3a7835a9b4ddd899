//! Importing tokens: a team moves in with the keys that its clients have. Tokenry learns only their digests, and finds
//! the keys valid from then on.

use crate::domain::{
    Caller, Catalogue, Error, Event, EventKind, Field, IMPORT_ROWS_MAX, ImportFault, ImportRow, Policy,
    Right, Target, Timestamp, TokenId,
};
use crate::service::{
    ImportClash, KeyDigest, NewToken, Service, crypto,
    tokens::manage::{check_expiry, described, name_key},
};
use serde_json::json;
use std::collections::HashMap;

/// The outcome of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportReport {
    /// The number of tokens that were imported, or could be.
    Whole(usize),
    /// None was imported.
    Refused(Vec<ImportFault>),
}

impl Service {
    /// Imports tokens for the caller, all of them or none. A rehearsal only says what the outcome would be.
    pub async fn import_tokens(
        &self,
        caller: &Caller,
        rows: &[ImportRow],
        is_rehearsal: bool,
    ) -> Result<ImportReport, Error> {
        self.require(caller, Right::ManageOwnTokens, Target::Nothing).await?;
        if let Some(beyond) = rows.get(IMPORT_ROWS_MAX) {
            let detail =
                format!("{IMPORT_ROWS_MAX} tokens are the most at once; import the rest after them.");
            return Ok(ImportReport::Refused(vec![ImportFault { line: beyond.line, detail }]));
        }
        let catalogue = self.grantable(caller).await?;
        let (at, policy) = (self.clock.now(), self.workspace().await?.policy);
        let (mut new, mut lines, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            match self.importable(caller, &catalogue, policy, row, at)? {
                Ok(token) => {
                    new.push(token);
                    lines.push(row.line);
                }
                Err(wrong) => faults.extend(wrong),
            }
        }
        let reach = self.store.reach(caller.id).await?;
        faults.extend(new.iter().zip(&lines).filter_map(|((token, _), &line)| {
            let beyond = reach.beyond(&token.details.permissions);
            let detail = format!("permissions: You may not give {}.", beyond.to_line());
            (!beyond.is_empty()).then_some(ImportFault { line, detail })
        }));
        faults.extend(doubled(&lines, &new));
        if faults.is_empty() {
            let clashes = self.store.import_tokens(&new, is_rehearsal).await?;
            faults.extend(clashes.into_iter().filter_map(|(index, clash)| {
                let detail = match clash {
                    ImportClash::Name => "name: A token has this name already, or one that looks the same.",
                    ImportClash::Digest => "sha256: This key is here already.",
                };
                Some(ImportFault { line: *lines.get(index)?, detail: detail.to_owned() })
            }));
        }
        faults.sort_by_key(|fault| fault.line);
        Ok(if faults.is_empty() { ImportReport::Whole(new.len()) } else { ImportReport::Refused(faults) })
    }

    fn importable(
        &self,
        caller: &Caller,
        catalogue: &Catalogue,
        policy: Policy,
        row: &ImportRow,
        at: Timestamp,
    ) -> Result<Result<(NewToken, Event), Vec<ImportFault>>, Error> {
        let parsed = match row.parse(catalogue) {
            Ok(parsed) => parsed,
            Err(faults) => return Ok(Err(faults)),
        };
        if crypto::is_tried_first(&KeyDigest::from_bytes(parsed.digest)) {
            let detail =
                "sha256: This is the digest of nothing, or of something that anybody would try first: a key \
                is random, and its digest is that of the key alone."
                    .to_owned();
            return Ok(Err(vec![ImportFault { line: row.line, detail }]));
        }
        if check_expiry(parsed.details.expires_at, None, at).is_err() {
            let detail = "expires_at: This date has passed.".to_owned();
            return Ok(Err(vec![ImportFault { line: row.line, detail }]));
        }
        if let Err(against) = policy.check(parsed.details.expires_at, at) {
            let detail = format!("expires_at: {}", against.detail_for(Field::ExpiresAt).unwrap_or_default());
            return Ok(Err(vec![ImportFault { line: row.line, detail }]));
        }
        let id = TokenId::from_uuid(crypto::generate_id(at)?);
        let event = self.event(caller, EventKind::TokenImported).on_token(id);
        let event = event.with(&described(&parsed.details)).with(&json!({ "hint": parsed.hint.to_string() }));
        let new = NewToken {
            id,
            owner: caller.id,
            parent: None,
            name_key: name_key(&parsed.details.name),
            digest: KeyDigest::from_bytes(parsed.digest),
            hint: parsed.hint,
            at,
            most: self.tokens_per_person,
            once: None,
            details: parsed.details,
        };
        Ok(Ok((new, event)))
    }
}

/// The names and digests that stand twice where no two may be alike.
fn doubled(lines: &[u64], new: &[(NewToken, Event)]) -> Vec<ImportFault> {
    let mut faults = Vec::new();
    let (mut names, mut digests) = (HashMap::new(), HashMap::new());
    for ((token, _), &line) in new.iter().zip(lines) {
        if let Some(first) = names.insert(token.name_key.as_str(), line) {
            let detail = format!("name: The one on line {first} looks the same.");
            faults.push(ImportFault { line, detail });
        }
        if let Some(first) = digests.insert(token.digest.as_bytes(), line) {
            let detail = format!("sha256: This is the key on line {first}; a key belongs to one token.");
            faults.push(ImportFault { line, detail });
        }
    }
    faults
}
