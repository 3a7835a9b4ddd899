//! Every route and every server function, once: a request that would do something, and the status that each kind of
//! visitor has to get.

mod accounts;
mod functions;
mod people;

use super::{Answer, TestApp, TestUser, Visitor};
use app::{
    domain::{AskForm, EVERYONE, Overlap, PersonId, Role, TokenId},
    service::Key,
};
use axum::{body::Body, http::header};
use serde_json::{Value, json};

/// For nobody, a viewer, a member, the member whose token it is and who is a steward, and an admin.
pub type Statuses = [u16; 5];

/// An installation with people of every kind, and something for each route to act on.
pub struct SweepApp {
    pub app: TestApp,
    pub viewer: TestUser,
    pub member: TestUser,
    pub owner: TestUser,
    /// The person that things are done to.
    pub subject: TestUser,
    pub token: TokenId,
    /// Another token of the owner's: rotated, then disabled; its version is 3.
    pub disabled: TokenId,
    /// A deleted token of the owner's.
    pub gone: TokenId,
    /// A code with which the subject can choose a password.
    pub code: Key,
    /// A second session of the owner's.
    pub session: String,
    /// The version of the resource `billing`.
    pub billing: String,
    /// A webhook, to which the line 1 was sent.
    pub webhook: String,
    /// A group, of which the owner is a steward and the subject a member.
    pub group: PersonId,
    /// A service account that is disabled.
    pub asleep: PersonId,
    /// What the subject asked for.
    pub request: String,
}

impl SweepApp {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let viewer = app.user("Vera Lindqvist", Role::Viewer).await;
        let member = app.user("Otto Brandt", Role::Member).await;
        let owner = app.user("Ines Okafor", Role::Member).await;
        let subject = app.user("Sami Haddad", Role::Member).await;
        app.clock.forward(1);
        let form = super::form("Kept", &["projects:read"]);
        let token = app.service.create_token(&owner.caller, &form).await.unwrap().token.id;
        let form = super::form("Paused", &["projects:read"]);
        let disabled = app.service.create_token(&owner.caller, &form).await.unwrap().token.id;
        app.service.rotate_token(&owner.caller, disabled, None, Overlap::of_seconds(3_600)).await.unwrap();
        app.service.set_disabled(&owner.caller, disabled, None, true).await.unwrap();
        let form = super::form("Gone", &["projects:read"]);
        let gone = app.service.create_token(&owner.caller, &form).await.unwrap().token.id;
        app.service.delete_token(&owner.caller, gone).await.unwrap();
        let code = app.service.make_link(&app.admin.caller, subject.id()).await.unwrap().code;
        let session = app.another_session(&owner).await.caller.session().unwrap().to_string();
        super::App::set_up(&app, &owner).await;
        let billing = app.service.resource_to_edit(&app.admin.caller, "billing").await.unwrap().version;
        let group = app.group("Platform").await;
        app.join(group, owner.id(), true).await;
        app.join(group, subject.id(), false).await;
        let asleep = app.service_account("Nightly builds", None).await;
        app.service.set_account_disabled(&app.admin.caller, asleep, true).await.unwrap();
        // What one may give no more is asked for, and everybody but the subject may give everything themselves.
        app.grant(EVERYONE, "projects:*").await;
        for account in [viewer.id(), member.id(), owner.id()] {
            app.grant(account, "projects:* billing:read").await;
        }
        let ask =
            AskForm { permission: "billing:read".into(), reason: "Invoices".into(), ..AskForm::default() };
        let request = app.service.ask(&subject.caller, &ask).await.unwrap().id.to_string();
        let webhook = app.webhook().await;
        Self {
            app,
            viewer,
            member,
            owner,
            subject,
            token,
            disabled,
            gone,
            code,
            session,
            billing,
            group,
            asleep,
            request,
            webhook,
        }
    }

    /// Lifts the bounds, for a sweep that tries more than anybody would.
    pub fn without_bounds(self) -> Self {
        Self { app: self.app.without_bounds(), ..self }
    }

    /// In the order of [`Statuses`].
    pub fn visitor(&self, who: usize) -> Visitor {
        match who {
            0 => self.app.stranger(),
            1 => self.app.visitor_as(&self.viewer),
            2 => self.app.visitor_as(&self.member),
            3 => self.app.visitor_as(&self.owner),
            _ => self.app.visitor(),
        }
    }

    /// The address that a case calls, without placeholders.
    pub fn at(&self, case: &RouteCase) -> String {
        let subject: PersonId = self.subject.id();
        case.path
            .replace("{token}", &self.token.to_string())
            .replace("{disabled}", &self.disabled.to_string())
            .replace("{gone}", &self.gone.to_string())
            .replace("{session}", &self.session)
            .replace("{webhook}", &self.webhook)
            .replace("{group}", &self.group.to_string())
            .replace("{asleep}", &self.asleep.to_string())
            .replace("{request}", &self.request)
            .replace("{person}", &subject.to_string())
            .replace("{code}", self.code.expose())
    }

    /// Sends a case's request as this site's own page does, unless other headers are given.
    pub async fn case(&self, visitor: &Visitor, case: &RouteCase, headers: &[(&str, &str)]) -> Answer {
        let mut request = Visitor::request(case.method, &self.at(case));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (kind, body) = self.body(&case.sends);
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        visitor.send(request.body(Body::from(body)).unwrap()).await
    }

    pub fn body(&self, sends: &Sends) -> (&'static str, String) {
        let fill = |text: &str| {
            text.replace("{token}", &self.token.to_string())
                .replace("{disabled}", &self.disabled.to_string())
                .replace("{gone}", &self.gone.to_string())
                .replace("{member}", &self.member.id().to_string())
                .replace("{person}", &self.subject.id().to_string())
                .replace("{session}", &self.session)
                .replace("{webhook}", &self.webhook)
                .replace("{group}", &self.group.to_string())
                .replace("{asleep}", &self.asleep.to_string())
                .replace("{request}", &self.request)
                .replace("{code}", self.code.expose())
                .replace("{billing}", &self.billing)
        };
        match sends {
            Sends::Nothing => ("", String::new()),
            Sends::Form(text) => ("application/x-www-form-urlencoded", fill(text)),
            Sends::Json(value) => ("application/json", fill(&value.to_string())),
        }
    }
}

