//! Who follows the audit log: leases, and lines that are noted.

use crate::support::TestApp;
use app::{
    domain::Timestamp,
    service::{Clock, FollowerKind, Lease},
};
use uuid::Uuid;

const OUTPUT: FollowerKind = FollowerKind::Output;

#[tokio::test]
async fn one_process_has_the_lease_until_it_ends_and_what_is_noted_without_it_does_not_count() {
    let app = TestApp::new().await;
    let (one, two) = (Uuid::from_u128(11), Uuid::from_u128(12));
    let lease = |holder, ms| {
        let until = Timestamp::from_millis(app.clock.now().as_millis() + ms);
        Lease { holder, until }
    };
    app.store.begin_to_follow(OUTPUT, 0).await.unwrap();
    let take =
        async |holder| app.store.lease_follower(OUTPUT.only(), lease(holder, 100), app.clock.now()).await;
    assert_eq!(take(one).await.unwrap().unwrap().line, 0);
    assert_eq!(take(two).await.unwrap(), None);
    assert_eq!(app.store.followers_due(two, app.clock.now()).await.unwrap(), []);
    assert!(!app.store.note_followed(OUTPUT.only(), lease(two, 100), 1).await.unwrap());
    assert!(app.store.note_followed(OUTPUT.only(), lease(one, 100), 1).await.unwrap());
    assert!(
        !app.store.note_followed(OUTPUT.only(), lease(one, 100), 0).await.unwrap(),
        "no line is forgotten"
    );
    app.clock.forward(100);
    assert_eq!(take(two).await.unwrap().unwrap().line, 1);
    assert!(!app.store.note_followed(OUTPUT.only(), lease(one, 100), 2).await.unwrap());
    app.store.release_follower(OUTPUT.only(), two).await.unwrap();
    assert_eq!(take(one).await.unwrap().unwrap().line, 1);
    // Beginning once more takes nothing back.
    app.store.begin_to_follow(OUTPUT, 0).await.unwrap();
    assert_eq!(take(one).await.unwrap().unwrap().line, 1);
}

#[tokio::test]
async fn what_failed_is_due_after_its_pause_and_what_is_complete_is_not() {
    let app = TestApp::new().await;
    let (one, now) = (Uuid::from_u128(11), app.clock.now());
    app.store.begin_to_follow(OUTPUT, 0).await.unwrap();
    let lease = Lease { holder: one, until: Timestamp::from_millis(now.as_millis() + 100) };
    let follower = app.store.lease_follower(OUTPUT.only(), lease, now).await.unwrap().unwrap();
    let due_at = Timestamp::from_millis(now.as_millis() + 50);
    app.store.note_unsent(&follower, one, now, due_at, "away").await.unwrap();
    assert_eq!(app.store.follower(OUTPUT.only()).await.unwrap(), Some(("away".to_owned(), Some(now))));
    assert_eq!(app.store.followers_due(one, now).await.unwrap(), []);
    assert_eq!(app.store.followers_due(one, due_at).await.unwrap(), [(OUTPUT.only(), OUTPUT)]);
    let lease = Lease { until: Timestamp::from_millis(now.as_millis() + 200), ..lease };
    assert!(app.store.lease_follower(OUTPUT.only(), lease, due_at).await.unwrap().is_some());
    let last = app.last_line().await;
    assert!(app.store.note_followed(OUTPUT.only(), lease, last).await.unwrap());
    assert_eq!(app.store.follower(OUTPUT.only()).await.unwrap(), Some((String::new(), None)));
    assert_eq!(app.store.followers_due(one, due_at).await.unwrap(), []);
    assert_eq!(app.store.follower(FollowerKind::Mail.only()).await.unwrap(), None);
}
