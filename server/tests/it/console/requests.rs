//! Asking for a permission, and the answer.

use crate::support::{
    TestApp,
    accounts::{ask, grants},
    people::event,
};
use app::{
    domain::{
        AnswerForm, AskForm, Description, EVERYONE, Error, EventKind, Field, PersonId, REQUESTS_SHOWN,
        RequestId, Role,
    },
    service::{NewRequest, StoreError},
};

fn answer(id: &str, answer: &str) -> AnswerForm {
    AnswerForm { id: id.into(), answer: answer.into(), word: "As agreed".into() }
}

#[tokio::test]
async fn what_is_granted_can_be_given_at_once_and_the_asker_sees_the_answer() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.tighten().await;
    let id = app.asked(&ines, "billing:read").await;
    let waiting = app.service.requests(&app.admin.caller).await.unwrap().open;
    assert!(waiting.len() == 1 && waiting[0].may_answer);
    app.service.answer(&app.admin.caller, &answer(&id, "grant")).await.unwrap();
    assert_eq!(app.store.grants(ines.id()).await.unwrap(), grants("billing:read"));
    let form = crate::support::form("Sync", &["billing:read"]);
    app.service.create_token(&ines.caller, &form).await.unwrap();
    let seen = app.service.requests(&ines.caller).await.unwrap();
    let answered = seen.answered[0].request.answer.as_ref().unwrap();
    assert!(seen.open.is_empty() && answered.is_granted);
    assert_eq!((answered.by.name.as_str(), answered.word.as_str()), ("Ada Moreau", "As agreed"));
    let again = app.service.answer(&app.admin.caller, &answer(&id, "decline")).await;
    assert_eq!(again.err(), Some(Error::NoSuchRequest), "it is answered once");
    let late = app.visitor().get(&format!("/settings/requests/{id}/answer")).await;
    assert!(late.dialog().contains("Ada Moreau has granted it meanwhile."), "{}", late.text);
}

