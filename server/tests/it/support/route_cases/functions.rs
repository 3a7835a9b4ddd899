//! The server functions of most screens: those that read, and those that their forms call.

use super::{RouteCase, call, get, post, send};
use serde_json::json;

pub fn functions() -> Vec<RouteCase> {
    let mut all = about_tokens();
    all.extend(about_people());
    all.extend(about_oneself());
    all
}

fn about_tokens() -> Vec<RouteCase> {
    let load = |route, place: &str, statuses| call(route, json!({ "url": place }), statuses);
    let (read, asked, sent) =
        ([401, 200, 200, 200, 200], [401, 403, 404, 200, 200], [401, 403, 404, 200, 200]);
    let fields = "name=Called&description=&permissions=projects%3Aread";
    let edit = "id={token}&version=1&name=Called&description=&permissions=projects%3Aread";
    vec![
        load("/_fn/load_tokens", "/settings/tokens", read),
        load("/_fn/load_deleted_tokens", "/settings/tokens/deleted", read),
        load("/_fn/load_token", "/settings/tokens/{token}?range=month", [401, 200, 404, 200, 200]),
        load("/_fn/load_token_prompt", "/settings/tokens/{token}/edit", asked),
        load("/_fn/load_rotate_prompt", "/settings/tokens/{disabled}/rotate", asked),
        load("/_fn/load_disable_prompt", "/settings/tokens/{token}/disable", asked),
        load("/_fn/load_hand_over_prompt", "/settings/tokens/{token}/hand-over", [401, 403, 404, 403, 200]),
        load("/_fn/load_restore_prompt", "/settings/tokens/{gone}/restore", asked),
        load("/_fn/load_bulk_prompt", "/settings/tokens/bulk?action=disable&id={token}", asked),
        send("/_fn/create_token", fields, [401, 403, 200, 200, 200]).for_ungranted(422),
        send("/_fn/edit_token", edit, sent),
        send("/_fn/delete_token", "id={token}", sent),
        send("/_fn/rotate_token", "id={token}&version=1&overlap_seconds=3600", sent),
        send("/_fn/end_old_secret", "id={disabled}", sent),
        send("/_fn/disable_token", "id={token}&version=1", sent),
        send("/_fn/enable_token", "id={disabled}&version=3", sent),
        send("/_fn/hand_over_token", "id={token}&owner={member}", [401, 403, 403, 403, 200]),
        send("/_fn/restore_token", "id={gone}", sent),
        send("/_fn/change_tokens", "action=disable&tokens={token}.1", sent),
    ]
}

fn about_people() -> Vec<RouteCase> {
    let (managed, done) = ([401, 403, 403, 403, 200], [401, 403, 403, 403, 200]);
    let role = json!({ "url": "/settings/people/{person}/role" });
    vec![
        call("/_fn/load_people", json!({ "url": "/settings/people" }), [401, 200, 403, 403, 200]),
        call("/_fn/load_invitation", json!({ "url": "/settings/people/new" }), managed),
        call("/_fn/load_person", role, managed),
        send("/_fn/invite_person", "name=Noor&email=noor%40example.com&role=member", done),
        send("/_fn/make_link", "id={person}", done),
        send("/_fn/change_role", "id={person}&role=viewer", done),
        send("/_fn/hand_over_all", "id={person}&owner={member}", done),
        send("/_fn/sign_out_person", "id={person}", done),
        send("/_fn/reset_factors", "id={person}", done),
        send("/_fn/disable_person", "id={person}", done),
        send("/_fn/enable_person", "id={person}", done),
    ]
}

