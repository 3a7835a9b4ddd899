//! What has ended stays so, even if a backup is put back that does not know of it.

mod accounts;

use crate::{
    engine::Place,
    support::{App, PASSWORD, TestApp, TestUser, form},
};
use app::{
    domain::{
        AuditFilter, Caller, Created, Error, ExposureReport, Overlap, Role, SecretPrefix, TokenForm, Verdict,
        WebhookState,
    },
    service::{AuditReport, BrowserKeys, Service, Store, VerifyRequest},
};
use server::store::{OpenError, backup, open, restore};
use std::{fs, ops::Deref, path::PathBuf, sync::Arc};

/// An installation, and a backup of it.
struct Installation {
    app: TestApp,
    copy: PathBuf,
}

impl Installation {
    async fn backed_up(app: TestApp) -> Self {
        let copy = app.place.beside("copy.db");
        backup(&app.database(), &copy).await.unwrap().keep().unwrap();
        Self { app, copy }
    }

    fn journal(&self) -> PathBuf {
        self.app.place.journal()
    }

    /// Puts the backup back, and begins with it as a server does.
    async fn restored(&self) -> Begun {
        self.app.place.make_room().await;
        restore(&self.app.database(), &self.copy).await.unwrap();
        self.begun().await.unwrap()
    }

    async fn begun(&self) -> Result<Begun, OpenError> {
        let store = open(&self.app.database()).await?;
        let service = Service::new(store.clone(), self.app.clock.clone(), SecretPrefix::default());
        Ok(Begun { service, store })
    }
}

/// A server that runs.
struct Begun {
    service: Service,
    store: Arc<dyn Store>,
}

impl Begun {
    async fn stop(self) {
        self.store.close().await;
    }
}

impl Deref for Begun {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.service
    }
}

async fn verdict(service: &Service, secret: &Created) -> Verdict {
    let secret = secret.secret.as_str();
    let request = VerifyRequest { secret, permissions: &[], address: None, client: "" };
    service.verify(&request).await.unwrap().verdict
}

async fn made(app: &TestApp, user: &TestUser, name: &str) -> Created {
    app.clock.forward(1);
    let form = form(name, &["projects:read", "billing:read"]);
    app.service.create_token(&user.caller, &form).await.unwrap()
}

#[tokio::test]
async fn whatever_ended_after_a_backup_has_ended_when_it_is_put_back() {
    let app = TestApp::at(Place::with_journal().await).await;
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Admin).await);
    let mut tokens = Vec::new();
    for name in ["Deleted", "Disabled", "Rotated", "Narrowed", "Revoked", "Given away", "Untouched"] {
        tokens.push(made(&app, &app.admin, name).await);
    }
    let hers = made(&app, &ines, "Hers").await;
    let installation = Installation::backed_up(app).await;
    let (app, ada) = (&installation.app, &installation.app.admin.caller);
    let id = |place: usize| tokens[place].token.id;
    app.service.delete_token(ada, id(0)).await.unwrap();
    app.service.set_disabled(ada, id(1), None, true).await.unwrap();
    app.service.rotate_token(ada, id(2), None, Overlap::of_seconds(0)).await.unwrap();
    let narrowed = TokenForm { permissions: vec!["projects:read".into()], ..TokenForm::of(&tokens[3].token) };
    app.service.edit_token(ada, id(3), 1, &narrowed).await.unwrap();
    assert_eq!(app.stranger().revoke(tokens[4].secret.as_str()).await.status, 200);
    app.service.hand_over_token(ada, id(5), &ines.id().to_string()).await.unwrap();
    app.service.disable_person(ada, ines.id()).await.unwrap();
    app.service.change_role(ada, otto.id(), "viewer").await.unwrap();
    let later = made(app, &app.admin, "Made later").await;
    app.store.close().await;

    // Twice, since nothing says that it happens once.
    for _ in 0..2 {
        let service = installation.restored().await;
        let mut verdicts = Vec::new();
        for token in tokens.iter().chain([&hers, &later]) {
            verdicts.push(verdict(&service, token).await);
        }
        use Verdict::{Disabled, OwnerDisabled, Revoked, Unknown, Valid};
        assert_eq!(
            verdicts,
            [Revoked, Disabled, Revoked, Disabled, Revoked, Disabled, Valid, OwnerDisabled, Unknown]
        );
        let role = async |email| service.operator_find(email).await.unwrap().role;
        assert_eq!(
            (role("otto@example.com").await, role("ada@example.com").await),
            (Role::Viewer, Role::Admin)
        );
        // A secret that ended does not work again, whatever is done with its token.
        service.set_disabled(&Caller::operator(), id(2), None, false).await.unwrap();
        assert_eq!(verdict(&service, &tokens[2]).await, Revoked);
        assert!(matches!(service.verify_audit(None).await.unwrap(), AuditReport::Whole { .. }));
        let lines = service.export(&Caller::operator(), &AuditFilter::default(), i64::MAX).await.unwrap();
        let line = lines.iter().find(|line| line.kind == "data.restored").unwrap();
        for name in ["Deleted", "Narrowed", "Given away"] {
            assert!(line.details.contains(name) && !line.details.contains("Untouched"), "{}", line.details);
        }
        service.stop().await;
    }
}

