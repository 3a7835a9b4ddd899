//! Examples of accounts, what they may give, and requests for more.

use super::{GROUP, NEXT, PERSON, TOKEN};
use serde_json::{Value, json};

const REQUEST: &str = "0199c2c1-3f80-7a4d-8e19-2b7d5c90a6f3";

pub fn account() -> Value {
    json!({
        "id": NEXT,
        "kind": "service",
        "name": "Nightly builds",
        "purpose": "Deploys what CI has built",
        "stewards": { "id": GROUP, "name": "Platform" },
        "metadata": { "team": "platform" },
        "is_disabled": false,
        "tokens": 2,
        "members": 0,
        "created_at": "2026-11-20T08:12:40.000Z",
        "last_used_at": "2026-11-24T02:00:11.000Z"
    })
}

pub fn accounts() -> Value {
    json!({ "items": [account()] })
}

pub fn account_page() -> Value {
    let mut page = account();
    page["in_group"] = json!([]);
    page["groups"] = json!([{ "id": GROUP, "name": "Platform" }]);
    page["stewarded"] = json!([]);
    page["trust_rules"] = json!([{
        "name": "deploy",
        "issuer": "https://token.actions.githubusercontent.com",
        "audience": "https://tokens.example.com",
        "claims": { "repository": "acme/shop", "ref": "refs/heads/main" },
        "permissions": ["projects:read"],
        "minutes": 15,
        "last_used_at": "2026-11-24T02:00:11.000Z"
    }]);
    page
}

pub fn new_account() -> Value {
    let mut new = account_change();
    new["kind"] = json!("service");
    new
}

pub fn account_change() -> Value {
    json!({
        "name": "Nightly builds",
        "purpose": "Deploys what CI has built",
        "stewards": GROUP,
        "metadata": { "team": "platform" }
    })
}

pub fn grants() -> Value {
    json!({ "grants": ["projects:*"], "may_give": ["billing:read", "projects:*"], "is_admin": false })
}

pub fn grants_change() -> Value {
    json!({ "grants": ["projects:*"], "dry_run": false })
}

pub fn losses() -> Value {
    let owner = json!({ "id": PERSON, "name": "Ada Moreau" });
    json!({
        "count": 1,
        "tokens": [{ "id": TOKEN, "name": "Billing sync", "owner": owner, "permissions": ["billing:read"] }]
    })
}

pub fn answered_request() -> Value {
    let asker = json!({ "id": PERSON, "name": "Ada Moreau" });
    json!({
        "id": REQUEST,
        "asker": asker,
        "account": asker,
        "permission": "billing:read",
        "reason": "For the monthly export",
        "created_at": "2026-11-24T09:12:00.000Z",
        "answer": {
            "granted": true,
            "by": { "id": NEXT, "name": "Otto Brandt" },
            "reason": "Until the end of the quarter",
            "at": "2026-11-24T09:30:00.000Z"
        }
    })
}

pub fn requests() -> Value {
    let mut open = answered_request();
    open["answer"] = Value::Null;
    json!({ "items": [open] })
}

pub fn request_answer() -> Value {
    json!({ "granted": true, "reason": "Until the end of the quarter" })
}