#[tokio::test]
async fn what_is_declined_grants_nothing() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.tighten().await;
    let id = app.asked(&ines, "billing:read").await;
    app.service.answer(&app.admin.caller, &answer(&id, "decline")).await.unwrap();
    assert!(app.store.grants(ines.id()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_steward_passes_on_what_they_may_give_and_nothing_else() {
    let app = TestApp::new().await;
    let (steward, ines) =
        (app.user("Otto Brandt", Role::Member).await, app.user("Ines Okafor", Role::Member).await);
    let stranger = app.user("Bea Sato", Role::Member).await;
    app.tighten().await;
    app.grant(steward.id(), "billing:read").await;
    let team = app.group("Billing team").await;
    app.join(team, steward.id(), true).await;
    app.join(team, ines.id(), false).await;
    let (read, write) = (app.asked(&ines, "billing:read").await, app.asked(&ines, "billing:write").await);
    let theirs = app.asked(&stranger, "billing:read").await;
    let open = app.service.requests(&steward.caller).await.unwrap().open;
    assert_eq!(
        open.iter().map(|row| row.request.id.to_string()).collect::<Vec<_>>(),
        std::slice::from_ref(&read)
    );
    for beyond in [&write, &theirs] {
        let refused = app.service.answer(&steward.caller, &answer(beyond, "grant")).await;
        assert_eq!(refused.err(), Some(Error::NoSuchRequest));
    }
    // Nobody answers themselves.
    let own = app.service.answer(&ines.caller, &answer(&read, "grant")).await;
    assert!(matches!(own, Err(Error::Forbidden { .. })), "{own:?}");
    app.service.answer(&steward.caller, &answer(&read, "grant")).await.unwrap();
    assert_eq!(app.store.grants(ines.id()).await.unwrap(), grants("billing:read"));
}

#[tokio::test]
async fn nobody_asks_for_what_they_may_give_or_for_what_is_not_there_or_twice() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.grant(EVERYONE, "projects:*").await;
    let code = async |form: AskForm| match app.service.ask(&ines.caller, &form).await {
        Err(Error::Invalid { errors }) => format!("{:?} {}", errors[0].field, errors[0].code),
        other => format!("{other:?}").chars().take(2).collect(),
    };
    assert_eq!(code(ask("projects:read")).await, "Permissions granted");
    assert_eq!(code(ask("ghosts:summon")).await, "Permissions unknown");
    assert_eq!(code(ask("tokenry.tokens:read")).await, "Permissions unknown");
    assert_eq!(code(AskForm { reason: String::new(), ..ask("billing:read") }).await, "Reason empty");
    let other = AskForm { account: app.admin.id().to_string(), ..ask("billing:read") };
    assert_eq!(code(other).await, format!("{:?} unknown", Field::Owner));
    assert_eq!(code(ask("billing:read")).await, "Ok");
    assert_eq!(code(ask("billing:read")).await, "Permissions asked");
    let viewer: PersonId = app.user("Vera Lindqvist", Role::Viewer).await.id();
    assert!(app.store.requests(true, Some(viewer), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_asked_for_an_account_is_answered_by_its_own_stewards_and_not_by_those_of_the_asker() {
    let app = TestApp::new().await;
    let [boss, asker, peer] = [
        app.user("Otto Brandt", Role::Member).await,
        app.user("Ines Okafor", Role::Member).await,
        app.user("Bea Sato", Role::Member).await,
    ];
    app.tighten().await;
    let (team, other) = (app.group("Billing team").await, app.group("Release").await);
    for steward in [boss.id(), peer.id()] {
        app.grant(steward, "billing:read").await;
    }
    app.join(team, boss.id(), true).await;
    app.join(team, asker.id(), false).await;
    app.join(other, boss.id(), false).await;
    for steward in [asker.id(), peer.id()] {
        app.join(other, steward, true).await;
    }
    let machine = app.service_account("Nightly builds", Some(other)).await;
    for account in [other, machine] {
        app.clock.forward(1);
        let asked = AskForm { account: account.to_string(), ..ask("billing:read") };
        let id = app.service.ask(&asker.caller, &asked).await.unwrap().id.to_string();
        assert!(app.service.requests(&boss.caller).await.unwrap().open.is_empty());
        let beyond = app.service.answer(&boss.caller, &answer(&id, "grant")).await;
        assert_eq!(beyond.err(), Some(Error::NoSuchRequest));
        assert!(app.service.requests(&peer.caller).await.unwrap().open[0].may_answer);
        app.service.answer(&peer.caller, &answer(&id, "grant")).await.unwrap();
        assert_eq!(app.store.grants(account).await.unwrap(), grants("billing:read"));
    }
}

#[tokio::test]
async fn nobody_answers_any_more_once_they_may_not_not_even_in_that_moment() {
    let app = TestApp::new().await;
    let (steward, ines) =
        (app.user("Otto Brandt", Role::Member).await, app.user("Ines Okafor", Role::Member).await);
    app.tighten().await;
    let team = app.group("Billing team").await;
    app.join(team, ines.id(), false).await;
    let id = app.asked(&ines, "billing:read").await.parse().unwrap();
    let word = Description::parse("").unwrap();
    let refused = async || app.store.answer_request(id, steward.id(), true, &word, &[]).await;
    // A steward who may not give it; one who may, but is none; and one who is disabled.
    app.join(team, steward.id(), true).await;
    assert!(matches!(refused().await, Err(StoreError::NoSuchRequest)));
    app.grant(steward.id(), "billing:*").await;
    app.join(team, steward.id(), false).await;
    assert!(matches!(refused().await, Err(StoreError::NoSuchRequest)));
    app.join(team, steward.id(), true).await;
    app.service.disable_person(&app.admin.caller, steward.id()).await.unwrap();
    assert!(matches!(refused().await, Err(StoreError::NoSuchRequest)));
    assert!(app.store.grants(ines.id()).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_requests_of_others_hide_neither_ones_own_nor_those_to_answer() {
    let app = TestApp::new().await;
    let (steward, ines) =
        (app.user("Otto Brandt", Role::Member).await, app.user("Ines Okafor", Role::Member).await);
    app.tighten().await;
    let team = app.group("Billing team").await;
    app.grant(steward.id(), "billing:read").await;
    app.join(team, steward.id(), true).await;
    app.join(team, ines.id(), false).await;
    let loud = app.user("Bea Sato", Role::Member).await;
    let first = app.asked(&loud, "billing:write").await;
    // As many as are shown, and older than what follows.
    app.clock.forward(1);
    for number in 0..REQUESTS_SHOWN {
        let at = app.service.now();
        let new = NewRequest {
            id: RequestId::from_uuid(uuid::Uuid::new_v4()),
            asker: loud.id(),
            account: loud.id(),
            permission: format!("part{number}:read").parse().unwrap(),
            reason: Description::parse("Now").unwrap(),
            at,
            most: u32::MAX,
        };
        let said = event(EventKind::PermissionAsked, loud.id(), at);
        app.store.insert_request(&new, &said).await.unwrap();
    }
    let (theirs, own) = (app.asked(&ines, "billing:read").await, app.asked(&steward, "projects:read").await);
    let shown = app.service.requests(&steward.caller).await.unwrap().open;
    let shown: Vec<_> = shown.iter().map(|row| (row.request.id.to_string(), row.may_answer)).collect();
    assert_eq!(shown, [(theirs, true), (own, false)]);
    let own = app.service.requests(&loud.caller).await.unwrap().open;
    assert_eq!(own[0].request.id.to_string(), first);
}