#[tokio::test]
async fn what_others_have_found_stays_exposed_when_a_backup_is_put_back() {
    let app = TestApp::at(Place::with_journal().await).await;
    let token = made(&app, &app.admin, "Deploy").await;
    let installation = Installation::backed_up(app).await;
    let app = &installation.app;
    let report = ExposureReport::parse(token.secret.as_str().to_owned(), "", "").unwrap();
    app.service.expose_found(&[report], None, &app.admin.caller.visit).await.unwrap();
    app.store.close().await;
    let (service, operator, id) = (installation.restored().await, Caller::operator(), token.token.id);
    assert_eq!(verdict(&service, &token).await, Verdict::Revoked);
    assert!(service.token(&operator, id).await.unwrap().exposed.is_some());
    let enabled = service.set_disabled(&operator, id, None, false).await;
    assert!(matches!(enabled, Err(Error::Exposed)), "{enabled:?}");
    app.clock.forward(1);
    let rotated = service.rotate_token(&operator, id, None, Overlap::of_seconds(0)).await.unwrap();
    assert_eq!(
        verdict(&service, &rotated).await,
        Verdict::Disabled,
        "whatever was restored is looked at first"
    );
    service.set_disabled(&operator, id, None, false).await.unwrap();
    assert_eq!(verdict(&service, &rotated).await, Verdict::Valid);
    assert_eq!(verdict(&service, &token).await, Verdict::Revoked);
    service.stop().await;
}

#[tokio::test]
async fn nobody_is_signed_in_with_what_a_backup_remembers_and_no_old_password_comes_back() {
    let app = TestApp::at(Place::with_journal().await).await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let installation = Installation::backed_up(app).await;
    let app = &installation.app;
    let new = "nineteen amber lanterns";
    app.service.operator_set_password("otto@example.com", new).await.unwrap();
    app.store.close().await;
    let service = installation.restored().await;
    for user in [&app.admin, &otto] {
        assert!(service.caller(&user.key, &user.caller.visit).await.unwrap().is_none());
    }
    for password in [PASSWORD, new] {
        let keys = BrowserKeys::default();
        let refused = service.sign_in("otto@example.com", password, keys, &otto.caller.visit).await;
        assert!(matches!(refused, Err(Error::SignInRefused)), "{password}");
    }
    let keys = BrowserKeys::default();
    service.sign_in("ada@example.com", PASSWORD, keys, &otto.caller.visit).await.map(drop).unwrap();
}