pub const SAME_ORIGIN: &[(&str, &str)] = &[("sec-fetch-site", "same-origin"), ("accept", "text/html")];

pub struct RouteCase {
    pub method: &'static str,
    /// As written in the router.
    pub route: &'static str,
    /// With placeholders for the things that it is about.
    pub path: &'static str,
    pub sends: Sends,
    pub statuses: Statuses,
}

pub enum Sends {
    Nothing,
    Form(&'static str),
    Json(Value),
}

impl RouteCase {
    pub fn is_reading(&self) -> bool {
        self.method == "GET"
    }

    pub fn is_call(&self) -> bool {
        self.route.starts_with("/_fn/")
    }

    /// Whether the route is for visitors who are not signed in.
    pub fn is_door(&self) -> bool {
        ["/healthz", "/readyz", "/setup", "/password"].contains(&self.route)
            || self.route.starts_with("/sign-in")
    }
}

fn get(route: &'static str, path: &'static str, statuses: Statuses) -> RouteCase {
    RouteCase { method: "GET", route, path, sends: Sends::Nothing, statuses }
}

/// Nobody is answered with 401: they are asked to sign in on a page that keeps what was typed.
fn post(route: &'static str, path: &'static str, fields: &'static str, mut statuses: Statuses) -> RouteCase {
    if route.starts_with("/settings") || route.starts_with("/profile") {
        statuses[0] = 401;
    }
    RouteCase { method: "POST", route, path, sends: Sends::Form(fields), statuses }
}

/// A change as a hydrated form makes it.
fn send(route: &'static str, fields: &'static str, statuses: Statuses) -> RouteCase {
    post(route, route, fields, statuses)
}

fn call(route: &'static str, arguments: Value, statuses: Statuses) -> RouteCase {
    RouteCase { method: "POST", route, path: route, sends: Sends::Json(arguments), statuses }
}

pub fn table() -> Vec<RouteCase> {
    let mut all = open_to_strangers();
    all.extend(tokens());
    all.extend(functions::functions());
    all.extend(permissions());
    all.extend(people::people());
    all.extend(accounts::accounts());
    all.extend(functions::webhooks());
    all.extend(people::profile());
    all
}

fn open_to_strangers() -> Vec<RouteCase> {
    let new = "code={code}&password=nineteen+amber+lanterns&again=nineteen+amber+lanterns";
    vec![
        get("/healthz", "/healthz", [200; 5]),
        get("/readyz", "/readyz", [200; 5]),
        get("/sign-in", "/sign-in", [200; 5]),
        post("/sign-in", "/sign-in", "email=otto%40example.com&password=seventeen+violet+kettles", [303; 5]),
        // No identity provider is configured.
        get("/sign-in/{provider}", "/sign-in/acme", [404; 5]),
        get("/sign-in/{provider}/callback", "/sign-in/acme/callback?code=x&state=y", [404; 5]),
        // Nobody has begun to sign in.
        get("/sign-in/second-factor", "/sign-in/second-factor", [303; 5]),
        post("/sign-in/second-factor", "/sign-in/second-factor", "code=123456", [401; 5]),
        // Its address has no name, and so no passkeys.
        post("/sign-in/passkey/begin", "/sign-in/passkey/begin", "", [404; 5]),
        post("/sign-in/passkey", "/sign-in/passkey", "passkey=%7B%7D", [404; 5]),
        // There are people in the data, so there is nothing to set up.
        get("/setup", "/setup", [404; 5]),
        // A code in the address is put away before anything is looked up.
        get("/setup", "/setup?code={code}", [303; 5]),
        post(
            "/setup",
            "/setup",
            "code={code}&name=Eve&email=eve%40example.com&password=nineteen+amber+lanterns&again=nineteen+amber+lanterns",
            [404; 5],
        ),
        get("/password", "/password", [404; 5]),
        get("/password", "/password?code={code}", [303; 5]),
        post("/password", "/password", new, [303; 5]),
    ]
}

fn tokens() -> Vec<RouteCase> {
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
        post("/settings/tokens/new", "/settings/tokens/new", fields, [303, 403, 201, 201, 201]),
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

fn permissions() -> Vec<RouteCase> {
    const EDIT: &str = "/settings/permissions/{name}/edit";
    const REMOVE: &str = "/settings/permissions/{name}/remove";
    let (seen, managed) = ([303, 200, 200, 200, 200], [303, 403, 403, 403, 200]);
    let done = [303, 403, 403, 403, 303];
    let fields = "name=invoices&label=&description=&actions=read+%3D+Read";
    let edit = "version={billing}&label=Bills&description=&actions=read+%3D+Read%0D%0Awrite+%3D+Write";
    let named = "name=billing&version={billing}&label=Bills&actions=read+%3D+Read%0D%0Awrite+%3D+Write";
    let holders = json!({ "url": "/settings/permissions/holders?permission=projects%3Aread" });
    let (read, called) = ([401, 200, 200, 200, 200], [401, 403, 403, 403, 200]);
    vec![
        call("/_fn/load_permissions", json!({ "url": "/settings/permissions" }), read),
        call("/_fn/load_holders", holders, read),
        call("/_fn/load_new_resource", json!({ "url": "/settings/permissions/new" }), called),
        call("/_fn/load_resource", json!({ "url": "/settings/permissions/billing/edit" }), called),
        post("/_fn/add_resource", "/_fn/add_resource", fields, called),
        post("/_fn/edit_resource", "/_fn/edit_resource", named, called),
        post("/_fn/remove_resource", "/_fn/remove_resource", "name=billing&version={billing}", called),
        get("/settings/permissions", "/settings/permissions", seen),
        get(
            "/settings/permissions/holders",
            "/settings/permissions/holders?permission=projects%3Aread",
            seen,
        ),
        get("/settings/permissions/new", "/settings/permissions/new", managed),
        post("/settings/permissions/new", "/settings/permissions/new", fields, done),
        get(EDIT, "/settings/permissions/billing/edit", managed),
        post(EDIT, "/settings/permissions/billing/edit", edit, done),
        get(REMOVE, "/settings/permissions/billing/remove", managed),
        post(REMOVE, "/settings/permissions/billing/remove", "version={billing}", done),
    ]
}
