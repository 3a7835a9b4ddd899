//! Memory is never believed beyond its bound: not after a write by this process or another one, and not when the data
//! is away.

use crate::support::TestApp;
use app::{
    domain::{Error, Overlap, SecretPrefix, Verdict},
    service::{Service, VerifyRequest},
};
use server::store::open;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

async fn verdict(service: &Service, secret: &str) -> Result<Verdict, Error> {
    let request = VerifyRequest { secret, permissions: &[], address: None, client: "" };
    service.verify(&request).await.map(|verification| verification.verdict)
}

#[tokio::test]
async fn a_revoked_secret_is_refused_by_the_very_next_request_however_hot_it_was() {
    let app = TestApp::new().await;
    for round in 0..100 {
        let created = app.token_with(&["projects:read"]).await;
        let secret = created.secret.as_str();
        for _ in 0..10 {
            assert_eq!(verdict(&app.service, secret).await, Ok(Verdict::Valid));
        }
        match round % 3 {
            0 => app.service.delete_token(&app.admin.caller, created.token.id).await.unwrap(),
            1 => assert_eq!(app.stranger().revoke(secret).await.status, 200),
            _ => drop(
                app.service
                    .rotate_token(&app.admin.caller, created.token.id, None, Overlap::of_seconds(0))
                    .await
                    .unwrap(),
            ),
        }
        assert_eq!(verdict(&app.service, secret).await, Ok(Verdict::Revoked), "{round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_that_begins_after_the_acknowledgement_is_the_old_one() {
    let app = Arc::new(TestApp::new().await);
    for _ in 0..50 {
        let created = app.token_with(&["projects:read"]).await;
        let secret = Arc::new(created.secret.as_str().to_owned());
        // Others ask all the time, so that an answer read before the write could be kept after it.
        let askers: Vec<_> = (0..4)
            .map(|_| {
                let (service, secret) = (app.service.clone(), secret.clone());
                tokio::spawn(async move {
                    while verdict(&service, &secret).await == Ok(Verdict::Valid) {
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        app.service.delete_token(&app.admin.caller, created.token.id).await.unwrap();
        for _ in 0..20 {
            assert_eq!(verdict(&app.service, &secret).await, Ok(Verdict::Revoked));
        }
        for asker in askers {
            asker.await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_another_process_changes_is_seen_within_a_second() {
    let app = TestApp::new().await;
    let store = open(&app.database()).await.unwrap();
    let other = Service::new(store, app.clock.clone(), SecretPrefix::default());
    for _ in 0..3 {
        let created = app.token_with(&["projects:read"]).await;
        let secret = created.secret.as_str();
        assert_eq!(verdict(&app.service, secret).await, Ok(Verdict::Valid));
        other.delete_token(&app.admin.caller, created.token.id).await.unwrap();
        let told = Instant::now();
        while verdict(&app.service, secret).await == Ok(Verdict::Valid) {
            assert!(told.elapsed() < Duration::from_secs(1), "an old answer");
            tokio::task::yield_now().await;
        }
        assert_eq!(verdict(&app.service, secret).await, Ok(Verdict::Revoked));
    }
}

#[tokio::test]
async fn what_another_process_has_ended_is_dead_here_as_soon_as_it_was_ended_again() {
    let app = TestApp::new().await;
    let store = open(&app.database()).await.unwrap();
    let other = Service::new(store, app.clock.clone(), SecretPrefix::default());
    for round in 0..5 {
        let secret = app.secret_with(&["projects:read"]).await;
        assert_eq!(verdict(&app.service, &secret).await, Ok(Verdict::Valid));
        other.revoke_secret(&secret, None, &app.admin.caller.visit).await.unwrap();
        assert_eq!(app.stranger().revoke(&secret).await.status, 200);
        assert_eq!(verdict(&app.service, &secret).await, Ok(Verdict::Revoked), "{round}");
    }
}

#[tokio::test]
async fn without_the_data_there_is_soon_no_answer_and_never_a_wrong_one() {
    let app = TestApp::new().await;
    let created = app.token_with(&["projects:read"]).await;
    let asker = app.asker().await;
    let secret = created.secret.as_str();
    assert_eq!(verdict(&app.service, secret).await, Ok(Verdict::Valid));
    app.store.close().await;
    let away = Instant::now();
    let mut last = Ok(Verdict::Valid);
    while away.elapsed() < Duration::from_millis(1_200) {
        let began = Instant::now();
        let now = verdict(&app.service, secret).await;
        assert!(matches!(now, Ok(Verdict::Valid) | Err(Error::Unavailable)), "{now:?}");
        assert!(now.is_err() || last.is_ok(), "once it is not known, it stays so");
        assert!(now.is_err() || began.duration_since(away) < Duration::from_secs(1), "beyond the bound");
        last = now;
        tokio::task::yield_now().await;
    }
    assert_eq!(last, Err(Error::Unavailable));
    let answer = asker.post("/v1/verify", &serde_json::json!({ "secret": secret })).await;
    assert_eq!(answer.status, 503);
    assert_ne!(answer.header(axum::http::header::RETRY_AFTER), "");
    let answer = app.stranger().forward_auth("?any=1", Some(secret), &[]).await;
    assert_eq!(answer.status, 503);
    assert_eq!(app.stranger().get("/healthz").await.status, 200);
    assert_eq!(app.stranger().get("/readyz").await.status, 503);
    assert_eq!(asker.introspect(secret).await.status, 503);
    assert_eq!(app.stranger().revoke(secret).await.status, 503);
}

#[tokio::test]
async fn whoever_cannot_write_is_not_ready_and_is_again_as_soon_as_they_can() {
    let app = TestApp::new().await;
    let secret = app.secret_with(&["projects:read"]).await;
    assert_eq!(app.stranger().get("/readyz").await.status, 200);
    for table in ["heartbeat", "event"] {
        app.refuse_inserts(table).await;
    }
    let ready = async |wanted: u16| {
        let began = Instant::now();
        loop {
            let answer = app.stranger().get("/readyz").await;
            if answer.status == wanted {
                break answer.text;
            }
            // The data is asked at most once a second.
            assert!(began.elapsed() < Duration::from_secs(5), "{}", answer.text);
            tokio::task::yield_now().await;
        }
    };
    assert!(ready(503).await.contains("nothing can be written"));
    assert!(!app.service.is_writable());
    for _ in 0..5 {
        assert_eq!(app.stranger().revoke(&secret).await.status, 503);
    }
    assert_eq!(verdict(&app.service, &secret).await, Ok(Verdict::Valid), "reading goes on");
    for table in ["heartbeat", "event"] {
        app.allow_inserts(table).await;
    }
    assert_eq!(app.stranger().revoke(&secret).await.status, 200, "at once, and without a restart");
    assert_eq!(ready(200).await, "ready\n");
    assert_eq!(verdict(&app.service, &secret).await, Ok(Verdict::Revoked));
}