#[tokio::test]
async fn second_factors_that_changed_after_a_backup_come_back_in_no_older_form() {
    let app = TestApp::at(Place::with_journal().await).await;
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await);
    let (mut apps, users) = (Vec::new(), [app.admin.clone(), ines, otto]);
    for user in &users[..2] {
        apps.push(App::set_up(&app, user).await);
    }
    let installation = Installation::backed_up(app).await;
    let app = &installation.app;
    // Ada uses a recovery code, Ines removes her app, Otto sets one up.
    let code = apps[0].codes[0].as_str();
    let sign_in = async |service: &Service, email: &str, code: &str| {
        let visit = &users[0].caller.visit;
        service.sign_in_with_code((email, PASSWORD, code), BrowserKeys::default(), visit).await
    };
    sign_in(&app.service, "ada@example.com", code).await.unwrap();
    app.service.remove_app(&users[1].caller).await.unwrap();
    App::set_up(app, &users[2]).await;
    let shown = apps[0].code(app);
    app.store.close().await;

    let service = installation.restored().await;
    for code in &apps[0].codes[..2] {
        assert!(matches!(sign_in(&service, "ada@example.com", code).await, Err(Error::Invalid { .. })));
    }
    for email in ["ines@example.com", "otto@example.com"] {
        assert!(matches!(sign_in(&service, email, "").await, Err(Error::SignInRefused)), "{email}");
    }
    assert!(matches!(sign_in(&service, "ada@example.com", &shown).await, Err(Error::Invalid { .. })));
    service.stop().await;
}

#[tokio::test]
async fn data_that_is_put_back_by_hand_is_noticed() {
    let app = TestApp::at(Place::with_journal().await).await;
    let (gone, kept) = (app.create("Gone").await, app.create("Kept").await);
    let installation = Installation::backed_up(app).await;
    installation.app.store.close().await;
    installation.app.place.keep_aside().await;
    let service = installation.begun().await.unwrap();
    service.delete_token(&Caller::operator(), gone.token.id).await.unwrap();
    service.stop().await;
    installation.app.place.put_back().await;
    let service = installation.begun().await.unwrap();
    assert_eq!(verdict(&service, &gone).await, Verdict::Revoked);
    assert_eq!(verdict(&service, &kept).await, Verdict::Valid);
}

#[tokio::test]
async fn in_a_hundred_rounds_of_backup_revocation_and_restore_nothing_revoked_is_accepted() {
    let app = TestApp::at(Place::with_journal().await).await.without_bounds();
    let mut revoked = Vec::new();
    let installation = Installation::backed_up(app).await;
    installation.app.store.close().await;
    for round in 0..100 {
        let service = installation.begun().await.unwrap();
        let create = async |name: String| {
            let form = form(&name, &["projects:read"]);
            service.create_token(&installation.app.admin.caller, &form).await.unwrap()
        };
        let token = create(format!("Round {round}")).await;
        fs::remove_file(&installation.copy).unwrap();
        backup(&installation.app.database(), &installation.copy).await.unwrap().keep().unwrap();
        let (ada, id) = (Caller::operator(), token.token.id);
        match round % 4 {
            0 => service.delete_token(&ada, id).await.unwrap(),
            1 => drop(service.set_disabled(&ada, id, None, true).await.unwrap()),
            2 => drop(service.rotate_token(&ada, id, None, Overlap::of_seconds(0)).await.unwrap()),
            _ => drop(service.rotate_token(&ada, id, None, Overlap::of_seconds(60)).await.unwrap()),
        }
        revoked.push(token);
        service.stop().await;
        let service = installation.restored().await;
        for token in &revoked {
            assert!(!verdict(&service, token).await.is_valid(), "round {round}");
        }
        service.stop().await;
        installation.app.clock.forward(1);
    }
}

