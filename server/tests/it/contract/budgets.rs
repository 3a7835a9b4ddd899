use crate::support::{PASSWORD, TestApp, form};
use app::{
    domain::{Created, Error, SecretPrefix, TokenForm, Verdict, Visit},
    service::{BrowserKeys, Service, Spending, VerifyRequest},
};
use server::store::open;

const HOUR: u64 = 3_600_000_000_000;

fn spending(name: &str, cost: u64) -> Spending {
    Spending { budget: name.to_owned(), cost, span: HOUR }
}

#[tokio::test]
async fn a_budget_is_spent_as_far_as_it_goes_and_nothing_of_what_does_not_fit() {
    let app = TestApp::new().await;
    let before = (app.fingerprint().await, app.number("select count(*) from change").await);
    let spend = async |spent: &[Spending]| app.store.spend(spent).await.unwrap();
    let near =
        |left: Option<u64>, whole: u64| left.is_some_and(|left| left <= whole && left + HOUR / 60 > whole);
    assert!(near(spend(&[spending("one", HOUR / 4)]).await[0], HOUR / 4));
    let both = spend(&[spending("other", HOUR), spending("one", HOUR / 2)]).await;
    assert!(near(both[0], HOUR) && near(both[1], HOUR * 3 / 4), "{both:?}");
    assert_eq!(spend(&[spending("one", HOUR / 2)]).await, [None]);
    assert!(near(spend(&[spending("one", 0)]).await[0], HOUR * 3 / 4), "the refused one has cost nothing");
    assert_eq!(spend(&[]).await, []);
    app.store.forget_budgets().await.unwrap();
    assert_eq!(spend(&[spending("one", HOUR / 2)]).await, [None], "what is not whole is not forgotten");
    let after = (app.fingerprint().await, app.number("select count(*) from change").await);
    assert_eq!(after, before, "it is neither an event nor a change");
}

#[tokio::test]
async fn what_has_come_back_is_there_again_and_is_forgotten() {
    let app = TestApp::new().await;
    let short = Spending { span: 1_000_000, ..spending("short", 1_000_000) };
    app.store.spend(std::slice::from_ref(&short)).await.unwrap();
    while app.store.spend(std::slice::from_ref(&short)).await.unwrap() == [None] {
        tokio::task::yield_now().await;
    }
    while app.number("select count(*) from budget").await > 0 {
        app.store.forget_budgets().await.unwrap();
    }
}

#[tokio::test]
async fn an_end_that_only_a_clock_that_was_set_back_explains_counts_for_nothing() {
    let app = TestApp::new().await;
    app.store.spend(&[spending("one", HOUR)]).await.unwrap();
    app.run("update budget set whole_at = whole_at + 3600000000000").await;
    let left = app.store.spend(&[spending("one", HOUR / 2)]).await.unwrap();
    assert!(left[0].is_some_and(|left| left <= HOUR / 2), "{left:?}");
}

/// Two nodes that know of each other.
async fn nodes(app: &TestApp) -> [Service; 2] {
    let other = open(&app.database()).await.unwrap();
    let other = Service::new(other, app.clock.clone(), SecretPrefix::default());
    let named = |service: Service, name: &str| service.as_node(name.to_owned(), "0.1.0", String::new());
    let nodes = [named(app.service.clone(), "one"), named(other, "two")];
    for node in &nodes {
        node.report().await.unwrap();
    }
    for node in &nodes {
        node.count_nodes().await.unwrap();
    }
    nodes
}

async fn limited(app: &TestApp, name: &str) -> Created {
    let (requests, seconds) = (Some("40".to_owned()), Some("3600".to_owned()));
    let form = form(name, &["projects:read"]);
    app.made(&TokenForm { rate_requests: requests, rate_seconds: seconds, ..form }).await
}

