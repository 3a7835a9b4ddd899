use crate::support::TestApp;
use app::{
    domain::{Node, Scope, Timestamp},
    service::Clock,
};
use server::store::{open, open_existing};
use uuid::Uuid;

fn node(name: &str, seen_at: i64) -> Node {
    Node {
        name: name.to_owned(),
        version: "0.1.0".to_owned(),
        address: "http://127.0.0.1:3000".to_owned(),
        started_at: Timestamp::from_millis(1),
        seen_at: Timestamp::from_millis(seen_at),
        behind_ms: Some(120),
        is_this: false,
    }
}

#[tokio::test]
async fn what_nodes_have_told_last_is_listed_by_their_names_and_one_that_leaves_is_forgotten() {
    let app = TestApp::new().await;
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    let before = (app.fingerprint().await, app.number("select count(*) from change").await);
    app.store.report_node(two, &node("two", 10)).await.unwrap();
    app.store.report_node(one, &node("one", 20)).await.unwrap();
    let later = Node { behind_ms: None, ..node("two", 30) };
    app.store.report_node(two, &later).await.unwrap();
    let nodes = async |since| app.store.nodes(one, Timestamp::from_millis(since)).await.unwrap();
    assert_eq!(nodes(0).await, [Node { is_this: true, ..node("one", 20) }, later.clone()]);
    assert_eq!(nodes(20).await, std::slice::from_ref(&later));
    app.store.forget_nodes(two, Timestamp::from_millis(20)).await.unwrap();
    assert_eq!(nodes(0).await, [Node { is_this: true, ..node("one", 20) }]);
    app.store.forget_nodes(two, Timestamp::from_millis(21)).await.unwrap();
    assert_eq!(nodes(0).await, []);
    let after = (app.fingerprint().await, app.number("select count(*) from change").await);
    assert_eq!(after, before, "it is neither an event nor a change");
}

#[tokio::test]
async fn a_node_tells_how_far_its_memory_is_behind() {
    let app = TestApp::new().await;
    let service =
        app.service.clone().as_node("one".to_owned(), "0.1.0", "https://tokens.example.com".to_owned());
    service.report().await.unwrap();
    let listed = async || {
        let since = Timestamp::from_millis(app.clock.now().as_millis() - 1);
        app.store.nodes(Uuid::nil(), since).await.unwrap().pop().unwrap()
    };
    assert_eq!(listed().await.name, "one");
    assert!(listed().await.behind_ms.is_some_and(|ms| ms < 60_000));
    service.leave().await;
    assert_eq!(app.number("select count(*) from node").await, 0);
}

#[tokio::test]
async fn an_older_version_goes_on_beside_a_newer_one_that_has_only_added_something() {
    let app = TestApp::new().await;
    app.create("Deploy").await;
    app.run(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'only adds', true, x'00', 0);
         alter table token add column added text",
    )
    .await;
    for opened in [open(&app.database()).await, open_existing(&app.database()).await] {
        let store = opened.unwrap();
        assert_eq!(store.count_tokens(Scope::Everybody, 10).await.unwrap(), 1);
    }
    app.create("And on").await;
    app.run("update compatibility set oldest = 9999").await;
    let refused = open(&app.database()).await.map(drop).unwrap_err().to_string();
    assert!(refused.contains("was written by a newer Tokenry"), "{refused}");
}
