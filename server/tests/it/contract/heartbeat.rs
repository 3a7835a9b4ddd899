use crate::support::TestApp;
use app::domain::Timestamp;
use server::store::open;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

#[tokio::test]
async fn the_latest_time_is_remembered_by_whichever_process_it_was_seen() {
    let app = TestApp::new().await;
    let other = open(&app.database()).await.unwrap();
    assert_eq!(app.store.latest_beat().await.unwrap(), None);
    assert_eq!(app.store.beat(at(1_000)).await.unwrap(), at(1_000));
    assert_eq!(other.beat(at(5_000)).await.unwrap(), at(5_000));
    assert_eq!(app.store.beat(at(2_000)).await.unwrap(), at(5_000));
    assert_eq!(app.store.latest_beat().await.unwrap(), Some(at(5_000)));
    app.store.close().await;
    let again = open(&app.database()).await.unwrap();
    assert_eq!(again.beat(at(0)).await.unwrap(), at(5_000));
}

#[tokio::test]
async fn a_heartbeat_is_no_event_and_no_change() {
    let app = TestApp::new().await;
    let before = (app.fingerprint().await, app.number("select count(*) from change").await);
    app.store.beat(at(1_000)).await.unwrap();
    assert_eq!((app.fingerprint().await, app.number("select count(*) from change").await), before);
}
