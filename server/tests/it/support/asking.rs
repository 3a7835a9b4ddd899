//! A service or a script that presents a token and asks.

use super::{Answer, Script, TestApp, Visitor, form};
use app::domain::{Created, TokenForm};
use axum::{body::Body, http::header};
use serde_json::Value;

impl TestApp {
    /// The secret of a new token of the admin's, with these permissions.
    pub async fn secret_with(&self, permissions: &[&str]) -> String {
        self.token_with(permissions).await.secret.as_str().to_owned()
    }

    pub async fn token_with(&self, permissions: &[&str]) -> Created {
        self.made(&form("", permissions)).await
    }

    /// A new token of the admin's. If the form has no name, the token gets one of its own.
    pub async fn made(&self, form: &TokenForm) -> Created {
        self.clock.forward(1);
        let name = match form.name.as_str() {
            "" => format!("Token {}", self.number("select count(*) from token").await),
            name => name.to_owned(),
        };
        let form = TokenForm { name, ..form.clone() };
        self.service.create_token(&self.admin.caller, &form).await.unwrap()
    }

    /// A script that may ask about secrets.
    pub async fn asker(&self) -> Script {
        self.script(&["tokenry.tokens:verify"]).await
    }
}

impl Script {
    /// Posts a body of this content type.
    pub async fn post_as(&self, path: &str, kind: &str, body: impl Into<String>) -> Answer {
        self.send("POST", path, &[("content-type", kind)], &body.into()).await
    }

    /// The answer of `/v1/verify` to a question.
    pub async fn verify(&self, request: &Value) -> Value {
        let answer = self.post("/v1/verify", request).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    pub async fn verdict(&self, secret: &str) -> String {
        let answer = self.verify(&serde_json::json!({ "secret": secret })).await;
        answer["verdict"].as_str().unwrap().to_owned()
    }

    pub async fn introspect(&self, secret: &str) -> Answer {
        self.post_as("/oauth/introspect", "application/x-www-form-urlencoded", format!("token={secret}"))
            .await
    }
}

impl Visitor {
    /// Presents a secret to the endpoint for proxies.
    pub async fn forward_auth(&self, query: &str, secret: Option<&str>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Self::request("GET", &format!("/forward-auth{query}"));
        if let Some(secret) = secret {
            request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Ends a secret by presenting it.
    pub async fn revoke(&self, secret: &str) -> Answer {
        let request = Self::request("POST", "/oauth/revoke")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(format!("token={secret}"))).unwrap()).await
    }
}
