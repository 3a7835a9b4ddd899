//! Asking for a permission, and the answer.

use crate::support::{
    TestApp,
    accounts::{ask, grants},
};
use app::domain::{AnswerForm, AskForm, EVERYONE, Error, Field, PersonId, Role};

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
