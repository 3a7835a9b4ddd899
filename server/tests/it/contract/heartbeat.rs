use crate::support::House;
use app::{domain::Timestamp, service::HeartbeatStore};
use server::store::open_sqlite;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

#[tokio::test]
async fn the_latest_time_is_remembered_by_whichever_process_it_was_seen() {
    let house = House::new().await;
    let other = open_sqlite(&house.database()).await.unwrap();
    assert_eq!(house.store.latest_beat().await.unwrap(), None);
    assert_eq!(house.store.beat(at(1_000)).await.unwrap(), at(1_000));
    assert_eq!(other.beat(at(5_000)).await.unwrap(), at(5_000));
    assert_eq!(house.store.beat(at(2_000)).await.unwrap(), at(5_000));
    assert_eq!(house.store.latest_beat().await.unwrap(), Some(at(5_000)));
    house.store.close().await;
    let again = open_sqlite(&house.database()).await.unwrap();
    assert_eq!(again.beat(at(0)).await.unwrap(), at(5_000));
}

#[tokio::test]
async fn a_heartbeat_is_no_event_and_no_change() {
    let house = House::new().await;
    let before = (house.fingerprint().await, house.number("select count(*) from change").await);
    house.store.beat(at(1_000)).await.unwrap();
    assert_eq!((house.fingerprint().await, house.number("select count(*) from change").await), before);
}
