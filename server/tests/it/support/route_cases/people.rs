//! People, the audit log, the workspace, and one's own profile.

use super::{RouteCase, call, get, post};
use serde_json::json;

pub fn people() -> Vec<RouteCase> {
    const ROLE: &str = "/settings/people/{id}/role";
    const LINK: &str = "/settings/people/{id}/link";
    const HAND_OVER: &str = "/settings/people/{id}/hand-over";
    const SIGN_OUT: &str = "/settings/people/{id}/sign-out";
    const FACTORS: &str = "/settings/people/{id}/second-factors";
    const DISABLE: &str = "/settings/people/{id}/disable";
    const ENABLE: &str = "/settings/people/{id}/enable";
    const GENERAL: &str = "version=1&name=Acme&idle_days=30&undo_days=7";
    let (seen, managed) = ([303, 200, 403, 403, 200], [303, 403, 403, 403, 200]);
    let (done, made) = ([303, 403, 403, 403, 303], [303, 403, 403, 403, 201]);
    vec![
        get("/settings/people", "/settings/people", seen),
        get("/settings/people/new", "/settings/people/new", managed),
        post(
            "/settings/people/new",
            "/settings/people/new",
            "name=Noor&email=noor%40example.com&role=member",
            made,
        ),
        get(ROLE, "/settings/people/{person}/role", managed),
        post(ROLE, "/settings/people/{person}/role", "role=viewer", done),
        get(LINK, "/settings/people/{person}/link", managed),
        post(LINK, "/settings/people/{person}/link", "", made),
        get(HAND_OVER, "/settings/people/{person}/hand-over", managed),
        post(HAND_OVER, "/settings/people/{person}/hand-over", "owner={member}", done),
        get(SIGN_OUT, "/settings/people/{person}/sign-out", managed),
        post(SIGN_OUT, "/settings/people/{person}/sign-out", "", done),
        get(FACTORS, "/settings/people/{person}/second-factors", managed),
        post(FACTORS, "/settings/people/{person}/second-factors", "", done),
        get(DISABLE, "/settings/people/{person}/disable", managed),
        post(DISABLE, "/settings/people/{person}/disable", "", done),
        get(ENABLE, "/settings/people/{person}/enable", managed),
        post(ENABLE, "/settings/people/{person}/enable", "", done),
        get("/settings/audit", "/settings/audit", seen),
        get("/settings/audit/export", "/settings/audit/export", [303; 5]),
        post("/settings/audit/export", "/settings/audit/export", "kind=", seen),
        get("/settings/general", "/settings/general", [303, 200, 200, 200, 200]),
        post("/settings/general", "/settings/general", GENERAL, done),
        call("/_fn/load_audit", json!({ "url": "/settings/audit" }), [401, 200, 403, 403, 200]),
        call("/_fn/load_general", json!({ "url": "/settings/general" }), [401, 200, 200, 200, 200]),
        post("/_fn/change_workspace", "/_fn/change_workspace", GENERAL, [401, 403, 403, 403, 200]),
    ]
}

pub fn profile() -> Vec<RouteCase> {
    const PASSWORD: &str = "current_password=seventeen+violet+kettles&password=nineteen+amber+lanterns&again=nineteen+amber+lanterns";
    const END: &str = "/profile/sessions/end";
    const RENAME: &str = "/profile/passkeys/{id}/rename";
    const REMOVE: &str = "/profile/passkeys/{id}/remove";
    let (own, gone) = ([303, 200, 200, 200, 200], [303, 404, 404, 404, 404]);
    vec![
        get("/overview", "/overview", [303, 200, 200, 200, 200]),
        get("/reference", "/reference", [303, 200, 200, 200, 200]),
        get("/changes", "/changes", [204, 200, 200, 200, 200]),
        get("/profile", "/profile", [303, 200, 200, 200, 200]),
        get("/profile/name", "/profile/name", [303; 5]),
        post("/profile/name", "/profile/name", "name=RouteCase+RouteCase", [303; 5]),
        get("/profile/notifications", "/profile/notifications", [303; 5]),
        post("/profile/notifications", "/profile/notifications", "own%3Amade=never", [303; 5]),
        get("/profile/theme", "/profile/theme", [303; 5]),
        post("/profile/theme", "/profile/theme", "theme=dark", [303; 5]),
        get("/profile/password", "/profile/password", [303; 5]),
        post("/profile/password", "/profile/password", PASSWORD, [303; 5]),
        get("/profile/app", "/profile/app", own),
        post("/profile/app", "/profile/app", "code=123456", gone),
        get("/profile/app/begin", "/profile/app/begin", [303; 5]),
        post("/profile/app/begin", "/profile/app/begin", "", [303; 5]),
        get("/profile/app/remove", "/profile/app/remove", own),
        post("/profile/app/remove", "/profile/app/remove", "", [303, 404, 404, 303, 404]),
        post("/profile/passkeys/begin", "/profile/passkeys/begin", "", gone),
        get("/profile/passkeys/new", "/profile/passkeys/new", own),
        post("/profile/passkeys/new", "/profile/passkeys/new", "name=Phone&passkey=", gone),
        get(RENAME, "/profile/passkeys/{session}/rename", own),
        post(RENAME, "/profile/passkeys/{session}/rename", "name=Phone", gone),
        get(REMOVE, "/profile/passkeys/{session}/remove", own),
        post(REMOVE, "/profile/passkeys/{session}/remove", "", gone),
        get("/profile/recovery-codes", "/profile/recovery-codes", own),
        post("/profile/recovery-codes", "/profile/recovery-codes", "", [303, 404, 404, 201, 404]),
        get("/profile/sessions/end-others", "/profile/sessions/end-others", [303; 5]),
        post("/profile/sessions/end-others", "/profile/sessions/end-others", "", [303; 5]),
        get(END, END, [303; 5]),
        post(END, END, "id={session}", [303, 404, 404, 303, 404]),
        get("/sign-out", "/sign-out", [303; 5]),
        post("/sign-out", "/sign-out", "", [303; 5]),
    ]
}
