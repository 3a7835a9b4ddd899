//! The recipes in `tests/recipes/`, each with the real programs: a proxy or a service in front of an API, a Tokenry
//! beside it, and a client with good tokens, bad ones and lies.
//!
//! The tests run those very files, and the README.md beside them shows the same text; only the addresses are changed.
//! The tests need nginx, Caddy and HAProxy (`.ci/toolchain test` installs them).

#[path = "../../../recipes/axum.rs"]
mod axum_service;
mod console;
mod place;
mod programs;

use crate::support::form;
use app::domain::{Created, TokenForm};
use axum::{
    Router,
    extract::Extension,
    middleware::from_fn_with_state,
    routing::{any, get},
};
use axum_service::{Token, Tokenry, may_read_projects};
use place::{Place, Seen};
use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Command,
};
use tokio::net::TcpListener;

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Another of this machine's own addresses.
const THERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

#[tokio::test]
async fn nginx_lets_in_who_may_and_nobody_else() {
    let place = Place::new().await;
    let _nginx = programs::nginx(&place);
    guards(&place).await;
    tells_the_api_who_it_is(&place).await;
    asks_about_the_secret_alone(&place).await;
    slows_down(&place).await;
    // nginx turns the missing answer into a 500.
    lets_nobody_in_alone(place, 500).await;
}

#[tokio::test]
async fn caddy_lets_in_who_may_and_nobody_else() {
    let place = Place::new().await;
    let _caddy = programs::caddy(&place);
    guards(&place).await;
    tells_the_api_who_it_is(&place).await;
    asks_about_the_secret_alone(&place).await;
    slows_down(&place).await;
    lets_nobody_in_alone(place, 502).await;
}

#[tokio::test]
async fn haproxy_lets_in_who_may_and_nobody_else() {
    let place = Place::new().await;
    let _haproxy = programs::haproxy(&place);
    guards(&place).await;
    tells_the_api_who_it_is(&place).await;
    asks_about_the_secret_alone(&place).await;
    slows_down(&place).await;
    lets_nobody_in_alone(place, 503).await;
}

#[tokio::test]
async fn an_axum_service_lets_in_who_may_and_nobody_else() {
    let place = Place::new().await;
    let own = place.token("The service itself", &["tokenry.tokens:verify"]).await;
    let tokenry = Tokenry::new(&format!("http://{}", place.tokenry), own.secret.as_str());
    let who =
        get(async |Extension(Token(token)): Extension<Token>| token["name"].as_str().unwrap().to_owned());
    let service = Router::new()
        .route("/who", who)
        .fallback_service(any(place::echo).with_state(place.seen.clone()))
        .layer(from_fn_with_state(tokenry, may_read_projects));
    let listener = TcpListener::bind(place.front).await.unwrap();
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, service).await });
    guards(&place).await;

    let token = place.token("Whoami", &["projects:read"]).await;
    let answer = place.ask(HERE, "GET /who", token.secret.as_str(), "").await;
    assert!(answer.ends_with("Whoami"), "{answer}");
    lets_nobody_in_alone(place, 503).await;
}