#[tokio::test]
async fn a_journal_that_was_changed_is_not_believed_and_one_that_was_cut_short_while_it_was_written_is() {
    let app = TestApp::at(Place::with_journal().await).await;
    for name in ["One", "Two", "Three"] {
        let id = app.create(name).await.token.id;
        app.service.delete_token(&app.admin.caller, id).await.unwrap();
    }
    let installation = Installation::backed_up(app).await;
    installation.app.store.close().await;
    let whole = fs::read_to_string(installation.journal()).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    assert!(lines.len() >= 4, "{whole}");
    let forged = whole.replacen("token.deleted", "token.edited", 1);
    let without_one = [&lines[..2], &lines[3..]].concat().join("\n") + "\n";
    for wrong in [forged, without_one] {
        fs::write(installation.journal(), wrong).unwrap();
        let refused = installation.begun().await.map(|_| ()).unwrap_err();
        assert!(refused.to_string().contains("move it away"), "{refused}");
        let refused = restore(&installation.app.database(), &installation.copy).await.unwrap_err();
        assert!(refused.to_string().contains("move it away"), "{refused}");
    }
    fs::write(installation.journal(), format!("{whole}{{\"line\":{{\"id\":9")).unwrap();
    let service = installation.begun().await.unwrap();
    let four = service
        .create_token(&installation.app.admin.caller, &form("Four", &["projects:read"]))
        .await
        .unwrap();
    service.delete_token(&Caller::operator(), four.token.id).await.unwrap();
    service.stop().await;
    installation.begun().await.unwrap();
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_holds_up_no_revocation_and_follows_later() {
    let app = TestApp::at(Place::with_journal().await).await;
    let (gone, later) = (app.create("Gone").await, app.create("Later").await);
    let installation = Installation::backed_up(app).await;
    let app = &installation.app;
    let aside = installation.journal().with_extension("aside");
    fs::rename(installation.journal(), &aside).unwrap();
    fs::create_dir(installation.journal()).unwrap();
    app.service.delete_token(&app.admin.caller, gone.token.id).await.unwrap();
    fs::remove_dir(installation.journal()).unwrap();
    fs::rename(&aside, installation.journal()).unwrap();
    app.service.delete_token(&app.admin.caller, later.token.id).await.unwrap();
    app.store.close().await;
    let service = installation.restored().await;
    for token in [&gone, &later] {
        assert_eq!(verdict(&service, token).await, Verdict::Revoked);
    }
}

#[tokio::test]
async fn a_backup_on_a_new_machine_signs_everybody_out() {
    let app = TestApp::at(Place::with_journal().await).await;
    let token = app.create("Deploy").await;
    let installation = Installation::backed_up(app).await;
    let elsewhere = Place::with_journal().await;
    elsewhere.make_room().await;
    restore(&elsewhere.url(), &installation.copy).await.unwrap();
    let store = open(&elsewhere.url()).await.unwrap();
    let service = Service::new(store, installation.app.clock.clone(), SecretPrefix::default());
    let admin = &installation.app.admin;
    assert!(service.caller(&admin.key, &admin.caller.visit).await.unwrap().is_none());
    assert_eq!(verdict(&service, &token).await, Verdict::Valid, "nobody has said otherwise");
}

#[tokio::test]
async fn what_ends_after_a_restore_has_ended_after_the_next_one() {
    let app = TestApp::at(Place::with_journal().await).await;
    let (first, second) = (app.create("First").await, app.create("Second").await);
    let installation = Installation::backed_up(app).await;
    let app = &installation.app;
    for round in 0..20 {
        app.create(&format!("Later {round}")).await;
    }
    app.service.delete_token(&app.admin.caller, first.token.id).await.unwrap();
    app.store.close().await;
    let service = installation.restored().await;
    service.delete_token(&Caller::operator(), second.token.id).await.unwrap();
    service.stop().await;
    let service = installation.restored().await;
    for token in [&first, &second] {
        assert_eq!(verdict(&service, token).await, Verdict::Revoked);
    }
}

#[tokio::test]
async fn webhooks_of_which_one_was_deleted_since_are_paused_when_older_data_is_put_back() {
    let app = TestApp::at(Place::with_journal().await).await;
    let gone = app.webhook().await;
    let installation = Installation::backed_up(app).await;
    let app = &installation.app;
    app.service.delete_webhook(&app.admin.caller, &gone).await.unwrap();
    app.store.close().await;
    let service = installation.restored().await;
    let webhooks = service.webhooks(&Caller::operator()).await.unwrap().webhooks;
    assert_eq!(webhooks.iter().map(|one| one.state()).collect::<Vec<_>>(), [WebhookState::Paused]);
    service.stop().await;
}
