//! One-time links: the set-up of an installation, invitations, and new passwords.

use crate::support::{Answer, Empty, PASSWORD, TestApp, TestUser, Visitor};
use app::{
    domain::{ADMIN_LINK_MS, LINK_MS, LINK_TOLD_MS, PersonId, Role, SETUP_LINK_MS},
    service::Key,
};
use axum::http::{StatusCode, header};

const NEW: &str = "nineteen amber lanterns";

async fn set_up(visitor: &Visitor, code: &str) -> Answer {
    let fields = [
        ("code", code),
        ("name", "Ada Moreau"),
        ("email", "ada@example.com"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    visitor.post_form("/setup", &fields).await
}

async fn choose(visitor: &Visitor, code: &str, password: &str) -> Answer {
    visitor.post_form("/password", &[("code", code), ("password", password), ("again", password)]).await
}

async fn works(visitor: &Visitor, path: &str, code: &str) -> bool {
    let led = visitor.get(&format!("{path}?code={code}")).await;
    let page = match led.cookie("tokenry-link") {
        Some(kept) => visitor.get_with_cookie(path, &format!("tokenry-link={kept}")).await,
        None => led,
    };
    assert!([200, 404].contains(&page.status.as_u16()), "{}", page.status);
    assert!(page.status == 200 || page.text.contains("This link has expired or was already used."));
    page.status == 200
}

async fn set_up_code(app: &Empty) -> String {
    app.service.make_setup_link().await.unwrap().unwrap().expose().to_owned()
}

/// The code of the link in an answer that shows one.
fn code_in(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let rest = answer.text.split("/password?code=").nth(1).expect("the link is on the page");
    let code: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    assert!(Key::parse(&code).is_some(), "{code}");
    code
}

async fn invite(app: &TestApp) -> (String, PersonId) {
    let fields = [("name", "Noor Haddad"), ("email", "noor@example.com"), ("role", "member")];
    let code = code_in(&app.visitor().post_form("/settings/people/new", &fields).await);
    let sql = "select id from person where email = 'noor@example.com'";
    let id = sqlx::query_scalar(sql).fetch_one(&mut app.raw().await).await.unwrap();
    (code, PersonId::from_uuid(id))
}

#[tokio::test]
async fn nobody_is_there_until_somebody_sets_it_up_once() {
    let app = Empty::new().await;
    let visitor = app.stranger();
    // No account exists by default.
    for (email, password) in [("admin", "admin"), ("admin@example.com", "password"), ("", "")] {
        let answer = visitor.post_form("/sign-in", &[("email", email), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    for guess in ["", "0", &"0".repeat(64), &"a".repeat(64)] {
        assert!(!works(&visitor, "/setup", guess).await);
        assert_eq!(set_up(&visitor, guess).await.status, StatusCode::NOT_FOUND);
    }
    let code = set_up_code(&app).await;
    assert!(works(&visitor, "/setup", &code).await);
    assert!(!works(&visitor, "/password", &code).await, "it is a link of another kind");
    assert_eq!(choose(&visitor, &code, NEW).await.status, StatusCode::NOT_FOUND);
    let answer = set_up(&visitor, &code).await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/settings/tokens"));
    let inside = app.stranger().having_kept(&answer);
    assert_eq!(inside.get("/settings/people/new").await.status, StatusCode::OK, "the first is an admin");
    assert!(!works(&visitor, "/setup", &code).await);
    assert_eq!(set_up(&visitor, &code).await.status, StatusCode::NOT_FOUND);
    assert!(app.service.make_setup_link().await.unwrap().is_none(), "after a restart there is none either");
    assert!(!works(&visitor, "/setup", &code).await);
}

#[tokio::test]
async fn a_set_up_link_ends_after_an_hour_and_when_another_is_made() {
    let app = Empty::new().await;
    let visitor = app.stranger();
    let first = set_up_code(&app).await;
    app.clock.forward(SETUP_LINK_MS - 1);
    assert!(works(&visitor, "/setup", &first).await);
    app.clock.forward(1);
    assert!(!works(&visitor, "/setup", &first).await);
    assert_eq!(set_up(&visitor, &first).await.status, StatusCode::NOT_FOUND);
    let (second, third) = (set_up_code(&app).await, set_up_code(&app).await);
    assert!(!works(&visitor, "/setup", &second).await && works(&visitor, "/setup", &third).await);
    assert_eq!(set_up(&visitor, &second).await.status, StatusCode::NOT_FOUND);
    assert_eq!(set_up(&visitor, &third).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_comes_to_a_new_installation_reads_how_to_set_it_up() {
    const NOT_SET_UP: &str = "Tokenry is not set up yet";
    const RESTART: &str = "Restart Tokenry to get a new link.";
    let app = Empty::new().await;
    let visitor = app.stranger();
    let page = visitor.get("/sign-in").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains(NOT_SET_UP) && page.text.contains("tokenry person add"), "{}", page.text);
    assert!(!page.text.contains("<form"), "there is nobody who could sign in");
    assert!(visitor.get("/setup").await.text.contains(RESTART));
    assert!(set_up(&visitor, &"0".repeat(64)).await.text.contains(RESTART));

    let code = set_up_code(&app).await;
    assert_eq!(set_up(&visitor, &code).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/sign-in").await;
    assert!(!page.text.contains(NOT_SET_UP) && page.text.contains("Ask an admin for a reset link."));
    let ended = visitor.get("/setup").await;
    assert!(!ended.text.contains(RESTART) && ended.text.contains("Go to sign-in"), "{}", ended.text);
    assert!(visitor.get("/password").await.text.contains("Ask an admin for a new link."));
}

#[tokio::test]
async fn of_two_who_set_up_at_once_one_wins() {
    let app = Empty::new().await;
    let code = set_up_code(&app).await;
    let (one, two) = (app.stranger(), app.stranger());
    let (first, second) = tokio::join!(set_up(&one, &code), set_up(&two, &code));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
}

#[tokio::test]
async fn a_set_up_that_is_refused_uses_nothing_up() {
    let app = Empty::new().await;
    let (visitor, code) = (app.stranger(), set_up_code(&app).await);
    let weak =
        [("code", code.as_str()), ("name", ""), ("email", "ada"), ("password", "short"), ("again", "short")];
    let answer = visitor.post_form("/setup", &weak).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for sentence in ["Enter a name", "Write an e-mail address", "Use at least 15 characters"] {
        assert!(answer.text.contains(sentence), "{sentence}");
    }
    assert_eq!(set_up(&visitor, &code).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_invitation_works_once_and_leads_in() {
    let app = TestApp::new().await;
    let (code, _) = invite(&app).await;
    let visitor = app.stranger();
    assert!(works(&visitor, "/password", &code).await && !works(&visitor, "/setup", &code).await);
    assert_eq!(choose(&visitor, &code, "too short").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = choose(&visitor, &code, NEW).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let inside = app.stranger().having_kept(&answer);
    assert_eq!(inside.get("/settings/tokens").await.status, StatusCode::OK);
    assert!(!works(&visitor, "/password", &code).await);
    assert_eq!(choose(&visitor, &code, PASSWORD).await.status, StatusCode::NOT_FOUND);
    let sign_in = [("email", "noor@example.com"), ("password", NEW)];
    assert_eq!(visitor.post_form("/sign-in", &sign_in).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_code_leaves_the_address_before_anything_is_shown_there() {
    let (app, empty) = (TestApp::new().await, Empty::new().await);
    let (code, _) = invite(&app).await;
    let set_up = set_up_code(&empty).await;
    for (visitor, path, code, other) in
        [(app.stranger(), "/password", &code, "/setup"), (empty.stranger(), "/setup", &set_up, "/password")]
    {
        let led = visitor.get(&format!("{path}?code={code}")).await;
        assert_eq!((led.status, led.header(header::LOCATION)), (StatusCode::SEE_OTHER, path));
        assert_eq!((led.text.as_str(), led.header(header::CACHE_CONTROL)), ("", "no-store"));
        let set = led.header(header::SET_COOKIE);
        let expected = format!("tokenry-link={code}; HttpOnly; SameSite=Lax; Path={path}; Max-Age=3600");
        assert_eq!(set, expected, "it is kept for this page alone, and for a while");
        assert_eq!(visitor.get(path).await.status, StatusCode::NOT_FOUND, "without it there is nothing");

        let cookie = format!("tokenry-link={code}");
        let page = visitor.get_with_cookie(path, &cookie).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains(&format!("name=\"code\" value=\"{code}\"")), "the form sends it");
        assert_eq!(visitor.get_with_cookie(other, &cookie).await.status, StatusCode::NOT_FOUND);
        for answer in [&led, &page, &visitor.get(&format!("{path}?code=x")).await] {
            assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer", "{path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn a_code_that_was_used_or_has_ended_is_forgotten() {
    let app = TestApp::new().await;
    let (code, _) = invite(&app).await;
    let visitor = app.stranger();
    let chosen = choose(&visitor, &code, NEW).await;
    assert_eq!((chosen.status, chosen.cookie("tokenry-link")), (StatusCode::SEE_OTHER, Some(String::new())));
    let late = visitor.get_with_cookie("/password", &format!("tokenry-link={code}")).await;
    assert_eq!((late.status, late.cookie("tokenry-link")), (StatusCode::NOT_FOUND, Some(String::new())));
}

/// With `no-referrer`, browsers send `null` as the origin of a form. Another header says that it is our own.
#[tokio::test]
async fn a_form_without_a_referrer_is_taken_from_this_site_and_from_no_other() {
    let app = TestApp::new().await;
    let (code, _) = invite(&app).await;
    let password = NEW.replace(' ', "+");
    for (site, status) in [("cross-site", StatusCode::FORBIDDEN), ("same-origin", StatusCode::SEE_OTHER)] {
        let request = Visitor::request("POST", "/password")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .header(header::ORIGIN, "null");
        let body = format!("code={code}&password={password}&again={password}");
        assert_eq!(app.stranger().send(request.body(body.into()).unwrap()).await.status, status, "{site}");
    }
}

#[tokio::test]
async fn a_link_for_an_admin_ends_after_a_day() {
    let app = TestApp::new().await;
    let (ines, vera) =
        (app.user("Ines Okafor", Role::Admin).await, app.user("Vera Lind", Role::Viewer).await);
    let mut codes = Vec::new();
    for (person, time) in [(&ines, "for one day"), (&vera, "for three days")] {
        let path = format!("/settings/people/{}/link", person.id());
        let answer = app.visitor().post_form(&path, &[]).await;
        assert!(answer.text.contains(time), "{time}");
        codes.push(code_in(&answer));
    }
    let fields = [("name", "Noor Haddad"), ("email", "noor@example.com"), ("role", "admin")];
    codes.push(code_in(&app.visitor().post_form("/settings/people/new", &fields).await));
    let visitor = app.stranger();
    app.clock.forward(ADMIN_LINK_MS - 1);
    for code in &codes {
        assert!(works(&visitor, "/password", code).await);
    }
    app.clock.forward(1);
    let work = [false, true, false];
    for (code, work) in codes.iter().zip(work) {
        assert_eq!(works(&visitor, "/password", code).await, work);
    }
}

#[tokio::test]
async fn an_invitation_ends_after_three_days_or_when_its_person_is_disabled_or_gets_another() {
    let app = TestApp::new().await;
    let (code, person) = invite(&app).await;
    let visitor = app.stranger();
    app.clock.forward(LINK_MS - 1);
    assert!(works(&visitor, "/password", &code).await);
    app.clock.forward(1);
    assert!(!works(&visitor, "/password", &code).await);
    assert_eq!(choose(&visitor, &code, NEW).await.status, StatusCode::NOT_FOUND);

    let fresh = app.another_session(&app.admin).await;
    let make = async || {
        let path = format!("/settings/people/{person}/link");
        code_in(&app.visitor_as(&fresh).post_form(&path, &[]).await)
    };
    let (first, second) = (make().await, make().await);
    assert!(!works(&visitor, "/password", &first).await && works(&visitor, "/password", &second).await);
    app.service.disable_person(&fresh.caller, person).await.unwrap();
    assert!(!works(&visitor, "/password", &second).await);
    assert_eq!(choose(&visitor, &second, NEW).await.status, StatusCode::NOT_FOUND);
    app.service.enable_person(&fresh.caller, person).await.unwrap();
    assert!(!works(&visitor, "/password", &second).await, "it does not come back to life");
}

#[tokio::test]
async fn a_link_lets_somebody_choose_a_new_password_and_ends_their_sessions() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let path = format!("/settings/people/{}/link", ines.id());
    let code = code_in(&app.visitor().post_form(&path, &[]).await);
    let own = app.visitor_as(&ines);
    assert_eq!(own.get("/settings/tokens").await.status, StatusCode::OK, "until it is used, nothing ends");
    assert_eq!(choose(&app.stranger(), &code, NEW).await.status, StatusCode::SEE_OTHER);
    assert_eq!(own.get("/settings/tokens").await.status, StatusCode::SEE_OTHER);
    let sign_in = async |password| {
        let fields = [("email", "ines@example.com"), ("password", password)];
        app.stranger().post_form("/sign-in", &fields).await.status
    };
    assert_eq!(sign_in(PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(NEW).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_a_password_link_was_made_for_reads_by_whom_in_their_profile() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let told = async |who: &TestUser| {
        app.visitor_as(who)
            .get("/profile")
            .await
            .text
            .contains("Ada Moreau created a password reset link for you")
    };
    assert!(!told(&ines).await);
    app.service.make_link(&app.admin.caller, ines.id()).await.unwrap();
    assert!(told(&ines).await && !told(&app.admin).await);
    app.clock.forward(LINK_TOLD_MS + 1);
    let later = app.another_session(&ines).await;
    assert!(!told(&later).await);
}

#[tokio::test]
async fn nobody_makes_a_link_for_themselves_nor_for_somebody_who_is_disabled() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.service.disable_person(&app.admin.caller, ines.id()).await.unwrap();
    let before = app.data().await;
    for (id, why) in [(app.admin.id(), "in your profile"), (ines.id(), "Enable them first")] {
        let answer = app.visitor().post_form(&format!("/settings/people/{id}/link"), &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{why}");
        assert!(answer.text.contains(why), "{}", answer.text);
    }
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn a_link_is_shown_once_and_stored_nowhere() {
    let app = TestApp::new().await;
    let (code, _) = invite(&app).await;
    for path in ["/settings/people", "/settings/audit", "/settings/people/new"] {
        assert!(!app.visitor().get(path).await.text.contains(&code), "{path}");
    }
    let bytes = app.place.bytes().await;
    for secret in [code.as_str(), app.admin.key.expose(), PASSWORD] {
        assert!(!String::from_utf8_lossy(&bytes).contains(secret));
    }
}
