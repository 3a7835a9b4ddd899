//! A script that manages tokens: it presents a secret and sends requests.

use super::{Answer, TestApp, Visitor};
use axum::{body::Body, http::header};
use serde_json::{Value, json};

/// All of Tokenry's own permissions.
pub const ALL_OWN: [&str; 9] = [
    "tokenry.tokens:verify",
    "tokenry.tokens:read",
    "tokenry.tokens:write",
    "tokenry.tokens:write-all",
    "tokenry.people:read",
    "tokenry.people:write",
    "tokenry.audit:read",
    "tokenry.webhooks:read",
    "tokenry.webhooks:write",
];

pub struct Script {
    pub visitor: Visitor,
    pub secret: String,
}

impl TestApp {
    /// A script with a token of the admin's that has these permissions.
    pub async fn script(&self, permissions: &[&str]) -> Script {
        Script { visitor: self.stranger(), secret: self.secret_with(permissions).await }
    }

    /// A script that may do everything but `billing:write`.
    pub async fn manager(&self) -> Script {
        let mut all = ALL_OWN.to_vec();
        all.extend(["projects:read", "projects:write", "billing:read"]);
        self.script(&all).await
    }
}

impl Script {
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send_bytes(method, path, headers, body.as_bytes().to_vec()).await
    }

    pub async fn send_bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Visitor::request(method, path);
        if !self.secret.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.secret));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.visitor.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], &body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &[("content-type", "application/json")], &body.to_string()).await
    }

    pub async fn patch(&self, id: &str, version: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/merge-patch+json"), ("if-match", version)];
        self.send("PATCH", &format!("/v1/tokens/{id}"), &headers, &body.to_string()).await
    }

    /// Creates a token with this name and returns the answer.
    pub async fn make(&self, name: &str) -> Value {
        let answer =
            self.post("/v1/tokens", &json!({ "name": name, "permissions": ["projects:read"] })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    /// The names on one page of the list.
    pub async fn names(&self, query: &str) -> Vec<String> {
        let answer = self.get(&format!("/v1/tokens{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        let name = |token: &Value| token["name"].as_str().unwrap().to_owned();
        answer.json()["items"].as_array().unwrap().iter().map(name).collect()
    }
}

impl Answer {
    /// `pointer code` for every fault.
    pub fn faults(&self) -> Vec<String> {
        let problem = self.json();
        let said = |fault: &Value, member: &str| fault[member].as_str().unwrap().to_owned();
        let all = problem["errors"].as_array().cloned().unwrap_or_default();
        all.iter().map(|fault| format!("{} {}", said(fault, "pointer"), said(fault, "code"))).collect()
    }
}
