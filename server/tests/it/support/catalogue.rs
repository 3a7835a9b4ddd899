//! Helpers for tests of the Permissions tab.

use super::{Answer, TestApp, TestUser, Visitor, form};
use axum::http::{StatusCode, header};

pub const TAB: &str = "/settings/permissions";
pub const NEW: &str = "/settings/permissions/new";
pub const EDIT: &str = "/settings/permissions/projects/edit";
pub const REMOVE: &str = "/settings/permissions/projects/remove";
pub const READ_WRITE: &str = "read = Read\r\nwrite = Write";

pub async fn version(app: &TestApp, name: &str) -> String {
    app.service.resource_to_edit(&app.admin.caller, name).await.unwrap().version
}

pub async fn edit(visitor: &Visitor, version: &str, label: &str, actions: &str, removing: &str) -> Answer {
    let fields = [
        ("version", version),
        ("label", label),
        ("description", ""),
        ("actions", actions),
        ("removing", removing),
    ];
    visitor.post_form(EDIT, &fields).await
}

pub fn add<'a>(name: &'a str, actions: &'a str) -> [(&'static str, &'a str); 4] {
    [("name", name), ("label", ""), ("description", ""), ("actions", actions)]
}

/// The catalogue in one line: `projects:read projects:write`.
pub async fn in_a_line(app: &TestApp) -> String {
    let catalogue = app.service.catalogue().await.unwrap();
    let all = catalogue.resources.iter().flat_map(app::domain::Resource::permissions);
    all.map(|(_, permission)| permission.to_string()).collect::<Vec<_>>().join(" ")
}

/// Whether an answer leads back to the catalogue, to say this there.
pub fn led_to(answer: &Answer, said: &str) -> bool {
    let place = answer.header(header::LOCATION);
    answer.status == StatusCode::SEE_OTHER && place == TAB && answer.said() == said
}

/// The message about a resource that was removed.
pub fn removed(label: &str) -> String {
    format!("Removed “{label}”. Permissions that tokens still hold are listed below.")
}

pub async fn token(app: &TestApp, of: &TestUser, name: &str, permissions: &[&str]) {
    app.clock.forward(1);
    app.service.create_token(&of.caller, &form(name, permissions)).await.unwrap();
}
