//! Who is told by mail: of what, how soon, once, and what becomes of it while the mail server is away.

use crate::support::{PASSWORD, TestApp, TestUser, form, mail_sink::MailSink};
use app::{
    domain::{Error, NoticesForm, Overlap, Role, TokenForm},
    service::{FollowerKind, Outbox, Service},
};
use axum::http::StatusCode;
use serde_json::json;
use server::{
    outbox::{MailSettings, Mailer, Post},
    store::open,
};
use std::{sync::Arc, time::Duration};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A form of one choice.
fn notices(about: &str, how: &str) -> NoticesForm {
    NoticesForm { choices: vec![(about.into(), how.into())] }
}

struct Mailed {
    app: TestApp,
    outbox: Outbox,
    sink: MailSink,
}

impl Mailed {
    async fn new() -> Self {
        let app = TestApp::new().await;
        app.service.begin_to_follow(FollowerKind::Mail).await.unwrap();
        let sink = MailSink::new();
        let url = sink.url().replace("//", "//tokenry:password@");
        let settings = MailSettings::resolve(Some(url), Some("Tokenry <t@example.com>".into()));
        let mailer = Mailer::new(&settings.unwrap().unwrap()).unwrap();
        let mailer = Some(mailer.with_patience(Duration::from_millis(500)));
        let post = Post { mailer, origin: "https://tokens.example.com".into(), ..Post::default() };
        let outbox = Outbox::new(app.service.clone(), Arc::new(post));
        Self { app, outbox, sink }
    }

    /// The mails that are sent now.
    async fn mails(&self) -> Vec<String> {
        self.outbox.send_due().await.unwrap();
        self.sink.take()
    }

    /// Each of them has something to be told.
    async fn tell(&self, users: &[&TestUser]) {
        let admin = self.app.another_session(&self.app.admin).await.caller;
        for user in users {
            let form = form(&format!("Sync {}", self.app.last_line().await), &["projects:read"]);
            let made = self.app.service.create_token(&user.caller, &form).await.unwrap().token.id;
            let none = Overlap::of_seconds(0);
            self.app.service.rotate_token(&admin, made, None, none).await.unwrap();
        }
    }

    async fn is_said_to_be_away(&self) -> bool {
        self.app.visitor().get("/settings/general").await.text.contains("Mail cannot be sent")
    }
}

/// A token that expires on this day.
fn ending(name: &str, day: &str) -> TokenForm {
    TokenForm { expires_at: Some(day.into()), ..form(name, &["projects:read"]) }
}

#[tokio::test]
async fn that_a_token_expires_is_said_thirty_days_seven_and_one_before_and_each_once_by_however_many_nodes() {
    let app = TestApp::new().await;
    let store = open(&app.database()).await.unwrap();
    let other = Service::new(store.clone(), app.clock.clone(), Default::default());
    // It is the 23rd of November 2026; the day counts to its end.
    app.service.create_token(&app.admin.caller, &ending("Long", "2027-01-31")).await.unwrap();
    app.service.create_token(&app.admin.caller, &ending("Short", "2026-12-03")).await.unwrap();
    let mut said = Vec::new();
    for day in 0..75 {
        let last = app.last_line().await;
        let (one, two) = tokio::join!(app.service.say_what_expires(), other.say_what_expires());
        one.unwrap();
        two.unwrap();
        said.extend(app.kinds_after(last).await.into_iter().map(|kind| (day, kind)));
        app.clock.forward(DAY);
    }
    let days: Vec<i32> = said.iter().map(|(day, _)| *day).collect();
    assert!(said.iter().all(|(_, kind)| kind == "token.expiring"), "{said:?}");
    assert_eq!(days, [4, 10, 40, 63, 69], "a token that lives ten days is not said to end in thirty");
    store.close().await;
}

