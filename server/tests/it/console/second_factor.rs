//! Authenticator apps and recovery codes: signing in with them, and everything that does not.

use crate::support::{Answer, App, PASSWORD, TestApp, TestUser, Visitor};
use app::domain::{CEREMONY_MS, FRESH_SIGN_IN_MS, Role};
use axum::http::{StatusCode, header};

const STEP: &str = "/sign-in/second-factor";

/// Ada, who has an authenticator app.
async fn with_app() -> (TestApp, App) {
    let app = TestApp::new().await;
    let authenticator = App::set_up(&app, &app.admin).await;
    (app, authenticator)
}

async fn password(app: &TestApp, email: &str) -> Answer {
    let fields = [("email", email), ("password", PASSWORD), ("next", "/profile")];
    app.stranger().post_form("/sign-in", &fields).await
}

/// The browser of somebody whose password was right.
async fn half_way(app: &TestApp) -> Visitor {
    let answer = password(app, "ada@example.com").await;
    assert_eq!((answer.status, answer.cookie("tokenry")), (StatusCode::SEE_OTHER, None));
    assert_eq!(answer.header(header::LOCATION), format!("{STEP}?next=/profile"));
    app.stranger().having_kept(&answer)
}

async fn code(visitor: &Visitor, code: &str) -> Answer {
    visitor.post_form(STEP, &[("code", code), ("next", "/profile")]).await
}

fn is_in(answer: &Answer) -> bool {
    answer.cookie("tokenry").is_some_and(|key| !key.is_empty())
}

#[tokio::test]
async fn a_password_and_a_code_lead_in_and_a_password_alone_does_not() {
    let (app, authenticator) = with_app().await;
    let browser = half_way(&app).await;
    let page = browser.get(&format!("{STEP}?next=/profile")).await;
    assert!(page.text.contains("Six digits from your authenticator app"), "{}", page.text);
    let answer = code(&browser, &authenticator.code(&app)).await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/profile"));
    let inside = app.stranger().having_kept(&answer);
    assert_eq!(inside.get("/profile").await.status, StatusCode::OK);
    assert_eq!(
        browser.get("/profile").await.status,
        StatusCode::SEE_OTHER,
        "the key of the step opens nothing"
    );
}

#[tokio::test]
async fn a_code_leads_in_once_and_so_does_the_key_of_the_step() {
    let (app, authenticator) = with_app().await;
    let (first, second) = (half_way(&app).await, half_way(&app).await);
    let used = authenticator.code(&app);
    assert!(is_in(&code(&first, &used).await));
    let again = code(&second, &used).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("This code is wrong, or was used before."), "{}", again.text);
    assert!(!is_in(&again));
    app.clock.forward(30_000);
    assert_eq!(code(&first, &authenticator.code(&app)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        code(&second, &authenticator.code_in(&app, -1)).await.status,
        422,
        "of the step that was used"
    );
    assert!(is_in(&code(&second, &authenticator.code(&app)).await));
}

