//! What has ended stays so on a server that loses the last changes under running nodes, as an asynchronous failover does.

use crate::{
    engine::Place,
    support::{TestApp, form},
};
use app::{
    domain::{Caller, Created, SecretPrefix, Verdict},
    service::{Service, Store, VerifyRequest},
};
use server::store::{DatabaseUrl, open};
use std::{path::PathBuf, sync::Arc};

async fn verdict(service: &Service, secret: &Created) -> Verdict {
    let secret = secret.secret.as_str();
    let request = VerifyRequest { secret, permissions: &[], address: None, client: "" };
    // A connection that the server has ended is made anew.
    loop {
        if let Ok(verification) = service.verify(&request).await {
            return verification.verdict;
        }
    }
}

/// A node of this installation, with a journal of its own.
async fn node(app: &TestApp, journal: Option<PathBuf>) -> (Service, Arc<dyn Store>) {
    let DatabaseUrl::Postgres(url) = app.database() else { panic!("{}", app.database()) };
    let store = open(&DatabaseUrl::Postgres(url.with_journal(journal))).await.unwrap();
    (Service::new(store.clone(), app.clock.clone(), SecretPrefix::default()), store)
}

#[tokio::test]
async fn what_a_failover_has_lost_is_ended_again_before_anybody_is_answered() {
    let app = TestApp::at(Place::with_journal().await).await;
    let (gone, kept) = (app.create("Gone").await, app.create("Kept").await);
    let (other, store) = node(&app, None).await;
    for service in [&app.service, &other] {
        assert_eq!(verdict(service, &gone).await, Verdict::Valid);
    }
    store.close().await;
    app.store.close().await;
    app.place.keep_aside().await;
    let (one, _one) = node(&app, Some(app.place.journal())).await;
    one.delete_token(&Caller::operator(), gone.token.id).await.unwrap();
    assert_eq!(verdict(&one, &gone).await, Verdict::Revoked);
    app.place.put_back().await;
    // Until its memory is compared the next time, the node knows what it knew.
    while app.number("select count(*) from event where kind = 'data.restored'").await == 0 {
        assert_eq!(verdict(&one, &gone).await, Verdict::Revoked);
    }
    assert_eq!(verdict(&one, &gone).await, Verdict::Revoked);
    assert_eq!(verdict(&one, &kept).await, Verdict::Valid);
    let (other, _other) = node(&app, None).await;
    assert_eq!(verdict(&other, &gone).await, Verdict::Revoked, "it is in the data again");
}

#[tokio::test]
async fn what_one_node_has_ended_again_a_second_one_that_knows_it_too_leaves_as_it_is_by_then() {
    let app = TestApp::at(Place::with_journal().await).await;
    let token = app.create("Deploy").await;
    app.store.close().await;
    app.place.keep_aside().await;
    let journals = [app.place.journal(), app.place.beside("second")];
    let (one, store) = node(&app, Some(journals[0].clone())).await;
    one.set_disabled(&Caller::operator(), token.token.id, None, true).await.unwrap();
    store.close().await;
    std::fs::copy(&journals[0], &journals[1]).unwrap();
    app.place.put_back().await;

    let (one, _one) = node(&app, Some(journals[0].clone())).await;
    assert_eq!(verdict(&one, &token).await, Verdict::Disabled);
    one.set_disabled(&Caller::operator(), token.token.id, None, false).await.unwrap();
    let (two, _two) = node(&app, Some(journals[1].clone())).await;
    assert_eq!(verdict(&two, &token).await, Verdict::Valid, "an admin has looked at it since");
    let lines = app.number("select count(*) from event where kind = 'data.restored'").await;
    assert_eq!(lines, 1);
}

#[tokio::test]
async fn a_node_keeps_what_others_have_ended() {
    let app = TestApp::at(Place::with_journal().await).await;
    let token = app.create("Deploy").await;
    app.service.be_ready().await.unwrap();
    let (other, _other) = node(&app, None).await;
    other.create_token(&app.admin.caller, &form("Another", &["projects:read"])).await.unwrap();
    other.delete_token(&Caller::operator(), token.token.id).await.unwrap();
    while !std::fs::read_to_string(app.place.journal()).unwrap().contains("token.deleted") {
        app.service.be_ready().await.unwrap();
        verdict(&app.service, &token).await;
        tokio::task::yield_now().await;
    }
}