#[tokio::test]
async fn the_curl_line_says_what_a_secret_may() {
    let place = Place::new().await;
    let own = place.token("The service itself", &["tokenry.tokens:verify"]).await;
    let (good, other) =
        (place.token("Good", &["projects:read"]).await, place.token("Other", &["billing:read"]).await);
    let line = place.adapted("verify.sh");
    let verdict = async |secret: String| {
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).env("TOKENRY_SECRET", own.secret.as_str()).env("SECRET", secret);
        let output = tokio::task::spawn_blocking(move || shell.output()).await.unwrap().unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        answer["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict(good.secret.as_str().to_owned()).await, "valid");
    assert_eq!(verdict(other.secret.as_str().to_owned()).await, "permission_missing");
    assert_eq!(verdict("nonsense".to_owned()).await, "malformed");
}

#[test]
fn the_page_of_the_recipes_shows_them_as_they_are_tested() {
    for name in
        ["nginx.conf", "Caddyfile", "haproxy.cfg", "tokenry.lua", "verify.sh", "axum.rs", "trust.toml"]
    {
        is_shown(name, "README.md");
    }
}

#[test]
fn the_first_page_shows_the_curl_line_as_it_is_tested() {
    is_shown("verify.sh", "../../../README.md");
}

/// A page, named by its path from the recipes, has to show this file between fences.
fn is_shown(name: &str, page: &str) {
    let shown = place::read(page).contains(&format!("\n{}```\n", place::read(name)));
    assert!(shown, "server/tests/recipes/{page} shows another {name}");
}

/// The rules that hold whatever stands in front of the API.
async fn guards(place: &Place) {
    let good = place.token("Billing sync", &["projects:read"]).await;
    let other = place.token("Other", &["billing:read"]).await;
    let limited =
        TokenForm { allowed_addresses: Some(THERE.to_string()), ..form("Limited", &["projects:read"]) };
    let limited = place.create(&limited).await;

    // No secret, nonsense, and a token that may do other things.
    let stranger = place.ask(HERE, "GET /projects", "", "").await;
    assert_eq!(place.refused(&stranger), 401, "{stranger}");
    assert!(stranger.to_lowercase().contains("\r\nwww-authenticate: bearer"), "{stranger}");
    assert_eq!(place.refused(&place.ask(HERE, "GET /projects", "nonsense", "").await), 401);
    let powerless = place.ask(HERE, "GET /projects", other.secret.as_str(), "").await;
    assert_eq!(place.refused(&powerless), 403, "{powerless}");
    assert!(powerless.contains("permission_missing"), "{powerless}");

    // An allowed request arrives with its query and its body.
    let seen = place.let_in(&place.ask(HERE, "POST /projects?page=2", good.secret.as_str(), "").await);
    assert_eq!((seen.line.as_str(), seen.body.as_str()), ("POST /projects?page=2", place::BODY));

    // The address decides, but not by the client's own word.
    let from = async |own, lie| place.ask(own, "GET /projects", limited.secret.as_str(), lie).await;
    place.let_in(&from(THERE, "").await);
    place.let_in(&from(THERE, "X-Forwarded-For: 127.0.0.1\r\n").await);
    for lie in ["", "X-Forwarded-For: 127.0.0.2\r\n", "X-Real-IP: 127.0.0.2\r\nForwarded: for=127.0.0.2\r\n"]
    {
        let answer = from(HERE, lie).await;
        assert_eq!(place.refused(&answer), 403, "{lie}: {answer}");
        assert!(answer.contains("address_not_allowed"), "{answer}");
    }

    // The next request after a revoke is refused.
    place.let_in(&place.ask(HERE, "GET /projects", good.secret.as_str(), "").await);
    place.revoke(&good).await;
    let ended = place.ask(HERE, "GET /projects", good.secret.as_str(), "").await;
    assert_eq!(place.refused(&ended), 401, "{ended}");
}

/// A proxy also tells the API who asks, and nobody but Tokenry has a say in that.
async fn tells_the_api_who_it_is(place: &Place) {
    const LIES: &str = "X-Auth-Token-Id: forged\r\nx-auth-token-name: forged\r\nX-AUTH-OWNER-ID: forged\r\n\
                        X-Auth-Permissions: forged\r\nX-Auth-Token-Id: forged again\r\n\
                        X-Auth-Permissions-Omitted: forged\r\n\
                        X_Auth_Token_Id: forged\r\nX-Auth_Owner_Id: forged\r\n";
    let Created { token, secret } = place.token("Night shift", &["projects:read", "billing:read"]).await;
    for brought in ["", LIES] {
        let Seen { headers, .. } = place.let_in(&place.ask(HERE, "GET /", secret.as_str(), brought).await);
        let told = |name: &str| {
            let values: Vec<&str> =
                headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
            values.join(", ")
        };
        assert_eq!(told("x-auth-token-id"), token.id.to_string());
        assert_eq!(told("x-auth-token-name"), "Night shift");
        assert_eq!(told("x-auth-owner-id"), place.app.admin.id().to_string());
        assert_eq!(told("x-auth-permissions"), "billing:read projects:read");
        assert!(!format!("{headers:?}").contains("forged"), "{headers:?}");
        // The proxy keeps the secret to itself.
        assert!(!format!("{headers:?}").contains(secret.as_str()), "{headers:?}");
    }
}

/// Anything else that a client sends is for the API, and no answer of Tokenry's is too large for a proxy.
async fn asks_about_the_secret_alone(place: &Place) {
    let Created { secret, .. } = place.token("Able", &["projects:read", "billing:write"]).await;
    let cookie = format!("Cookie: session={}\r\n", "c".repeat(6_000));
    let many: String = (0..60).map(|i| format!("X-Client-{i}: 1\r\n")).collect();
    for brought in
        ["Content-Encoding: gzip\r\n", &cookie, &many, "If-Match: nonsense\r\nRange: bytes=0-1\r\n"]
    {
        let answer = place.ask(HERE, "POST /projects", secret.as_str(), brought).await;
        let seen = place.let_in(&answer);
        let name = brought.split(':').next().unwrap();
        assert!(seen.headers.contains_key(name), "{name} was for the API");
    }
    place
        .app
        .run(
            "with recursive n (i) as (select 100 union all select i + 1 from n where i < 180)
             insert into token_permission (token_id, permission)
             select p.token_id, 'r' || i || 'abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz:action-of-it'
               from token_permission p, n where p.permission = 'billing:write';
             update token set version = version + 1 where name = 'Able'",
        )
        .await;
    // Another process made the change, so it is seen within a second.
    let began = std::time::Instant::now();
    loop {
        let seen = place.let_in(&place.ask(HERE, "GET /projects", secret.as_str(), "").await);
        let told = |name: &str| seen.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        if told("x-auth-permissions-omitted") == "true" {
            assert_eq!(told("x-auth-permissions"), "");
            break;
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(2), "{:?}", seen.headers);
    }
}

/// A token that comes too often is told when to come again.
async fn slows_down(place: &Place) {
    let (requests, seconds) = (Some("1".to_owned()), Some("3600".to_owned()));
    let hurried =
        TokenForm { rate_requests: requests, rate_seconds: seconds, ..form("Hurried", &["projects:read"]) };
    let hurried = place.create(&hurried).await;
    place.let_in(&place.ask(HERE, "GET /", hurried.secret.as_str(), "").await);
    let answer = place.ask(HERE, "GET /", hurried.secret.as_str(), "").await.to_lowercase();
    assert_eq!(place.refused(&answer), 403, "{answer}");
    assert!(answer.contains("\r\nx-auth-verdict: rate_limited\r\n"), "{answer}");
    assert!(answer.contains("\r\nretry-after: 3"), "{answer}");
}

/// When Tokenry is away, nobody knows who may come in, so nobody does.
async fn lets_nobody_in_alone(place: Place, status: u16) {
    let good = place.token("Left alone", &["projects:read"]).await;
    place.let_in(&place.ask(HERE, "GET /projects", good.secret.as_str(), "").await);
    let place = place.without_tokenry().await;
    let answer = place.ask(HERE, "GET /projects", good.secret.as_str(), "").await;
    assert_eq!(place.refused(&answer), status, "{answer}");
}
