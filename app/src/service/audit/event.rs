//! Lines of the audit log, as use cases begin them.

use crate::domain::{Caller, Credential, Event, EventKind, PersonId, Timestamp, TokenId, Visit};
use crate::service::Service;
use serde_json::{Map, Value, json};

/// A new line of the audit log, without a target or details.
pub(in crate::service) fn event(
    kind: EventKind,
    at: Timestamp,
    actor: Option<PersonId>,
    visit: &Visit,
) -> Event {
    Event {
        at,
        kind,
        actor,
        token: None,
        person: None,
        address: visit.address.clone(),
        request_id: visit.request_id.clone(),
        details: "{}".to_owned(),
    }
}

impl Event {
    pub(in crate::service) fn on_token(mut self, id: TokenId) -> Self {
        self.token = Some(id);
        self
    }

    pub(in crate::service) fn on_person(mut self, id: PersonId) -> Self {
        self.person = Some(id);
        self
    }

    /// Adds these details to those that the line has.
    pub(in crate::service) fn with(mut self, details: &Value) -> Self {
        let mut all: Map<String, Value> = serde_json::from_str(&self.details).unwrap_or_default();
        all.extend(
            details.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())),
        );
        self.details = Value::Object(all).to_string();
        self
    }
}

impl Service {
    /// A line about something that this caller does now.
    pub(in crate::service) fn event(&self, caller: &Caller, kind: EventKind) -> Event {
        let event = event(kind, self.clock.now(), Some(caller.id), &caller.visit);
        match &caller.credential {
            Credential::Session { .. } => event,
            // The operator is nobody in particular, and perhaps acts for a person.
            Credential::Operator => Event { actor: None, ..event }.on_person(caller.id),
            // The actor names the owner of the token; this names the token.
            Credential::Token { id, .. } => event.with(&json!({ "with_token": id })),
        }
    }
}
