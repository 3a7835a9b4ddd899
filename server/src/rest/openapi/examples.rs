//! The examples in the document. They follow one token of one team through all of the answers.

mod accounts;

pub use accounts::*;

use serde_json::{Value, json};

const TOKEN: &str = "0199c3a4-5b6e-7c10-9f2d-3a41c8e07b55";
const PERSON: &str = "0199c1f0-22d7-7e53-8a64-51b7d9e0c3aa";
const GROUP: &str = "0199c1f4-7a11-7b0c-9d25-40c6a2f9e7d1";
const NEXT: &str = "0199c2b8-91f4-7d0e-b3a7-6c2f8d15e4f0";

pub fn token() -> Value {
    json!({
        "id": TOKEN,
        "name": "Billing sync",
        "description": "Copies invoices into the ledger every night",
        "permissions": ["billing:read", "projects:read"],
        "out_of_reach": [],
        "owner": { "id": PERSON, "name": "Ada Moreau" },
        "parent": { "id": NEXT, "name": "Provisioning" },
        "status": "active",
        "disabled_by": null,
        "exposed": null,
        "secret_hint": "tkr_…x9Qf",
        "created_at": "2026-11-23T18:04:05.000Z",
        "updated_at": "2026-11-23T18:04:05.000Z",
        "expires_at": "2027-02-21T18:00:00.000Z",
        "last_used_at": "2026-11-24T02:00:11.000Z",
        "last_used_address": "203.0.113.9",
        "allowed_addresses": ["203.0.113.0/24"],
        "rate_limit": { "requests": 100, "per_seconds": 60 },
        "metadata": { "env": "prod", "team": "payments" },
        "version": 1
    })
}

pub fn tokens() -> Value {
    json!({ "items": [token()], "next_cursor": format!("C0000019ab1c7a2e8{}", NEXT.replace('-', "")) })
}

pub fn mark() -> Value {
    json!({ "id": TOKEN, "version": 2 })
}

pub fn deleted() -> Value {
    json!({ "deleted": [NEXT, TOKEN], "kept": [], "complete": true })
}

pub fn disabled_with_children() -> Value {
    json!({ "disabled": [NEXT, TOKEN], "kept": [], "complete": true })
}

pub fn new_token() -> Value {
    json!({
        "name": "Billing sync",
        "description": "Copies invoices into the ledger every night",
        "permissions": ["billing:read", "projects:read"],
        "expires_at": "2027-02-21T18:00:00Z",
        "allowed_addresses": ["203.0.113.0/24"],
        "rate_limit": { "requests": 100, "per_seconds": 60 },
        "metadata": { "env": "prod", "team": "payments" }
    })
}

pub fn created() -> Value {
    json!({ "token": unused(1), "secret": "tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw" })
}

pub fn replayed() -> Value {
    json!({ "token": unused(1), "secret": null, "replayed": true, "detail": crate::rest::tokens::REPLAYED })
}

pub fn rotated() -> Value {
    let mut token = token();
    token["status"] = json!("rotating");
    token["version"] = json!(2);
    token["updated_at"] = json!("2026-11-24T09:30:00.000Z");
    json!({ "token": token, "secret": "tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw" })
}

pub fn patch() -> Value {
    json!({ "description": "Copies invoices every hour", "expires_at": null })
}

pub fn patched() -> Value {
    let mut token = token();
    token["description"] = json!("Copies invoices every hour");
    token["expires_at"] = json!(null);
    token["version"] = json!(2);
    token["updated_at"] = json!("2026-11-24T09:30:00.000Z");
    token
}

pub fn disabled(status: &str) -> Value {
    let mut token = token();
    token["status"] = json!(status);
    if status == "disabled" {
        token["disabled_by"] = json!({ "name": "Ada Moreau", "is_admin": false });
    }
    token["version"] = json!(2);
    token["updated_at"] = json!("2026-11-24T09:30:00.000Z");
    token
}

fn unused(version: i64) -> Value {
    let mut token = token();
    token["last_used_at"] = json!(null);
    token["last_used_address"] = json!(null);
    token["version"] = json!(version);
    token
}

pub fn catalogue() -> Value {
    json!({ "resources": [{
        "name": "billing",
        "label": "Billing",
        "description": "Plans, invoices and payments",
        "actions": [
            { "name": "read", "label": "Read", "permission": "billing:read" },
            { "name": "write", "label": "Write", "permission": "billing:write" }
        ]
    }] })
}

pub fn person() -> Value {
    json!({
        "id": PERSON,
        "name": "Ada Moreau",
        "email": "ada@example.com",
        "role": "admin",
        "status": "active",
        "tokens": 3,
        "created_at": "2026-11-20T08:12:40.000Z",
        "last_seen_at": "2026-11-24T09:28:00.000Z"
    })
}

pub fn people() -> Value {
    json!({ "items": [person()], "next_cursor": null })
}

pub fn transfer() -> Value {
    json!({ "owner": GROUP })
}