/// The number of the next verifications that are valid, of those that nodes are asked for in this order.
async fn valid(token: &Created, nodes: impl Iterator<Item = &Service>) -> usize {
    let mut count = 0;
    for node in nodes {
        let request =
            VerifyRequest { secret: token.secret.as_str(), permissions: &[], address: None, client: "" };
        let verdict = node.verify(&request).await.unwrap().verdict;
        assert!([Verdict::Valid, Verdict::RateLimited].contains(&verdict), "{verdict}");
        count += usize::from(verdict == Verdict::Valid);
    }
    count
}

#[tokio::test]
async fn a_token_that_is_used_on_one_of_two_nodes_has_its_whole_limit_there() {
    let app = TestApp::new().await;
    let [one, other] = nodes(&app).await;
    let token = limited(&app, "Limited").await;
    assert_eq!(valid(&token, [&one].into_iter().cycle().take(60)).await, 40);
    assert!(
        valid(&token, [&other].into_iter().cycle().take(20)).await <= 1,
        "the other one knows of all but the last"
    );
}

#[tokio::test]
async fn on_two_nodes_a_token_gets_its_limit_and_at_most_half_of_it_more() {
    let app = TestApp::new().await;
    let [one, other] = nodes(&app).await;
    let in_turn = limited(&app, "In turn").await;
    let got = valid(&in_turn, [&one, &other].into_iter().cycle().take(200)).await;
    assert!((40..=60).contains(&got), "{got}");
    // The worst: one node leases, and spends that only after the other has spent everything.
    let in_turns = limited(&app, "In turns").await;
    let mut got = valid(&in_turns, [&one].into_iter()).await;
    got += valid(&in_turns, [&other].into_iter().cycle().take(100)).await;
    got += valid(&in_turns, [&one].into_iter().cycle().take(100)).await;
    assert!((40..=60).contains(&got), "{got}");
    assert_eq!(valid(&in_turns, [&one, &other].into_iter().cycle().take(50)).await, 0);
}

#[tokio::test]
async fn a_node_that_is_alone_again_spends_what_is_left_without_the_data() {
    let app = TestApp::new().await;
    let [one, other] = nodes(&app).await;
    let token = limited(&app, "Limited").await;
    assert_eq!(valid(&token, [&one].into_iter().cycle().take(10)).await, 10);
    other.leave().await;
    one.count_nodes().await.unwrap();
    app.run("drop table budget").await;
    assert_eq!(valid(&token, [&one].into_iter().cycle().take(50)).await, 30);
}

#[tokio::test]
async fn where_no_lease_can_be_had_there_is_no_answer() {
    let app = TestApp::new().await;
    let [one, _] = nodes(&app).await;
    let token = limited(&app, "Limited").await;
    app.run("alter table budget rename to away").await;
    let request =
        VerifyRequest { secret: token.secret.as_str(), permissions: &[], address: None, client: "" };
    assert_eq!(one.verify(&request).await.unwrap_err(), Error::Unavailable);
    app.run("alter table away rename to budget").await;
    assert_eq!(valid(&token, [&one].into_iter().cycle().take(50)).await, 40);
}

#[tokio::test]
async fn attempts_to_sign_in_are_counted_on_all_nodes_together() {
    let app = TestApp::new().await;
    let nodes = nodes(&app).await;
    let visit = Visit { address: "192.0.2.7".to_owned(), ..Visit::command_line() };
    let mut tried = 0;
    for node in nodes.iter().cycle().take(20) {
        match node.sign_in("ada@example.com", "not this one", BrowserKeys::default(), &visit).await {
            Err(Error::SignInRefused) => tried += 1,
            other => assert!(matches!(other, Err(Error::TooMany { .. })), "{other:?}"),
        }
    }
    assert_eq!(tried, 10);
    let right = nodes[0].sign_in("ada@example.com", PASSWORD, BrowserKeys::default(), &visit).await;
    assert!(matches!(right, Err(Error::TooMany { .. })), "nobody learns here whether it was right");
}
