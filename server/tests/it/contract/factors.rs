//! Second factors, and what is begun and not yet done.

use crate::support::{TestApp, event};
use app::{
    domain::{EventKind, Timestamp},
    service::{AppSeed, Ceremony, CeremonyKind, Clock, Key, KeyDigest, StoreError},
};

fn digest(text: &str) -> KeyDigest {
    KeyDigest::of(text.as_bytes())
}

#[tokio::test]
async fn codes_are_spent_once_and_steps_only_forward() {
    let app = TestApp::new().await;
    let (ada, at) = (app.admin.id(), app.clock.now());
    let of = |kind| event(kind, ada, at);
    let none = app.store.replace_codes(ada, &[digest("a")], &of(EventKind::CodesMade)).await;
    assert!(matches!(none, Err(StoreError::NoSuchFactor)));
    let seed = AppSeed { seed: vec![7; 20], last_step: 5 };
    let codes = [digest("a"), digest("b")];
    assert!(app.store.insert_app(ada, &seed, false, &codes, &of(EventKind::AppAdded)).await.unwrap());
    let again = app.store.insert_app(ada, &seed, false, &[digest("c")], &of(EventKind::AppAdded)).await;
    assert!(!again.unwrap(), "there are some already");
    for (step, is_spent) in [(5, false), (4, false), (6, true), (6, false), (7, true)] {
        assert_eq!(app.store.spend_step(ada, step).await.unwrap(), is_spent, "{step}");
    }
    for (code, is_spent) in [("c", false), ("a", true), ("a", false)] {
        let spent = app.store.spend_code(ada, &digest(code), &of(EventKind::CodeUsed)).await.unwrap();
        assert_eq!(spent, is_spent, "{code}");
    }
    assert_eq!(app.store.factors(ada).await.unwrap().codes_left, 1);
    let kept = app.store.remove_app(ada, true, &of(EventKind::AppRemoved)).await;
    assert!(matches!(kept, Err(StoreError::LastFactor)));
    assert!(app.store.factors(ada).await.unwrap().has_any());
    app.store.remove_app(ada, false, &of(EventKind::AppRemoved)).await.unwrap();
    let factors = app.store.factors(ada).await.unwrap();
    assert!(!factors.has_any() && factors.codes_left == 0);
    let gone = app.store.remove_app(ada, false, &of(EventKind::AppRemoved)).await;
    assert!(matches!(gone, Err(StoreError::NoSuchFactor)));
}

#[tokio::test]
async fn a_reset_removes_every_factor_and_ends_all_sessions() {
    let app = TestApp::new().await;
    let (ada, at) = (app.admin.id(), app.clock.now());
    let seed = AppSeed { seed: vec![7; 20], last_step: 5 };
    app.store
        .insert_app(ada, &seed, false, &[digest("a")], &event(EventKind::AppAdded, ada, at))
        .await
        .unwrap();
    app.store.reset_factors(ada, &event(EventKind::FactorsReset, ada, at)).await.unwrap();
    let factors = app.store.factors(ada).await.unwrap();
    assert!(!factors.has_any() && factors.codes_left == 0);
    assert!(app.store.sessions(ada).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_ceremony_is_taken_once_by_its_kind_and_in_time() {
    let app = TestApp::new().await;
    let now = app.clock.now();
    let later = |millis| Timestamp::from_millis(now.as_millis() + millis);
    let key = Key::generate().unwrap().digest();
    let begin = |state: &str| Ceremony {
        kind: CeremonyKind::App,
        person: Some(app.admin.id()),
        state: state.to_owned(),
        ends_at: later(10),
    };
    app.store.begin_ceremony(&key, &begin("one"), now).await.unwrap();
    app.store.begin_ceremony(&key, &begin("two"), now).await.unwrap();
    let found = app.store.ceremony(&key, CeremonyKind::App, later(9)).await.unwrap();
    assert_eq!(found, Some((Some(app.admin.id()), "two".to_owned())));
    for (kind, at) in [(CeremonyKind::SignIn, now), (CeremonyKind::App, later(10))] {
        assert_eq!(app.store.take_ceremony(&key, kind, at).await.unwrap(), None, "{kind:?}");
    }
    assert!(app.store.take_ceremony(&key, CeremonyKind::App, now).await.unwrap().is_some());
    assert!(app.store.take_ceremony(&key, CeremonyKind::App, now).await.unwrap().is_none());

    app.store.begin_ceremony(&key, &begin("three"), now).await.unwrap();
    let other = Key::generate().unwrap().digest();
    app.store
        .begin_ceremony(&other, &Ceremony { ends_at: later(90), ..begin("four") }, later(10))
        .await
        .unwrap();
    assert_eq!(app.number("select count(*) from ceremony").await, 1, "what is over is forgotten");
}