#[tokio::test]
async fn everybody_is_told_of_their_own_and_admins_of_what_they_have_chosen_and_nobody_of_what_they_did() {
    let mailed = Mailed::new().await;
    let app = &mailed.app;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let token =
        app.service.create_token(&ines.caller, &form("Sync", &["projects:read"])).await.unwrap().token.id;
    assert_eq!(mailed.mails().await, Vec::<String>::new());
    app.service.rotate_token(&app.admin.caller, token, None, Overlap::of_seconds(0)).await.unwrap();
    let mails = mailed.mails().await;
    assert_eq!(mails.len(), 1);
    for text in
        ["ines@example.com ", "Ada Moreau rotated the token", "https://tokens.example.com/settings/tokens/"]
    {
        assert!(mails[0].contains(text), "{text}: {}", mails[0]);
    }
    let all = notices("everybodys:made", "at_once");
    assert!(matches!(app.service.choose_notices(&ines.caller, &all).await, Err(Error::Forbidden { .. })));
    app.service.choose_notices(&app.admin.caller, &all).await.unwrap();
    app.service.create_token(&ines.caller, &form("Other", &["projects:read"])).await.unwrap();
    let mails = mailed.mails().await;
    assert!(mails.len() == 1 && mails[0].starts_with("ada@example.com "), "{mails:?}");
    let none = notices("own:rotated", "never");
    app.service.choose_notices(&ines.caller, &none).await.unwrap();
    app.service.rotate_token(&app.admin.caller, token, None, Overlap::of_seconds(0)).await.unwrap();
    assert_eq!(mailed.mails().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_new_network_of_a_token_and_a_new_device_of_a_person_are_told_and_the_first_of_each_is_not() {
    let mailed = Mailed::new().await;
    let app = &mailed.app;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let made = app.service.create_token(&ines.caller, &form("Sync", &["projects:read"])).await.unwrap();
    let asker = app.asker().await;
    let last = app.last_line().await;
    for address in ["203.0.113.9", "203.0.113.200", "198.51.100.7", "198.51.100.8", "203.0.113.9"] {
        asker.verify(&json!({ "secret": made.secret.as_str(), "address": address })).await;
        app.service.flush_uses().await.unwrap();
    }
    assert_eq!(app.kinds_after(last).await, ["token.new_network"]);
    let mails = mailed.mails().await;
    assert!(mails.len() == 1 && mails[0].starts_with("ines@example.com "), "{mails:?}");
    assert!(mails[0].contains("198.51.100.0/24"), "{}", mails[0]);
    let sign_in = async || {
        let fields = [("email", "ines@example.com"), ("password", PASSWORD)];
        assert_eq!(app.stranger().post_form("/sign-in", &fields).await.status, StatusCode::SEE_OTHER);
    };
    let known = app.number("select count(*) from browser").await;
    app.run("delete from browser").await;
    sign_in().await;
    assert_eq!(mailed.mails().await, Vec::<String>::new(), "of {known} browsers, none is remembered");
    sign_in().await;
    let mails = mailed.mails().await;
    assert!(mails.len() == 1 && mails[0].contains("sign-in from a new device"), "{mails:?}");
}

#[tokio::test]
async fn of_the_tokens_of_a_service_account_its_stewards_are_told() {
    let mailed = Mailed::new().await;
    let app = &mailed.app;
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await);
    let team = app.group("Platform").await;
    let service = app.service_account("Nightly builds", Some(team)).await;
    app.join(team, ines.id(), true).await;
    app.join(team, otto.id(), false).await;
    let deploy = TokenForm { owner: Some(service.to_string()), ..form("Deploy", &["projects:read"]) };
    app.service.create_token(&app.admin.caller, &deploy).await.unwrap();
    let mails = mailed.mails().await;
    assert!(mails.len() == 1 && mails[0].starts_with("ines@example.com "), "{mails:?}");
}

#[tokio::test]
async fn who_wants_one_mail_a_day_gets_everything_in_one() {
    let mailed = Mailed::new().await;
    let app = &mailed.app;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let daily = notices("own:rotated", "daily");
    app.service.choose_notices(&ines.caller, &daily).await.unwrap();
    for name in ["One", "Two"] {
        let made = app.service.create_token(&ines.caller, &form(name, &["projects:read"])).await.unwrap();
        app.service
            .rotate_token(&app.admin.caller, made.token.id, None, Overlap::of_seconds(0))
            .await
            .unwrap();
    }
    assert_eq!(mailed.mails().await, Vec::<String>::new());
    app.clock.forward(DAY);
    let mails = mailed.mails().await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("2 things happened"), "{}", mails[0]);
    app.clock.forward(DAY);
    assert_eq!(mailed.mails().await, Vec::<String>::new());
}

#[tokio::test]
async fn while_the_mail_server_is_away_nothing_is_lost_and_general_says_so() {
    let mailed = Mailed::new().await;
    let app = &mailed.app;
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await);
    mailed.sink.be_away(true);
    mailed.tell(&[&ines, &otto]).await;
    assert_eq!(mailed.mails().await, Vec::<String>::new());
    assert!(mailed.is_said_to_be_away().await);
    assert!(!app.visitor_as(&ines).get("/settings/general").await.text.contains("Mail cannot be sent"));
    mailed.sink.be_away(false);
    mailed.sink.refuse("ines@example.com");
    app.clock.forward(HOUR);
    let mails = mailed.mails().await;
    assert!(mails.len() == 1 && mails[0].starts_with("otto@example.com "), "{mails:?}");
    assert!(!mailed.is_said_to_be_away().await);
    // A refused mail keeps no other from its reader, and is tried again.
    app.clock.forward(DAY);
    assert_eq!(mailed.mails().await, Vec::<String>::new());
    assert_eq!(app.number("select count(*) from notice").await, 1);
}