fn about_oneself() -> Vec<RouteCase> {
    const PASSWORD: &str = "current_password=seventeen+violet+kettles&password=nineteen+amber+lanterns&again=nineteen+amber+lanterns";
    let done = [401, 200, 200, 200, 200];
    vec![
        call("/_fn/load_overview", json!({ "url": "/overview" }), done),
        call("/_fn/load_reference", json!({ "url": "/reference" }), done),
        call("/_fn/load_profile", json!({ "url": "/profile" }), done),
        send("/_fn/save_name", "name=RouteCase+RouteCase", done),
        send("/_fn/choose_theme", "theme=dark", done),
        send("/_fn/choose_notices", "own%3Aexpiring=daily", done),
        send("/_fn/change_password", PASSWORD, done),
        call("/_fn/load_factors", json!({ "url": "/profile/app/remove" }), done),
        call("/_fn/load_app", json!({ "url": "/profile/app" }), done),
        send("/_fn/begin_app", "", done),
        send("/_fn/confirm_app", "code=123456", [401, 404, 404, 404, 404]),
        send("/_fn/remove_app", "", [401, 404, 404, 200, 404]),
        send("/_fn/make_codes", "", [401, 404, 404, 200, 404]),
        send("/_fn/add_passkey", "name=Phone&passkey=", [401, 404, 404, 404, 404]),
        send("/_fn/rename_passkey", "id={session}&name=Phone", [401, 404, 404, 404, 404]),
        send("/_fn/remove_passkey", "id={session}", [401, 404, 404, 404, 404]),
        send("/_fn/end_session", "id={session}", [401, 404, 404, 200, 404]),
        send("/_fn/end_other_sessions", "", done),
    ]
}

/// Settings > Webhooks, which is for admins.
pub fn webhooks() -> Vec<RouteCase> {
    const PAGE: &str = "/settings/webhooks/{id}";
    const EDIT: &str = "/settings/webhooks/{id}/edit";
    const ROTATE: &str = "/settings/webhooks/{id}/rotate";
    const DELETE: &str = "/settings/webhooks/{id}/delete";
    const AGAIN: &str = "/settings/webhooks/{id}/again";
    let (seen, done, made) =
        ([303, 403, 403, 403, 200], [303, 403, 403, 403, 303], [303, 403, 403, 403, 201]);
    let (read, sent) = ([401, 403, 403, 403, 200], [401, 403, 403, 403, 200]);
    let fields = "name=Chat&url=https%3A%2F%2Fexample.com%2Fhook&kinds=token.created";
    let edit = "version=1&name=Chat&url=https%3A%2F%2Fexample.com%2Fhook&kinds=*&paused=yes";
    let named = "id={webhook}&version=1&name=Chat&url=https%3A%2F%2Fexample.com%2Fhook&kinds=token.created";
    vec![
        get("/settings/webhooks", "/settings/webhooks", seen),
        get("/settings/webhooks/new", "/settings/webhooks/new", seen),
        post("/settings/webhooks/new", "/settings/webhooks/new", fields, made),
        get(PAGE, "/settings/webhooks/{webhook}", seen),
        get(EDIT, "/settings/webhooks/{webhook}/edit", seen),
        post(EDIT, "/settings/webhooks/{webhook}/edit", edit, done),
        get(ROTATE, "/settings/webhooks/{webhook}/rotate", seen),
        post(ROTATE, "/settings/webhooks/{webhook}/rotate", "", made),
        get(DELETE, "/settings/webhooks/{webhook}/delete", seen),
        post(DELETE, "/settings/webhooks/{webhook}/delete", "", done),
        get(AGAIN, "/settings/webhooks/{webhook}/again", [303; 5]),
        post(AGAIN, "/settings/webhooks/{webhook}/again", "line=1", done),
        call("/_fn/load_webhooks", json!({ "url": "/settings/webhooks" }), read),
        call("/_fn/load_new_webhook", json!({ "url": "/settings/webhooks/new" }), read),
        call("/_fn/load_webhook", json!({ "url": "/settings/webhooks/{webhook}" }), read),
        send("/_fn/create_webhook", fields, sent),
        send("/_fn/edit_webhook", named, sent),
        send("/_fn/rotate_webhook", "id={webhook}", sent),
        send("/_fn/delete_webhook", "id={webhook}", sent),
        send("/_fn/send_again_to_webhook", "id={webhook}&line=1", sent),
    ]
}