#[tokio::test]
async fn a_clock_may_be_half_a_minute_off_and_no_more() {
    let (app, authenticator) = with_app().await;
    app.clock.forward(120_000);
    for (steps, leads_in) in [(-2, false), (2, false), (-1, true), (1, true)] {
        let answer = code(&half_way(&app).await, &authenticator.code_in(&app, steps)).await;
        assert_eq!(is_in(&answer), leads_in, "{steps}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_recovery_code_leads_in_once_however_it_is_written() {
    let (app, authenticator) = with_app().await;
    assert_eq!(authenticator.codes.len(), 10);
    let (one, line) = (&authenticator.codes[3], app.last_line().await);
    let written = format!(" {} ", one.replace('-', " ").to_uppercase());
    assert!(is_in(&code(&half_way(&app).await, &written).await));
    assert_eq!(app.kinds_after(line).await, ["factor.code_used", "session.signed_in"]);
    assert_eq!(code(&half_way(&app).await, one).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let profile = app.visitor().get("/profile").await;
    assert!(profile.text.contains("9 left"), "{}", profile.text);
    for code in &authenticator.codes {
        assert!(!profile.text.contains(code.as_str()));
    }
}

#[tokio::test]
async fn guesses_are_counted_with_those_of_the_password_and_said_in_the_log() {
    let (app, _) = with_app().await;
    let (browser, line) = (half_way(&app).await, app.last_line().await);
    let mut statuses = Vec::new();
    for guess in 0..10 {
        statuses.push(code(&browser, &format!("{guess:06}")).await.status.as_u16());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 9, "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429), "the tenth attempt was the password");
    let kinds = app.kinds_after(line).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "factor.refused").count(), 9, "{kinds:?}");
}

#[tokio::test]
async fn the_second_step_waits_for_ten_minutes_and_not_beyond_a_new_password() {
    let (app, authenticator) = with_app().await;
    let browser = half_way(&app).await;
    app.clock.forward(CEREMONY_MS);
    assert_eq!(code(&browser, &authenticator.code(&app)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.get(STEP).await.header(header::LOCATION), "/sign-in?next=");

    let browser = half_way(&app).await;
    app.service.operator_set_password("ada@example.com", "nineteen amber lanterns").await.unwrap();
    let answer = code(&browser, &authenticator.code(&app)).await;
    assert_eq!((answer.status, is_in(&answer)), (StatusCode::UNAUTHORIZED, false));
}

#[tokio::test]
async fn a_link_to_a_new_password_is_not_a_second_factor() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let authenticator = App::set_up(&app, &ines).await;
    let link = app.service.make_link(&app.admin.caller, ines.id()).await.unwrap().code;
    let new = "nineteen amber lanterns";
    let fields = [("code", link.expose()), ("password", new), ("again", new)];
    let answer = app.stranger().post_form("/password", &fields).await;
    assert_eq!((answer.status, is_in(&answer)), (StatusCode::SEE_OTHER, false));
    let browser = app.stranger().having_kept(&answer);
    assert!(is_in(&code(&browser, &authenticator.code(&app)).await));
}

#[tokio::test]
async fn whoever_needs_a_second_factor_sets_one_up_before_going_on() {
    let app = TestApp::new().await;
    app.user("Ines Okafor", Role::Member).await;
    app.run("update workspace set second_factor = 'admins'").await;
    assert!(is_in(&password(&app, "ines@example.com").await), "the rule is for admins");
    let browser = half_way(&app).await;
    let page = browser.get(STEP).await;
    let key = page.text.split("class=\"app-key-text\">").nth(1).unwrap().split('<').next().unwrap();
    let authenticator = App::of(key);
    assert!(
        page.text.contains("Your role needs a second factor") && page.text.contains("<path d=\"M4 4h1v1h-1z")
    );
    assert_eq!(code(&browser, "000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(browser.get(STEP).await.text.contains(key), "the key is the same until it is confirmed");
    let line = app.last_line().await;
    let done = code(&browser, &authenticator.code(&app)).await;
    assert_eq!((done.status, is_in(&done)), (StatusCode::OK, true));
    assert!(done.text.contains("Keep them in a safe place") && done.text.contains("href=\"/profile\""));
    assert_eq!(app.kinds_after(line).await, ["factor.app_added", "session.signed_in"]);
    assert!(!is_in(&code(&browser, &authenticator.code_in(&app, 1)).await), "it was begun once");
}

#[tokio::test]
async fn the_only_factor_of_somebody_who_needs_one_stays() {
    let (app, _) = with_app().await;
    app.run("update workspace set second_factor = 'everybody'").await;
    let before = app.data().await;
    let answer = app.visitor().post_form("/profile/app/remove", &[]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("this is your only one"), "{}", answer.text);
    assert_eq!(app.data().await, before);
    app.run("update workspace set second_factor = 'nobody'").await;
    assert_eq!(app.visitor().post_form("/profile/app/remove", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(is_in(&password(&app, "ada@example.com").await));
    assert_eq!(app.number("select count(*) from recovery_code").await, 0);
}

#[tokio::test]
async fn an_app_counts_once_its_first_code_has_come() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let begun = visitor.post_form("/profile/app/begin", &[]).await;
    assert_eq!(begun.header(header::LOCATION), "/profile/app");
    assert!(is_in(&password(&app, "ada@example.com").await), "nothing is asked for yet");
    let key = app.service.app_begun(&app.admin.caller).await.unwrap().unwrap().key;
    let page = visitor.get("/profile/app").await;
    assert!(page.dialog().contains(&key), "{}", page.dialog());
    assert!(
        !app.visitor_as(&app.another_session(&app.admin).await).get("/profile/app").await.text.contains(&key)
    );
    let wrong = visitor.post_form("/profile/app", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.dialog().contains(&key));
    let done = visitor.post_form("/profile/app", &[("code", &App::of(&key).code(&app))]).await;
    assert_eq!(done.status, StatusCode::CREATED);
    assert!(done.text.contains("Keep them in a safe place"), "{}", done.text);
    assert!(!is_in(&password(&app, "ada@example.com").await));
    assert!(!visitor.get("/profile/app").await.text.contains(&key), "a key is shown until it is confirmed");
}

#[tokio::test]
async fn an_admin_resets_the_factors_of_others_and_nobody_their_own() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    App::set_up(&app, &ines).await;
    App::set_up(&app, &app.admin).await;
    let path = |user: &TestUser| format!("/settings/people/{}/second-factors", user.id());
    let own = app.visitor().post_form(&path(&app.admin), &[]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    let line = app.last_line().await;
    assert_eq!(app.visitor().post_form(&path(&ines), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.kinds_after(line).await, ["factor.reset"]);
    assert_eq!(app.visitor_as(&ines).get("/profile").await.status, StatusCode::SEE_OTHER, "signed out");
    assert!(is_in(&password(&app, "ines@example.com").await));
    assert!(!is_in(&password(&app, "ada@example.com").await));
}

#[tokio::test]
async fn a_recent_sign_in_is_one_with_the_second_factor() {
    let (app, authenticator) = with_app().await;
    app.clock.forward(FRESH_SIGN_IN_MS);
    let visitor = app.visitor();
    let path = "/profile/recovery-codes";
    let asked = visitor.post_form(path, &[]).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(asked.text.contains("name=\"sign_in_code\""), "{}", asked.text);
    for typed in ["", "000000", &authenticator.code_in(&app, -5)] {
        let fields = [("sign_in_again", PASSWORD), ("sign_in_code", typed)];
        let refused = visitor.post_form(path, &fields).await;
        assert_eq!((refused.status.as_u16(), is_in(&refused)), (422, false), "{typed}");
    }
    let typed = authenticator.code(&app);
    let done = visitor.post_form(path, &[("sign_in_again", PASSWORD), ("sign_in_code", &typed)]).await;
    assert_eq!((done.status, is_in(&done)), (StatusCode::CREATED, true), "{}", done.text);
}

#[tokio::test]
async fn a_form_whose_session_has_ended_asks_for_the_code_as_well() {
    let (app, authenticator) = with_app().await;
    let me = app.admin.id().to_string();
    let form = [("name", "Ada M. Moreau"), ("filled_in_by", &me), ("sign_in_email", "ada@example.com")];
    let with = |code| [&form[..], &[("sign_in_again", PASSWORD), ("sign_in_code", code)]].concat();
    let asked = app.stranger().post_form("/profile/name", &with("")).await;
    assert_eq!((asked.status.as_u16(), is_in(&asked)), (422, false));
    assert!(asked.text.contains("name=\"sign_in_code\"") && asked.text.contains("Ada M. Moreau"));
    assert!(!asked.text.contains(PASSWORD));
    let typed = authenticator.code(&app);
    let done = app.stranger().post_form("/profile/name", &with(&typed)).await;
    assert_eq!((done.status, is_in(&done)), (StatusCode::SEE_OTHER, true), "{}", done.text);
}

#[tokio::test]
async fn a_session_from_before_the_rule_goes_on_but_is_not_prolonged_without_the_factor() {
    let app = TestApp::new().await;
    app.run("update workspace set second_factor = 'admins'").await;
    app.clock.forward(FRESH_SIGN_IN_MS);
    let visitor = app.visitor();
    assert_eq!(visitor.get("/profile").await.status, StatusCode::OK);
    let (line, fields) = (app.last_line().await, [("sign_in_again", PASSWORD)]);
    let refused = visitor.post_form("/profile/recovery-codes", &fields).await;
    assert_eq!((refused.status.as_u16(), is_in(&refused)), (422, false));
    assert!(refused.text.contains("Your role needs a second factor by now."), "{}", refused.text);
    assert!(!app.kinds_after(line).await.contains(&"session.signed_in".to_owned()));
}

#[tokio::test]
async fn a_first_app_replaces_no_factor_that_was_set_up_meanwhile_and_tells_its_codes_once() {
    let app = TestApp::new().await;
    app.run("update workspace set second_factor = 'admins'").await;
    let begun = async || {
        let browser = half_way(&app).await;
        let page = browser.get(STEP).await.text;
        let key = page.split("class=\"app-key-text\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        (browser, App::of(&key))
    };
    let ((slow, theirs), (quick, mine)) = (begun().await, begun().await);
    let typed = mine.code(&app);
    let (one, other) = tokio::join!(code(&quick, &typed), code(&quick, &typed));
    let told = [&one, &other].map(|answer| answer.text.contains("Keep them in a safe place"));
    assert_eq!(told.iter().filter(|told| **told).count(), 1, "{} {}", one.status, other.status);
    let before = app.number("select count(*) from recovery_code").await;
    let late = code(&slow, &theirs.code(&app)).await;
    assert_eq!((late.status, is_in(&late)), (StatusCode::UNAUTHORIZED, false), "{}", late.text);
    assert_eq!(app.number("select count(*) from recovery_code").await, before);
    app.clock.forward(30_000);
    assert!(is_in(&code(&half_way(&app).await, &mine.code(&app)).await));
}
