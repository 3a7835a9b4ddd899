//! Owners that are not people: who manages their tokens, and that nobody signs in as one.

use crate::support::{PASSWORD, TestApp, accounts::verdict_on, form};
use app::{
    domain::{AccountKind, Error, Field, Overlap, PersonId, Role, TokenForm, TokenListForm, Verdict},
    service::{BrowserKeys, Restored},
};

fn form_of(owner: PersonId, name: &str) -> TokenForm {
    TokenForm { owner: Some(owner.to_string()), ..form(name, &["projects:read"]) }
}

#[tokio::test]
async fn a_steward_manages_the_tokens_of_a_group_and_its_service_accounts_as_their_own() {
    let app = TestApp::new().await;
    let (steward, member) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await);
    let team = app.group("Platform").await;
    let service = app.service_account("Nightly builds", Some(team)).await;
    app.join(team, steward.id(), true).await;
    app.join(team, member.id(), false).await;
    for owner in [team, service] {
        app.clock.forward(1);
        let made = app.service.create_token(&steward.caller, &form_of(owner, "Deploy")).await.unwrap();
        let id = made.token.id;
        assert_eq!(made.token.owner.id, owner);
        assert_eq!(verdict_on(&app.service, made.secret.as_str(), "projects:read").await, Verdict::Valid);
        let wider = form("Deploy", &["projects:read", "projects:write"]);
        app.service.edit_token(&steward.caller, id, 1, &wider).await.unwrap();
        app.service.rotate_token(&steward.caller, id, None, Overlap::of_seconds(0)).await.unwrap();
        app.service.set_disabled(&steward.caller, id, None, true).await.unwrap();
        app.service.set_disabled(&steward.caller, id, None, false).await.unwrap();
        let list = TokenListForm { owner: owner.to_string(), ..TokenListForm::default() };
        let page = app.service.token_page(&steward.caller, &list).await.unwrap();
        assert_eq!(page.list.tokens.iter().map(|token| token.id).collect::<Vec<_>>(), [id]);
        // A member who is not a steward does not even see it.
        assert_eq!(app.service.token(&member.caller, id).await, Err(Error::NotFound));
        assert_eq!(app.service.delete_token(&member.caller, id).await, Err(Error::NotFound));
        let refused = app.service.create_token(&member.caller, &form_of(owner, "Mine")).await;
        assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
        app.service.delete_token(&steward.caller, id).await.unwrap();
        let back = app.service.restore_token(&steward.caller, id, None, None).await.unwrap();
        assert!(matches!(back, Restored::Done(_)));
    }
    // From the moment on in which they are not a steward any more, they manage none of it.
    app.join(team, steward.id(), false).await;
    let refused = app.service.create_token(&steward.caller, &form_of(team, "Late")).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })), "{refused:?}");
    assert!(app.service.stewarded_by(&steward.caller).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_belongs_to_an_account_that_is_there_and_not_disabled() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let service = app.service_account("Nightly builds", None).await;
    let refused = async |owner: PersonId| {
        let made = app.service.create_token(&app.admin.caller, &form_of(owner, "Deploy")).await;
        made.unwrap_err().detail_for(Field::Owner).map(str::to_owned)
    };
    let detail = Some("Choose yourself, or a group or service account that is not disabled.".to_owned());
    assert_eq!(refused(ines.id()).await, detail, "nobody makes a token in another person’s name");
    assert_eq!(refused(app::domain::EVERYONE).await, detail);
    app.service.set_account_disabled(&app.admin.caller, service, true).await.unwrap();
    assert_eq!(refused(service).await, detail);
}