#[tokio::test]
async fn a_mail_server_that_says_nothing_or_knows_no_password_is_away() {
    let mailed = Mailed::new().await;
    let ines = mailed.app.user("Ines Okafor", Role::Member).await;
    for be in [MailSink::be_silent, MailSink::be_locked] {
        mailed.tell(&[&ines]).await;
        be(&mailed.sink, true);
        let sent = tokio::time::timeout(Duration::from_secs(10), mailed.mails()).await;
        assert_eq!(sent.ok(), Some(Vec::new()));
        assert!(mailed.is_said_to_be_away().await);
        be(&mailed.sink, false);
        mailed.app.clock.forward(5_000);
        assert_eq!(mailed.mails().await.len(), 1);
        assert!(!mailed.is_said_to_be_away().await);
    }
}

#[tokio::test]
async fn what_is_wrong_with_one_recipient_keeps_nobody_else_waiting() {
    let mailed = Mailed::new().await;
    let ines = mailed.app.user("Ines Okafor", Role::Member).await;
    let otto = mailed.app.user("Otto Brandt", Role::Member).await;
    // Whoever was there first comes first.
    for (answer, is_final) in [
        ("450 4.1.2 no such domain", false),
        ("452 4.2.2 full", false),
        ("501 5.1.3 not an address", true),
        ("530 5.7.1 not here", true),
        ("556 5.1.10 takes no mail", true),
    ] {
        mailed.sink.answer("ines@example.com", answer);
        mailed.tell(&[&ines, &otto]).await;
        let mails = mailed.mails().await;
        assert!(mails.len() == 1 && mails[0].starts_with("otto@example.com "), "{answer}: {mails:?}");
        assert!(!mailed.is_said_to_be_away().await, "{answer}");
        mailed.sink.answer("ines@example.com", "250 ok");
        mailed.app.clock.forward(HOUR);
        assert_eq!(mailed.mails().await.len(), usize::from(!is_final), "{answer}");
        mailed.app.clock.forward(DAY);
        assert_eq!(mailed.mails().await.len(), usize::from(is_final), "{answer}");
    }
    // A server that takes nothing but ASCII.
    mailed.app.run("update person set email = 'inés@example.com' where email = 'ines@example.com'").await;
    mailed.tell(&[&ines, &otto]).await;
    let mails = mailed.mails().await;
    assert!(mails.len() == 1 && mails[0].starts_with("otto@example.com "), "{mails:?}");
    assert!(!mailed.is_said_to_be_away().await);
    // What nobody takes for a week is given up.
    mailed.app.clock.forward(7 * DAY);
    assert_eq!(mailed.mails().await, Vec::<String>::new());
    assert_eq!(mailed.app.number("select count(*) from notice").await, 0);
}

#[tokio::test]
async fn who_is_disabled_is_told_nothing_any_more() {
    let mailed = Mailed::new().await;
    let app = &mailed.app;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.service.choose_notices(&ines.caller, &notices("own:rotated", "daily")).await.unwrap();
    mailed.tell(&[&ines]).await;
    assert_eq!(mailed.mails().await, Vec::<String>::new());
    app.service.disable_person(&app.admin.caller, ines.id()).await.unwrap();
    app.clock.forward(DAY);
    assert_eq!(mailed.mails().await, Vec::<String>::new());
    assert_eq!(app.number("select count(*) from notice").await, 0, "nor when the person comes back");
}

#[tokio::test]
async fn the_profile_shows_and_saves_what_somebody_is_told_of() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let visitor = app.visitor_as(&ines);
    let page = visitor.get("/profile").await.text;
    assert!(page.contains("Notifications") && !page.contains("Everybody’s"), "{page}");
    let saved = visitor.post_form("/profile/notifications", &[("own:expiring", "daily")]).await;
    assert_eq!((saved.status, saved.said()), (StatusCode::SEE_OTHER, "Saved your notifications.".to_owned()));
    assert!(app.visitor().get("/profile").await.text.contains("Everybody’s"));
    let how = "select count(*) from told_how where whose = 'own' and about = 'expiring' and how = 'daily'";
    assert_eq!(app.number(how).await, 1);
    let wrong = visitor.post_form("/profile/notifications", &[("own:expiring", "hourly")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}
