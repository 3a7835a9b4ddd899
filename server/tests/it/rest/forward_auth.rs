//! What a proxy is told, and that nobody can put words into our mouth.

use crate::support::{Answer, House, form};
use app::domain::TokenForm;
use axum::http::header;
use server::Entrance;

const OURS: [&str; 5] =
    ["x-auth-token-id", "x-auth-token-name", "x-auth-owner-id", "x-auth-permissions", "x-auth-verdict"];
const FORGED: [(&str, &str); 7] = [
    ("x-auth-token-id", "forged"),
    ("x-auth-token-name", "forged"),
    ("x-auth-owner-id", "forged"),
    ("x-auth-permissions", "forged"),
    ("x-auth-verdict", "forged"),
    ("x-user", "forged"),
    ("x_auth_token_id", "forged"),
];

fn said<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_valid_secret_opens_and_says_whose_it_is() {
    let house = House::new().await;
    let form =
        TokenForm { name: "Büro 100% — sync".into(), ..form("", &["projects:read", "billing:read"]) };
    let created = house.made(&form).await;
    let query = "?permission=projects:read&permission=billing%3Aread";
    let answer = house.stranger().forward_auth(query, Some(created.secret.as_str()), &FORGED).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    assert_eq!(said(&answer, "x-auth-token-id"), Some(created.token.id.to_string().as_str()));
    assert_eq!(said(&answer, "x-auth-token-name"), Some("B%C3%BCro 100%25 %E2%80%94 sync"));
    assert_eq!(said(&answer, "x-auth-owner-id"), Some(house.admin.id().to_string().as_str()));
    assert_eq!(said(&answer, "x-auth-permissions"), Some("billing:read projects:read"));
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    for method in ["POST", "HEAD", "DELETE", "OPTIONS", "PATCH"] {
        let request =
            crate::support::Visitor::request(method, "/forward-auth/some/path?permission=projects:read")
                .header(header::AUTHORIZATION, format!("Bearer {}", created.secret.as_str()));
        let answer = house.stranger().send(request.body(axum::body::Body::from("body")).unwrap()).await;
        assert_eq!(answer.status, 200, "{method}");
    }
}

#[tokio::test]
async fn a_refusal_says_nothing_of_anybodys_identity() {
    let house = House::new().await;
    let (live, paused) =
        (house.token_with(&["projects:read"]).await, house.token_with(&["projects:read"]).await);
    house.service.pause_token(&house.admin.caller, paused.token.id, true).await.unwrap();
    for (secret, query, status, verdict) in [
        (None, "", 401, None),
        (Some("nonsense"), "", 401, None),
        (Some(live.secret.as_str()), "?permission=projects:write", 403, Some("permission_missing")),
        (Some(live.secret.as_str()), "?permission=projects", 401, None),
        (Some(paused.secret.as_str()), "", 403, Some("disabled")),
    ] {
        let answer = house.stranger().forward_auth(query, secret, &FORGED).await;
        assert_eq!((answer.status.as_u16(), said(&answer, "x-auth-verdict")), (status, verdict), "{query}");
        for name in &OURS[..4] {
            assert_eq!(said(&answer, name), None, "{name}");
        }
        assert_eq!(
            answer.header(header::WWW_AUTHENTICATE).is_empty(),
            verdict == Some("disabled"),
            "{query}"
        );
        assert_eq!(answer.header(header::LOCATION), "");
    }
}

#[tokio::test]
async fn too_many_is_a_403_that_says_when_to_come_back() {
    let house = House::new().await;
    let mut form = form("", &["projects:read"]);
    (form.rate_requests, form.rate_seconds) = (Some("2".into()), Some("3600".into()));
    let secret = house.made(&form).await.secret;
    let visitor = house.stranger();
    for left in ["1", "0"] {
        let answer = visitor.forward_auth("", Some(secret.as_str()), &[]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(said(&answer, "ratelimit-policy"), Some("\"token\";q=2;w=3600"));
        assert!(said(&answer, "ratelimit").unwrap().starts_with(&format!("\"token\";r={left};t=")));
    }
    let answer = visitor.forward_auth("", Some(secret.as_str()), &[]).await;
    assert_eq!((answer.status.as_u16(), said(&answer, "x-auth-verdict")), (403, Some("rate_limited")));
    let seconds: u64 = answer.header(header::RETRY_AFTER).parse().unwrap();
    assert!((1..=1_800).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn only_a_trusted_proxy_is_believed_about_the_clients_address() {
    let house = House::new().await;
    let mut form = form("", &["projects:read"]);
    form.allowed_addresses = Some("203.0.113.9".into());
    let secret = house.made(&form).await.secret;
    let claims =
        [("x-forwarded-for", "203.0.113.9"), ("x-real-ip", "203.0.113.9"), ("forwarded", "for=203.0.113.9")];
    let entrance =
        |trusted: &str| Entrance { trusted_proxies: vec![trusted.parse().unwrap()], ..Entrance::default() };
    let through = |trusted: &str| house.visitor_through(entrance(trusted)).coming_from([127, 0, 0, 2].into());
    let answer = through("127.0.0.2/32").forward_auth("", Some(secret.as_str()), &claims).await;
    assert_eq!(answer.status, 200);
    let answer = through("127.0.0.3/32").forward_auth("", Some(secret.as_str()), &claims).await;
    assert_eq!((answer.status.as_u16(), said(&answer, "x-auth-verdict")), (403, Some("address_not_allowed")));
    let answer = through("127.0.0.2/32").forward_auth("", Some(secret.as_str()), &claims[1..]).await;
    assert_eq!(answer.status, 403, "no other header says where a client is");
}
