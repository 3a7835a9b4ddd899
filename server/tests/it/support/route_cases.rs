//! Every route and every server function, once: a request that would do something, and the status that each kind of
//! visitor has to get.

mod accounts;
mod functions;
mod people;
mod sweep_app;
mod tokens;

pub use accounts::of_accounts;
pub use sweep_app::SweepApp;

use serde_json::{Value, json};

/// For nobody, a viewer, a member, the member whose token it is, and an admin.
pub type Statuses = [u16; 5];

/// Everybody who comes by. The last three are answered like one of the others, where a case does not say how else: a
/// member who is a steward of the subject's group and of a service account, and a person who may give nothing, like a
/// member; the token of a service account, which is nobody here, like nobody.
pub const WHO: [&str; 8] = [
    "nobody",
    "a viewer",
    "a member",
    "the owner",
    "an admin",
    "a steward",
    "a person without grants",
    "a service account's token",
];
const STEWARD: usize = 5;
const UNGRANTED: usize = 6;
const MACHINE: usize = 7;

/// Whether this visitor is somebody to the console.
pub fn is_signed_in(who: usize) -> bool {
    who != 0 && who != MACHINE
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
    /// The status for a steward, and for a person without grants, if it is not a member's.
    steward: Option<u16>,
    ungranted: Option<u16>,
}

#[derive(PartialEq)]
pub enum Sends {
    Nothing,
    Form(&'static str),
    Json(Value),
}

impl RouteCase {
    /// The status for each of [`WHO`].
    pub fn status(&self, who: usize) -> u16 {
        let [nobody, _, member, ..] = self.statuses;
        match who {
            STEWARD => self.steward.unwrap_or(member),
            UNGRANTED => self.ungranted.unwrap_or(member),
            MACHINE => nobody,
            who => self.statuses[who],
        }
    }

    /// Whether this visitor is answered like another one, and the case says nothing of them.
    pub fn is_like_another(&self, who: usize) -> bool {
        match who {
            STEWARD => self.steward.is_none(),
            UNGRANTED => self.ungranted.is_none(),
            who => who == MACHINE,
        }
    }

    fn for_steward(self, status: u16) -> Self {
        Self { steward: Some(status), ..self }
    }

    fn for_ungranted(self, status: u16) -> Self {
        Self { ungranted: Some(status), ..self }
    }

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

fn case(
    method: &'static str,
    route: &'static str,
    path: &'static str,
    sends: Sends,
    statuses: Statuses,
) -> RouteCase {
    RouteCase { method, route, path, sends, statuses, steward: None, ungranted: None }
}

fn get(route: &'static str, path: &'static str, statuses: Statuses) -> RouteCase {
    case("GET", route, path, Sends::Nothing, statuses)
}

/// Nobody is answered with 401: they are asked to sign in on a page that keeps what was typed.
fn post(route: &'static str, path: &'static str, fields: &'static str, mut statuses: Statuses) -> RouteCase {
    if route.starts_with("/settings") || route.starts_with("/profile") {
        statuses[0] = 401;
    }
    case("POST", route, path, Sends::Form(fields), statuses)
}

/// A change as a hydrated form makes it.
fn send(route: &'static str, fields: &'static str, statuses: Statuses) -> RouteCase {
    post(route, route, fields, statuses)
}

fn call(route: &'static str, arguments: Value, statuses: Statuses) -> RouteCase {
    case("POST", route, route, Sends::Json(arguments), statuses)
}

pub fn table() -> Vec<RouteCase> {
    let mut all = open_to_strangers();
    all.extend(tokens::tokens());
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
