//! Signing in: the passwords that are taken, the answers that reveal nothing, and the limit on attempts.

use crate::support::{Answer, PASSWORD, TestApp, Visitor};
use app::domain::{Caller, Role};
use axum::http::{StatusCode, header};

const NEW: &str = "nineteen amber lanterns";

async fn sign_in(visitor: &Visitor, email: &str, password: &str) -> Answer {
    visitor.post_form("/sign-in", &[("email", email), ("password", password)]).await
}

async fn change(visitor: &Visitor, current: &str, new: &str) -> Answer {
    let fields = [("current_password", current), ("password", new), ("again", new)];
    visitor.post_form("/profile/password", &fields).await
}

#[tokio::test]
async fn the_right_password_leads_in_and_spelling_of_the_address_does_not_matter() {
    let app = TestApp::new().await;
    for email in ["ada@example.com", "ADA@Example.COM", "  ada@example.com "] {
        let answer = sign_in(&app.stranger(), email, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{email:?}");
        assert_eq!(answer.header(header::LOCATION), "/settings/tokens");
        let inside = app.stranger().having_kept(&answer);
        assert_eq!(inside.get("/settings/tokens").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn passwords_are_taken_by_length_and_nothing_else_and_keep_every_character() {
    let app = TestApp::new().await;
    let (mut visitor, mut current) = (app.visitor(), PASSWORD.to_owned());
    for (refused, why) in [
        ("fourteen chars", "14 characters"),
        ("passwordpassword", "common"),
        ("ada@example.com", "their own address"),
    ] {
        assert_eq!(change(&visitor, &current, refused).await.status, 422, "{why}");
    }
    let long = format!("{} and then much more", "violet kettles sing ".repeat(5));
    for good in ["kvj qzt wub pfx", "каждый охотник желает", "vierzig blaue Teekännchen 🫖", long.as_str()]
    {
        let answer = change(&visitor, &current, good).await;
        assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/profile"));
        visitor = visitor.having_kept(&answer);
        current = good.to_owned();
    }
    assert!(long.len() > 72 + 20, "longer than bcrypt would read");
    let almost = &long[..long.len() - 1];
    assert_eq!(sign_in(&app.stranger(), "ada@example.com", almost).await.status, 401);
    assert_eq!(sign_in(&app.stranger(), "ada@example.com", &long).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it_only() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let before = app.data().await;
    for current in ["", "wrong", NEW] {
        assert_eq!(change(&visitor, current, NEW).await.status, 422, "{current:?}");
    }
    let different = [("current_password", PASSWORD), ("password", NEW), ("again", "nineteen amber lantern")];
    assert_eq!(visitor.post_form("/profile/password", &different).await.status, 422);
    assert_eq!(app.data().await, before);
    // Somebody who finds an open browser cannot keep guessing.
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        last = change(&visitor, "wrong", NEW).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(change(&visitor, PASSWORD, NEW).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn nobody_learns_who_is_here() {
    let app = TestApp::new().await;
    let disabled = app.user("Dor Keller", Role::Member).await;
    app.service.disable_person(&app.admin.caller, disabled.id()).await.unwrap();
    let invite = [("name", "Noa"), ("email", "noa@example.com"), ("role", "member")];
    assert_eq!(app.visitor().post_form("/settings/people/new", &invite).await.status, StatusCode::CREATED);
    let before = app.data().await;

    let wrong = sign_in(&app.stranger(), "ada@example.com", "wrong").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text.contains("Wrong e-mail or password."));
    // The addresses are as long as hers, since the form shows again what was typed.
    for (email, password) in [
        ("eve@example.com", PASSWORD),
        ("dor@example.com", PASSWORD),
        ("dor@example.com", "wrong"),
        ("noa@example.com", PASSWORD),
        ("noa@example.com", ""),
    ] {
        let answer = sign_in(&app.stranger(), email, password).await;
        assert_eq!(answer.without(&[email]), wrong.without(&["ada@example.com"]), "{email}");
    }
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn twenty_wrong_tries_are_too_many_and_known_browsers_still_get_in() {
    let app = TestApp::new().await;
    let first = sign_in(&app.stranger(), "ada@example.com", PASSWORD).await;
    let known = format!("tokenry-browser={}", first.cookie("tokenry-browser").unwrap());
    let mut told = 0;
    for i in 0..20u8 {
        let elsewhere = app.stranger().coming_from([192, 0, 2, i].into());
        let answer = sign_in(&elsewhere, "ada@example.com", "wrong").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            told += 1;
            let seconds: u64 = answer.header(header::RETRY_AFTER).parse().unwrap();
            assert!((1..=601).contains(&seconds), "{seconds}");
            assert!(answer.text.contains("Too many attempts"));
        } else {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
    }
    assert!(told >= 9, "{told}");
    // A right password from an unknown browser is not even looked at.
    let strange = app.stranger().coming_from([192, 0, 2, 99].into());
    assert_eq!(sign_in(&strange, "ada@example.com", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    let own = app.stranger().with_cookie(&known);
    assert_eq!(sign_in(&own, "ada@example.com", PASSWORD).await.status, StatusCode::SEE_OTHER);
    // A browser is known for one person only.
    app.user("Ines Okafor", Role::Member).await;
    for i in 0..12u8 {
        sign_in(&app.stranger().coming_from([192, 0, 2, i].into()), "ines@example.com", "wrong").await;
    }
    let own = app.stranger().with_cookie(&known).coming_from([192, 0, 2, 100].into());
    assert_eq!(sign_in(&own, "ines@example.com", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn of_two_hundred_guesses_from_everywhere_hardly_any_is_looked_at() {
    let app = TestApp::new().await;
    let mut failures = 0;
    for i in 0..200u8 {
        let elsewhere = app.stranger().coming_from([198, 51, 100, i].into());
        let answer = sign_in(&elsewhere, "ada@example.com", &format!("guess number {i}")).await;
        failures += usize::from(answer.status == StatusCode::UNAUTHORIZED);
    }
    assert!(failures <= 100, "{failures}");
    // Only an attempt that is looked at leaves such a line, so guessing cannot fill the log.
    let lines = app.number("select count(*) from event where kind = 'session.sign_in_failed'").await;
    assert_eq!(usize::try_from(lines).unwrap(), failures);
}

#[tokio::test]
async fn one_source_is_heard_so_often_whomever_it_tries() {
    let app = TestApp::new().await;
    let mut last = StatusCode::OK;
    for i in 0..40 {
        let source = app.stranger().coming_from([203, 0, 113, 7].into());
        last = sign_in(&source, &format!("person{i}@example.com"), "wrong").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let neighbour = app.stranger().coming_from([203, 0, 113, 8].into());
    assert_eq!(sign_in(&neighbour, "ada@example.com", PASSWORD).await.status, StatusCode::SEE_OTHER);
    let lines = app.number("select count(*) from event where kind = 'session.sign_in_throttled'").await;
    assert!((1..=3).contains(&lines), "{lines}: the log does not grow as fast as strangers can ask");
}

#[tokio::test]
async fn strangers_who_try_what_is_nobodys_do_not_fill_the_log_and_none_of_them_is_uncounted() {
    let app = TestApp::new().await;
    let mut refused = 0;
    for i in 0..200u8 {
        let elsewhere = app.stranger().coming_from([198, 51, 100, i].into());
        let answer = sign_in(&elsewhere, &format!("person{i}@example.com"), "wrong").await;
        refused += i64::from(answer.status == StatusCode::UNAUTHORIZED);
    }
    assert_eq!(refused, 200);
    let lines = async || {
        let sql = "select count(*) from event where kind = 'session.sign_in_failed'";
        app.number(sql).await
    };
    let alone = lines().await;
    assert!((1..=61).contains(&alone), "{alone}");
    app.service.write_counted_sign_ins(true).await.unwrap();
    assert_eq!(lines().await, alone + 1, "one line for all the others");
    let counted = "select cast(details ->> 'count' as bigint) from event order by id desc limit 1";
    assert_eq!(app.number(counted).await, refused - alone);
    app.service.write_counted_sign_ins(true).await.unwrap();
    assert_eq!(lines().await, alone + 1, "there is nothing more to say");
    // A wrong password for a real account has a line of its own.
    let elsewhere = app.stranger().coming_from([203, 0, 113, 9].into());
    sign_in(&elsewhere, "ada@example.com", "wrong").await;
    assert_eq!(lines().await, alone + 2);
}

#[tokio::test]
async fn made_up_cookies_and_codes_keep_nobody_out_who_has_a_real_one() {
    let app = TestApp::new().await;
    for i in 0..120u32 {
        let made_up = app.stranger().with_cookie(&format!("tokenry={i:064x}"));
        assert_eq!(made_up.get("/settings/tokens").await.status, StatusCode::SEE_OTHER, "{i}");
    }
    assert_eq!(app.visitor().get("/settings/tokens").await.status, StatusCode::OK);
    let mut last = StatusCode::OK;
    for i in 0..120u32 {
        let made_up = app.stranger().with_cookie(&format!("tokenry-link={i:064x}"));
        last = made_up.get("/password").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(app.visitor().get("/settings/tokens").await.status, StatusCode::OK);
    let ines = app.user("Ines Okafor", Role::Member).await;
    let made = app.service.make_link(&Caller::operator(), ines.id()).await.unwrap();
    let real = app.stranger().with_cookie(&format!("tokenry-link={}", made.code.expose()));
    assert_eq!(real.get("/password").await.status, StatusCode::OK, "a link that works does so here, too");
}

#[tokio::test]
async fn every_sign_in_has_a_new_key_and_a_planted_one_is_not_taken() {
    let app = TestApp::new().await;
    let planted = "ab".repeat(32);
    let visitor = app.stranger().with_cookie(&format!("tokenry={planted}"));
    assert_eq!(visitor.get("/settings/tokens").await.status, StatusCode::SEE_OTHER);
    let answer = sign_in(&visitor, "ada@example.com", PASSWORD).await;
    let first = answer.cookie("tokenry").unwrap();
    assert_ne!(first, planted);
    assert_eq!(visitor.get("/settings/tokens").await.status, StatusCode::SEE_OTHER, "it opens nothing");
    // Signing in again ends the session that the browser had before.
    let before = app.stranger().having_kept(&answer);
    let again = sign_in(&before, "ada@example.com", PASSWORD).await;
    assert_ne!(again.cookie("tokenry").unwrap(), first);
    assert_eq!(before.get("/settings/tokens").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.stranger().having_kept(&again).get("/settings/tokens").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_way_on_stays_on_this_site() {
    // An account allows ten attempts in a row, successful or not, so these are spread over two.
    let (here, elsewhere) = (TestApp::new().await, TestApp::new().await);
    let go = async |app: &TestApp, next: &str| {
        let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("next", next)];
        let answer = app.stranger().post_form("/sign-in", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        answer.header(header::LOCATION).to_owned()
    };
    for own in ["/profile", "/settings/tokens?cursor=abc", "/settings/audit?kind=refused&from=2026-11-23"] {
        assert_eq!(go(&here, own).await, own);
    }
    for foreign in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\\\\evil.example",
        " //evil.example",
        "/a\r\nset-cookie: a=b",
        "evil.example",
    ] {
        assert_eq!(go(&elsewhere, foreign).await, "/settings/tokens", "{foreign:?}");
    }
}
