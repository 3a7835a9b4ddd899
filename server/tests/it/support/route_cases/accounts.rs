//! Groups, service accounts, grants and requests.

use super::{RouteCase, Sends, call, functions, get, post, send, tokens};
use serde_json::{Value, json};

pub fn accounts() -> Vec<RouteCase> {
    const EDIT: &str = "/settings/accounts/{id}/edit";
    const GRANTS: &str = "/settings/accounts/{id}/grants";
    const MEMBER: &str = "/settings/accounts/{id}/member";
    const TAKE_OUT: &str = "/settings/accounts/{id}/take-out";
    const DISABLE: &str = "/settings/accounts/{id}/disable";
    const ENABLE: &str = "/settings/accounts/{id}/enable";
    const DELETE: &str = "/settings/accounts/{id}/delete";
    const ANSWER: &str = "/settings/requests/{id}/answer";
    let (seen, managed) = ([303, 200, 403, 403, 200], [303, 403, 403, 403, 200]);
    let (done, called) = ([303, 403, 403, 403, 303], [401, 403, 403, 403, 200]);
    // A steward of the asker's group answers, too.
    let (answers, answered) = ([303, 404, 404, 404, 200], [401, 404, 404, 404, 200]);
    let load = |route, place: &str, statuses| call(route, json!({ "url": place }), statuses);
    let (group, service) = ("kind=group&name=Knocked", "kind=service&name=Knocked&stewards={group}");
    let member = "id={group}&member={member}&is_steward=true";
    let ask = "permission=billing%3Awrite&reason=Needed";
    let answer = "id={request}&answer=grant&word=Welcome";
    vec![
        get("/settings/groups", "/settings/groups", seen),
        get("/settings/groups/new", "/settings/groups/new", managed),
        post("/settings/groups/new", "/settings/groups/new", group, done),
        get("/settings/service-accounts", "/settings/service-accounts", seen),
        get("/settings/service-accounts/new", "/settings/service-accounts/new", managed),
        post("/settings/service-accounts/new", "/settings/service-accounts/new", service, done),
        get("/settings/accounts/{id}", "/settings/accounts/{group}", seen),
        get(EDIT, "/settings/accounts/{group}/edit", managed),
        post(EDIT, "/settings/accounts/{group}/edit", "id={group}&name=Changed", done),
        get(GRANTS, "/settings/accounts/{group}/grants", managed),
        post(GRANTS, "/settings/accounts/{group}/grants", "id={group}&seen=&grants=billing%3A*", done),
        get(MEMBER, "/settings/accounts/{group}/member", managed),
        post(MEMBER, "/settings/accounts/{group}/member", member, done),
        get(TAKE_OUT, "/settings/accounts/{group}/take-out?member={person}", managed),
        post(TAKE_OUT, "/settings/accounts/{group}/take-out", "id={group}&member={person}", done),
        get(DISABLE, "/settings/accounts/{group}/disable", managed),
        post(DISABLE, "/settings/accounts/{group}/disable", "id={group}", done),
        get(ENABLE, "/settings/accounts/{asleep}/enable", managed),
        post(ENABLE, "/settings/accounts/{asleep}/enable", "id={asleep}", done),
        get(DELETE, "/settings/accounts/{group}/delete", managed),
        post(DELETE, "/settings/accounts/{group}/delete", "id={group}", done),
        get("/settings/requests", "/settings/requests", [303, 200, 200, 200, 200]),
        get("/settings/requests/new", "/settings/requests/new", [303, 403, 200, 200, 200]),
        post("/settings/requests/new", "/settings/requests/new", ask, [303, 403, 303, 303, 422]),
        get(ANSWER, "/settings/requests/{request}/answer", answers).for_steward(200),
        post(ANSWER, "/settings/requests/{request}/answer", answer, [303, 404, 404, 404, 303])
            .for_steward(303),
        load("/_fn/load_accounts", "/settings/groups", [401, 200, 403, 403, 200]),
        load("/_fn/load_account", "/settings/accounts/{group}", [401, 200, 403, 403, 200]),
        load("/_fn/load_account_prompt", "/settings/accounts/{group}/edit", called),
        load("/_fn/load_requests", "/settings/requests", [401, 200, 200, 200, 200]),
        load("/_fn/load_ask", "/settings/requests/new", [401, 403, 200, 200, 200]),
        load("/_fn/load_request", "/settings/requests/{request}/answer", answered).for_steward(200),
        send("/_fn/create_account", group, called),
        send("/_fn/edit_account", "id={group}&name=Changed", called),
        send("/_fn/change_grants", "id={group}&seen=&grants=billing%3A*", called),
        send("/_fn/put_member", member, called),
        send("/_fn/take_out_member", "id={group}&member={person}", called),
        send("/_fn/disable_account", "id={group}", called),
        send("/_fn/enable_account", "id={asleep}", called),
        send("/_fn/delete_account", "id={group}", called),
        send("/_fn/ask_for", ask, [401, 403, 200, 200, 422]),
        send("/_fn/answer_request", answer, answered).for_steward(200),
    ]
}

/// What a steward does for a service account, and nobody else but an admin: with its tokens, whatever their owner may do
/// with their own.
pub fn of_accounts() -> Vec<RouteCase> {
    const ASK: &str = "/settings/requests/new";
    const NEW: &str = "/settings/tokens/new";
    let made = "name=Knocked&permissions=projects%3Aread&owner={account}";
    let (ask, own) = (
        "permission=billing%3Awrite&reason=Needed&account={account}",
        "permission=projects%3Aread&reason=Needed",
    );
    let mut all = vec![
        post(NEW, NEW, made, [303, 403, 403, 403, 201]).for_steward(201),
        send("/_fn/create_token", made, [401, 403, 403, 403, 200]).for_steward(200),
        post(ASK, ASK, ask, [303, 403, 422, 422, 422]).for_steward(303),
        send("/_fn/ask_for", ask, [401, 403, 422, 422, 422]).for_steward(200),
        // Whoever may give it has nothing to ask for.
        post(ASK, ASK, own, [303, 403, 422, 422, 422]).for_ungranted(303),
        send("/_fn/ask_for", own, [401, 403, 422, 422, 422]).for_ungranted(200),
    ];
    let theirs = tokens::tokens().into_iter().chain(functions::functions());
    all.extend(theirs.filter_map(of_account));
    all
}

/// A case about a token of the owner's becomes one about a token of the account's.
fn of_account(case: RouteCase) -> Option<RouteCase> {
    let renamed = |text: &str| {
        ["token", "disabled", "gone"].iter().fold(text.to_owned(), |text, name| {
            text.replace(&format!("{{{name}}}"), &format!("{{{name} of account}}"))
        })
    };
    let path: &'static str = renamed(case.path).leak();
    let sends = match &case.sends {
        Sends::Nothing => Sends::Nothing,
        Sends::Form(fields) => Sends::Form(renamed(fields).leak()),
        Sends::Json(value) => Sends::Json(renamed(&value.to_string()).parse::<Value>().unwrap()),
    };
    let is_about_one = path != case.path || sends != case.sends;
    let [nobody, viewer, member, owner, admin] = case.statuses;
    is_about_one.then(|| {
        RouteCase { path, sends, statuses: [nobody, viewer, member, member, admin], ..case }
            .for_steward(owner)
    })
}
