//! Headers, cookies and pages as a browser gets them. Another site cannot make it do anything.

use crate::support::{
    PASSWORD, TestApp, Visitor,
    route_cases::{SAME_ORIGIN, SweepApp, WHO, table},
};
use app::domain::Role;
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use server::Network;

const EVIL: &str = "https://evil.example";

#[tokio::test]
async fn another_site_gets_nothing_done_and_is_not_led_on() {
    let sweep = SweepApp::new().await;
    let before = sweep.app.fingerprint().await;
    for case in table().iter().filter(|case| !case.is_reading()) {
        for who in 0..WHO.len() {
            let foreign: [&[(&str, &str)]; 6] = [
                &[("sec-fetch-site", "cross-site")],
                &[("sec-fetch-site", "same-site")],
                &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:3000")],
                &[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:8080")],
                &[("origin", EVIL)],
                &[("origin", "null")],
            ];
            for headers in foreign {
                let answer = sweep.case(&sweep.visitor(who), case, headers).await;
                let what = format!("{} as {who} with {headers:?}", case.path);
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
                assert_eq!(answer.header(header::LOCATION), "", "{what}");
                assert_eq!(answer.header(header::SET_COOKIE), "", "{what}");
            }
        }
    }
    assert_eq!(sweep.app.fingerprint().await, before);
}

#[tokio::test]
async fn a_cookie_without_a_word_about_its_origin_is_not_believed() {
    let sweep = SweepApp::new().await;
    let before = sweep.app.fingerprint().await;
    for case in table().iter().filter(|case| !case.is_reading() && !case.is_door()) {
        let answer = sweep.case(&sweep.app.visitor(), case, &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", case.path);
        assert_eq!(answer.header(header::LOCATION), "", "{}", case.path);
    }
    assert_eq!(sweep.app.fingerprint().await, before);
}

#[tokio::test]
async fn this_sites_own_origin_is_believed() {
    let app = TestApp::new().await;
    for headers in
        [[("origin", "http://127.0.0.1:3000"), ("x-nothing", "1")], [("sec-fetch-site", "none"); 2]]
    {
        let request = headers
            .iter()
            .fold(Visitor::request("POST", "/profile/theme"), |r, (name, value)| r.header(*name, *value))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = app.visitor().send(request.body(Body::from("theme=dark")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{headers:?}: {}", answer.text);
    }
}

#[tokio::test]
async fn looking_changes_nothing_wherever_one_looks() {
    let sweep = SweepApp::new().await;
    let visitor = sweep.app.visitor();
    let before = sweep.app.fingerprint().await;
    for case in table() {
        for method in ["GET", "HEAD", "OPTIONS"] {
            let (kind, body) = sweep.body(&case.sends);
            // The fields of the form are also sent in the query, and in a body that no browser would send.
            let query = if body.contains('{') { app::paths::escaped(&body) } else { body.clone() };
            let path = format!("{}?{query}", sweep.at(&case).split('?').next().unwrap());
            let request = Visitor::request(method, &path).header(header::CONTENT_TYPE, kind);
            let answer = visitor.send(request.body(Body::from(body)).unwrap()).await;
            assert!(!answer.status.is_server_error(), "{method} {path}: {}", answer.status);
            assert_eq!(sweep.app.fingerprint().await, before, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn no_other_origin_may_read_an_answer() {
    let sweep = SweepApp::new().await;
    for case in table().iter().filter(|case| case.is_reading() || case.is_call()) {
        for method in ["GET", "OPTIONS", "POST"] {
            let request = Visitor::request(method, &sweep.at(case))
                .header(header::ORIGIN, EVIL)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type");
            let answer = sweep.app.visitor().send(request.body(Body::empty()).unwrap()).await;
            let allowed = answer.headers.keys().any(|name| name.as_str().starts_with("access-control-"));
            assert!(!allowed, "{method} {}", case.path);
        }
    }
}

#[tokio::test]
async fn every_page_runs_its_own_scripts_only() {
    let sweep = SweepApp::new().await;
    let mut pages = 0;
    for case in table().into_iter().filter(|case| case.is_reading()) {
        let (first, second) = (
            sweep.case(&sweep.app.visitor(), &case, SAME_ORIGIN).await,
            sweep.case(&sweep.app.visitor(), &case, SAME_ORIGIN).await,
        );
        let what = format!("{} {}", case.method, case.path);
        for answer in [&first, &second] {
            let policy = answer.header(header::CONTENT_SECURITY_POLICY);
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
                "{what}: {policy}"
            );
            for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
                assert!(policy.contains(part), "{what}: {policy}");
            }
        }
        if !first.header(header::CONTENT_TYPE).starts_with("text/html") {
            continue;
        }
        pages += 1;
        let nonces = [nonce(first.header(header::CONTENT_SECURITY_POLICY)), {
            nonce(second.header(header::CONTENT_SECURITY_POLICY))
        }];
        assert!(nonces[0].len() >= 16 && nonces[0] != nonces[1], "{what}");
        for part in
            ["object-src 'none'", "form-action 'self'", "script-src 'self' 'nonce-", "style-src 'self'"]
        {
            assert!(first.header(header::CONTENT_SECURITY_POLICY).contains(part), "{what}: {part}");
        }
        for tag in first.text.split("<script").skip(1) {
            let tag = tag.split('>').next().unwrap();
            let carries = tag.contains(&format!("nonce=\"{}\"", nonces[0]));
            let comes_from_here = tag.contains("src=\"/");
            assert!(carries || comes_from_here, "{what}: <script{tag}>");
        }
        for inline in [" onclick=", " onload=", " onerror=", " style=\"", "javascript:"] {
            assert!(!first.text.contains(inline), "{what}: {inline}");
        }
    }
    assert!(pages >= 15, "{pages}");
}

fn nonce(policy: &str) -> String {
    let rest = policy.split("'nonce-").nth(1).unwrap_or_else(|| panic!("no nonce: {policy}"));
    rest.split('\'').next().unwrap().to_owned()
}

#[tokio::test]
async fn nothing_behind_the_sign_in_is_kept_by_the_browser() {
    let sweep = SweepApp::new().await;
    for case in table().iter().filter(|case| case.route != "/healthz") {
        for who in [0, 1, 4] {
            let answer = sweep.case(&sweep.visitor(who), case, SAME_ORIGIN).await;
            let what = format!("{} {} as {who}", case.method, case.path);
            assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{what}");
            assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{what}");
            assert_eq!(answer.header(header::SERVER), "", "{what}");
        }
    }
}

#[tokio::test]
async fn texts_of_people_are_text_wherever_they_appear() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let bad = "</script><img src=x onerror=alert(1)>";
    let worse = "\"'><svg/onload=alert(1)>";
    visitor.post_form("/profile/name", &[("name", bad)]).await;
    let user = app.user("Ines Okafor", Role::Member).await;
    app.visitor_as(&user).post_form("/profile/name", &[("name", worse)]).await;
    let token = app.create(bad).await.token;
    let fields = [("name", worse), ("description", bad), ("permissions", "projects:read"), ("version", "1")];
    let edit = app::paths::token_edit(token.id);
    assert_eq!(visitor.post_form(&edit, &fields).await.status, StatusCode::SEE_OTHER);
    let email = format!("{}@example.com", "<img/src=x>");
    // Two people cannot have the same name.
    let another = format!("{bad} 2");
    let invite = [("name", another.as_str()), ("email", email.as_str()), ("role", "member")];
    let invited = visitor.post_form("/settings/people/new", &invite).await;
    assert_eq!(invited.status, StatusCode::CREATED);
    app.stranger().post_form("/sign-in", &[("email", bad), ("password", worse)]).await;

    let mut pages = vec![("the invitation".to_owned(), invited)];
    let person = format!("/settings/people/{}", user.id());
    for path in [
        "/settings/tokens".to_owned(),
        edit.clone(),
        app::paths::token_delete(token.id),
        app::paths::token_hand_over(token.id),
        "/settings/people".to_owned(),
        format!("{person}/role"),
        format!("{person}/link"),
        format!("{person}/hand-over"),
        format!("{person}/disable"),
        "/settings/audit".to_owned(),
        format!("/settings/audit?address={}", app::paths::escaped(bad)),
        format!("/settings/audit?person={}", app::paths::escaped(bad)),
        format!("/sign-in?next={}", app::paths::escaped(worse)),
        format!("/profile?name={}", app::paths::escaped(bad)),
        "/profile".to_owned(),
    ] {
        pages.push((path.clone(), visitor.get(&path).await));
    }
    // A refused form shows again what was typed.
    let typed = [("name", bad), ("email", worse), ("role", bad)];
    pages.push(("a refused invitation".into(), visitor.post_form("/settings/people/new", &typed).await));
    let typed = [("name", worse), ("description", bad), ("version", "1"), ("permissions", bad)];
    pages.push(("a refused edit".into(), visitor.post_form(&edit, &typed).await));
    let typed = [("email", worse), ("password", "x"), ("next", bad)];
    pages.push(("a refused sign-in".into(), app.stranger().post_form("/sign-in", &typed).await));
    for (path, page) in pages {
        assert!(page.status.as_u16() < 500 && page.text.len() > 500, "{path}: {}", page.status);
        for markup in ["<img", "</script><img", "<svg/onload"] {
            assert!(!page.text.contains(markup), "{path}: {markup}");
        }
    }
}

#[tokio::test]
async fn what_was_typed_in_the_password_field_is_never_shown_again() {
    let sweep = SweepApp::new().await;
    let typed = "a password nobody must read";
    let code = sweep.code.expose();
    for (path, fields) in [
        ("/sign-in", vec![("email", "ada@example.com"), ("password", typed)]),
        ("/profile/password", vec![("current_password", typed), ("password", typed), ("again", "x")]),
        ("/password", vec![("code", code), ("password", typed), ("again", "x")]),
    ] {
        let answer = sweep.app.visitor().post_form(path, &fields).await;
        assert!(answer.status.is_client_error(), "{path}");
        assert!(!answer.text.contains(typed), "{path}");
    }
}

#[tokio::test]
async fn cookies_are_for_this_host_and_out_of_reach_of_scripts() {
    let app = TestApp::new().await;
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    for secure in [false, true] {
        let network = Network { secure, ..Network::default() };
        let visitor = Visitor::new(server::build(app.service.clone(), network));
        let answer = visitor.post_form("/sign-in", &fields).await;
        let set: Vec<&str> =
            answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(set.len(), 2, "{set:?}");
        for cookie in set {
            let parts: Vec<&str> = cookie.split("; ").collect();
            assert_eq!(parts[0].starts_with("__Host-"), secure, "{cookie}");
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(parts.contains(&part), "{cookie}: {part}");
            }
            assert_eq!(parts.contains(&"Secure"), secure, "{cookie}");
            assert!(parts.iter().all(|part| !part.starts_with("Domain")), "{cookie}");
            assert!(parts.iter().any(|part| part.starts_with("Max-Age=")), "{cookie}");
        }
        // The cookie of the one kind is worth nothing to the other.
        let key = answer.cookie(if secure { "__Host-tokenry" } else { "tokenry" }).unwrap();
        let wrong = format!("{}={key}", if secure { "tokenry" } else { "__Host-tokenry" });
        let lost = visitor.with_cookie(&wrong).get("/settings/tokens").await;
        assert_eq!(lost.status, StatusCode::SEE_OTHER, "{wrong}");
    }
}