pub fn event() -> Value {
    json!({
        "id": 214,
        "at": "2026-11-24T09:30:00.000Z",
        "kind": "token.rotated",
        "actor": { "id": PERSON, "name": "Ada Moreau", "email": "ada@example.com" },
        "token_id": TOKEN,
        "person_id": null,
        "target_name": "Billing sync",
        "address": "203.0.113.9",
        "request_id": "5c0e9a0e-7f35-4a4b-8c5d-0f6f6f6f2b61",
        "details": { "name": "Billing sync", "overlap_seconds": 3600 }
    })
}

pub fn events() -> Value {
    json!({ "items": [event()], "next_cursor": "e00000000000000d6" })
}

pub fn problem() -> Value {
    json!({
        "type": "/problems/invalid",
        "title": "Some fields need another look",
        "status": 422,
        "code": "invalid",
        "detail": "Some fields need another look.",
        "errors": [{
            "pointer": "/name",
            "code": "empty",
            "detail": "Give the token a name, so that others can tell what it is for."
        }],
        "request_id": "5c0e9a0e-7f35-4a4b-8c5d-0f6f6f6f2b61"
    })
}

pub fn found() -> Value {
    json!({ "items": [{
        "secret": "tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw",
        "url": "https://github.com/example/app/blob/main/.env",
        "source": "gitleaks"
    }] })
}

pub fn scanned() -> Value {
    json!([{
        "token": "tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw",
        "type": "tokenry_secret",
        "url": "https://github.com/example/app/blob/main/.env",
        "source": "commit"
    }])
}

pub fn labels() -> Value {
    let hash = "f2f0a3ab2a0d6f8e0d1b2f0c1c5f5c0e6a1d9b7e4c3f2a1b0d9e8f7a6b5c4d3e";
    json!([{ "token_hash": hash, "token_type": "tokenry_secret", "label": "true_positive" }])
}

pub fn request() -> Value {
    json!({
        "secret": "tkr_7vR2mQ9cKx1TzB5nWdY8sLpE3aHfJu0Gk4Vw",
        "permissions": ["billing:read"],
        "address": "203.0.113.9"
    })
}

pub fn verdict() -> Value {
    json!({
        "verdict": "valid",
        "token": {
            "id": TOKEN,
            "name": "Billing sync",
            "owner": { "id": PERSON, "name": "Ada Moreau" },
            "permissions": ["billing:read", "projects:read"],
            "expires_at": "2027-02-21T18:00:00.000Z",
            "metadata": { "env": "prod", "team": "payments" }
        },
        "rate_limit": { "limit": 100, "remaining": 99, "reset_seconds": 1 }
    })
}

pub fn denial() -> Value {
    json!({
        "verdict": "permission_missing",
        "missing": ["billing:write"],
        "token": { "id": TOKEN, "name": "Billing sync" }
    })
}

pub fn questions() -> Value {
    let mut second = request();
    second["permissions"] = json!(["billing:write"]);
    json!({ "items": [request(), second] })
}

pub fn verdicts() -> Value {
    json!({ "items": [verdict(), denial()] })
}

pub fn introspection() -> Value {
    json!({
        "active": true,
        "scope": "billing:read projects:read",
        "sub": PERSON,
        "client_id": TOKEN,
        "username": "Ada Moreau",
        "exp": 1_803_232_800,
        "iat": 1_795_457_045,
        "token_type": "Bearer",
        "metadata": { "env": "prod", "team": "payments" }
    })
}

pub fn metadata() -> Value {
    json!({
        "issuer": "https://tokens.example.com",
        "introspection_endpoint": "https://tokens.example.com/oauth/introspect",
        "introspection_endpoint_auth_methods_supported": crate::rest::verify::INTROSPECTION_METHODS,
        "revocation_endpoint": "https://tokens.example.com/oauth/revoke",
        "revocation_endpoint_auth_methods_supported": ["none"],
        "response_types_supported": [],
        "grant_types_supported": [],
        "service_documentation": "https://tokens.example.com/v1/openapi.json"
    })
}

pub fn webhook() -> Value {
    json!({
        "id": TOKEN,
        "name": "Chat",
        "url": "https://chat.example.com/hooks/tokenry",
        "events": ["token.created", "token.deleted"],
        "status": "active",
        "line": 4_711,
        "failures": 0,
        "trouble": null,
        "created_at": "2026-11-23T18:04:05.000Z"
    })
}

pub fn webhooks() -> Value {
    json!({ "items": [webhook()] })
}

pub fn new_webhook() -> Value {
    json!({
        "name": "Chat",
        "url": "https://chat.example.com/hooks/tokenry",
        "events": ["token.created", "token.deleted"]
    })
}

pub fn created_webhook() -> Value {
    json!({ "webhook": webhook(), "signing_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" })
}

pub fn deliveries() -> Value {
    json!({
        "items": [{
            "line": 4_711,
            "event": "token.created",
            "delivered": true,
            "status": 204,
            "trouble": null,
            "attempts": 1,
            "duration_ms": 83,
            "at": "2026-11-23T18:04:06.000Z"
        }]
    })
}