#[tokio::test]
async fn a_disabled_account_has_no_token_that_works() {
    let app = TestApp::new().await;
    let service = app.service_account("Nightly builds", None).await;
    let made = app.service.create_token(&app.admin.caller, &form_of(service, "Deploy")).await.unwrap();
    let secret = made.secret.as_str();
    assert_eq!(verdict_on(&app.service, secret, "projects:read").await, Verdict::Valid);
    app.service.set_account_disabled(&app.admin.caller, service, true).await.unwrap();
    assert_eq!(verdict_on(&app.service, secret, "projects:read").await, Verdict::OwnerDisabled);
    app.service.set_account_disabled(&app.admin.caller, service, false).await.unwrap();
    assert_eq!(verdict_on(&app.service, secret, "projects:read").await, Verdict::Valid);
}

#[tokio::test]
async fn the_tokens_of_a_leaver_go_to_an_account_in_one_step() {
    let app = TestApp::new().await;
    let leaver = app.user("Ines Okafor", Role::Member).await;
    for name in ["Sync", "Backup"] {
        app.service.create_token(&leaver.caller, &form(name, &["projects:read"])).await.unwrap();
    }
    let service = app.service_account("Nightly builds", None).await;
    let recipients = app.service.recipients(&app.admin.caller).await.unwrap();
    assert!(recipients.iter().any(|owner| owner.id == service));
    let given = app.service.hand_over_all(&app.admin.caller, leaver.id(), &service.to_string()).await;
    assert_eq!(given, Ok(2));
    assert_eq!(app.store.account(service).await.unwrap().tokens, 2);
}

#[tokio::test]
async fn nobody_signs_in_as_an_account_and_it_is_not_among_the_people() {
    let app = TestApp::new().await;
    let service = app.service_account("Nightly builds", None).await;
    let (admin, id) = (&app.admin.caller, service);
    let email = format!("{service}@account.invalid");
    let attempt = app.service.sign_in(&email, PASSWORD, BrowserKeys::default(), &admin.visit).await;
    assert_eq!(attempt.err(), Some(Error::SignInRefused));
    assert_eq!(app.service.make_link(admin, id).await.err(), Some(Error::NoSuchPerson));
    assert_eq!(app.service.change_role(admin, id, "admin").await.err(), Some(Error::NoSuchPerson));
    assert_eq!(app.service.enable_person(admin, id).await.err(), Some(Error::NoSuchPerson));
    let people = app.service.people(admin, None).await.unwrap().people;
    assert_eq!(people.iter().map(|row| row.person.name.as_str()).collect::<Vec<_>>(), ["Ada Moreau"]);
}

#[tokio::test]
async fn a_name_stands_for_one_person_or_account_alone() {
    let app = TestApp::new().await;
    let form = |name: &str| app::domain::AccountForm { name: name.into(), ..Default::default() };
    let make = async |name: &str| {
        let made = app.service.create_account(&app.admin.caller, AccountKind::Group, &form(name)).await;
        made.err().and_then(|error| error.detail_for(Field::Name).map(str::to_owned))
    };
    assert_eq!(make("Platform").await, None);
    for taken in ["platform", "Ada Moreau", "EVERYONE", "Tokenry", "ada@example.com"] {
        assert!(make(taken).await.is_some(), "{taken}");
    }
}

#[tokio::test]
async fn an_account_goes_only_once_nothing_needs_it_and_frees_its_name() {
    let app = TestApp::new().await;
    let admin = &app.admin.caller;
    let team = app.group("Platform").await;
    let service = app.service_account("Nightly builds", Some(team)).await;
    let made = app.service.create_token(admin, &form_of(service, "Deploy")).await.unwrap();
    let in_use = |done: Result<_, Error>| matches!(done, Err(Error::AccountInUse { .. }));
    assert!(in_use(app.service.delete_account(admin, team).await), "it stewards an account");
    assert!(in_use(app.service.delete_account(admin, service).await), "it owns a token");
    assert!(in_use(app.service.delete_account(admin, app::domain::EVERYONE).await));
    app.service.delete_token(admin, made.token.id).await.unwrap();
    app.service.delete_account(admin, service).await.unwrap();
    app.service.delete_account(admin, team).await.unwrap();
    assert_eq!(app.service.account(admin, team).await.err(), Some(Error::NoSuchAccount));
    app.group("Platform").await;
}
