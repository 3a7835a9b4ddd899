//! The pages and plain forms about tokens.

use super::{RouteCase, get, post};

pub fn tokens() -> Vec<RouteCase> {
    const BULK: &str = "/settings/tokens/bulk";
    const EXPORT: &str = "/settings/tokens/export";
    const GLANCE: &str = "/settings/tokens/{id}/glance";
    const EDIT: &str = "/settings/tokens/{id}/edit";
    const DELETE: &str = "/settings/tokens/{id}/delete";
    const DETAILS_EDIT: &str = "/settings/tokens/{id}/details/edit";
    const DETAILS_ROTATE: &str = "/settings/tokens/{id}/details/rotate";
    const DETAILS_END_OLD: &str = "/settings/tokens/{id}/details/end-old-secret";
    const DETAILS_HAND_OVER: &str = "/settings/tokens/{id}/details/hand-over";
    const DETAILS_DISABLE: &str = "/settings/tokens/{id}/details/disable";
    const DETAILS_ENABLE: &str = "/settings/tokens/{id}/details/enable";
    const DETAILS_DELETE: &str = "/settings/tokens/{id}/details/delete";
    const HAND_OVER: &str = "/settings/tokens/{id}/hand-over";
    const ROTATE: &str = "/settings/tokens/{id}/rotate";
    const END_OLD: &str = "/settings/tokens/{id}/end-old-secret";
    const RESTORE: &str = "/settings/tokens/{id}/restore";
    const DISABLE: &str = "/settings/tokens/{id}/disable";
    const ENABLE: &str = "/settings/tokens/{id}/enable";
    let (asked, done) = ([303, 403, 404, 200, 200], [303, 403, 404, 303, 303]);
    let bulk = [303, 403, 404, 303, 303];
    let rotation = "version=1&overlap_seconds=3600";
    let fields = "name=Knocked&permissions=projects%3Aread";
    vec![
        get("/", "/", [303; 5]),
        get("/settings", "/settings", [303; 5]),
        get("/settings/tokens", "/settings/tokens", [303, 200, 200, 200, 200]),
        get("/settings/tokens/new", "/settings/tokens/new", [303, 403, 200, 200, 200]),
        post("/settings/tokens/new", "/settings/tokens/new", fields, [303, 403, 201, 201, 201])
            .for_ungranted(422),
        get(EXPORT, "/settings/tokens/export?status=active", [303, 200, 200, 200, 200]),
        get(BULK, "/settings/tokens/bulk?action=disable&id={token}", asked),
        post(BULK, BULK, "action=disable&tokens={token}.1", bulk),
        get(BULK, "/settings/tokens/bulk?action=enable&id={disabled}", [303, 403, 404, 200, 200]),
        post(BULK, BULK, "action=enable&tokens={disabled}.3", bulk),
        get(BULK, "/settings/tokens/bulk?action=delete&id={token}", asked),
        post(BULK, BULK, "action=delete&tokens={token}.1", bulk),
        get(BULK, "/settings/tokens/bulk?action=hand-over&id={token}", [303, 403, 403, 403, 200]),
        post(BULK, BULK, "action=hand-over&tokens={token}.1&owner={member}", [303, 403, 403, 403, 200]),
        get("/settings/tokens/{id}", "/settings/tokens/{token}", [303, 200, 404, 200, 200]),
        get(GLANCE, "/settings/tokens/{token}/glance", [303, 200, 404, 200, 200]),
        get(EDIT, "/settings/tokens/{token}/edit", [303, 403, 404, 200, 200]),
        post(
            EDIT,
            "/settings/tokens/{token}/edit",
            "name=Knocked&permissions=projects%3Aread&version=1",
            [303, 403, 404, 303, 303],
        ),
        get(DELETE, "/settings/tokens/{token}/delete", [303, 403, 404, 200, 200]),
        post(DELETE, "/settings/tokens/{token}/delete", "", [303, 403, 404, 303, 303]),
        get(DETAILS_EDIT, "/settings/tokens/{token}/details/edit", asked),
        post(
            DETAILS_EDIT,
            "/settings/tokens/{token}/details/edit",
            "name=Knocked&permissions=projects%3Aread&version=1",
            done,
        ),
        get(DETAILS_ROTATE, "/settings/tokens/{disabled}/details/rotate", asked),
        post(DETAILS_ROTATE, "/settings/tokens/{token}/details/rotate", rotation, [303, 403, 404, 201, 201]),
        get(DETAILS_END_OLD, "/settings/tokens/{disabled}/details/end-old-secret", [303; 5]),
        post(DETAILS_END_OLD, "/settings/tokens/{disabled}/details/end-old-secret", "", done),
        get(DETAILS_HAND_OVER, "/settings/tokens/{token}/details/hand-over", [303, 403, 404, 403, 200]),
        post(
            DETAILS_HAND_OVER,
            "/settings/tokens/{token}/details/hand-over",
            "owner={member}",
            [303, 403, 403, 403, 303],
        ),
        get(DETAILS_DISABLE, "/settings/tokens/{token}/details/disable", asked),
        post(DETAILS_DISABLE, "/settings/tokens/{token}/details/disable", "version=1", done),
        get(DETAILS_ENABLE, "/settings/tokens/{disabled}/details/enable", asked),
        post(DETAILS_ENABLE, "/settings/tokens/{disabled}/details/enable", "version=3", done),
        get(DETAILS_DELETE, "/settings/tokens/{token}/details/delete", asked),
        post(DETAILS_DELETE, "/settings/tokens/{token}/details/delete", "", done),
        get(HAND_OVER, "/settings/tokens/{token}/hand-over", [303, 403, 404, 403, 200]),
        post(HAND_OVER, "/settings/tokens/{token}/hand-over", "owner={member}", [303, 403, 403, 403, 303]),
        get(ROTATE, "/settings/tokens/{disabled}/rotate", asked),
        post(ROTATE, "/settings/tokens/{token}/rotate", rotation, [303, 403, 404, 201, 201]),
        get(END_OLD, "/settings/tokens/{disabled}/end-old-secret", [303; 5]),
        post(END_OLD, "/settings/tokens/{disabled}/end-old-secret", "", done),
        get("/settings/tokens/deleted", "/settings/tokens/deleted", [303, 200, 200, 200, 200]),
        get(RESTORE, "/settings/tokens/{gone}/restore", asked),
        post(RESTORE, "/settings/tokens/{gone}/restore", "", [303, 403, 404, 201, 201]),
        get(DISABLE, "/settings/tokens/{token}/disable", asked),
        post(DISABLE, "/settings/tokens/{token}/disable", "version=1", done),
        get(ENABLE, "/settings/tokens/{disabled}/enable", asked),
        post(ENABLE, "/settings/tokens/{disabled}/enable", "version=3", done),
    ]
}
