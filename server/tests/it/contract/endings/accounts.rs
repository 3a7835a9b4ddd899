//! Groups and stewards that have ended.

use super::{Installation, made};
use crate::{
    engine::Place,
    support::{TestApp, accounts::verdict_on},
};
use app::domain::{AccountForm, Caller, Role, Verdict};

#[tokio::test]
async fn deleted_groups_and_stewards_that_are_none_any_more_give_nobody_power_in_older_data() {
    let app = TestApp::at(Place::with_journal().await).await;
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await);
    app.tighten().await;
    let (gone, ops, build) = (app.group("Gone").await, app.group("Ops").await, app.group("Build").await);
    app.grant(gone, "projects:read billing:read").await;
    app.join(gone, ines.id(), false).await;
    app.join(ops, ines.id(), true).await;
    app.join(build, otto.id(), true).await;
    let runner = app.service_account("Runner", Some(build)).await;
    app.grant(runner, "projects:read").await;
    let token = made(&app, &ines, "Hers").await;
    let secret = token.secret.as_str();
    assert_eq!(verdict_on(&app.service, secret, "projects:read").await, Verdict::Valid);
    let installation = Installation::backed_up(app).await;
    let (app, ada) = (&installation.app, &installation.app.admin.caller);
    app.service.delete_account(ada, gone).await.unwrap();
    app.join(ops, ines.id(), false).await;
    let form = AccountForm { name: "Runner".into(), stewards: ops.to_string(), ..AccountForm::default() };
    app.service.edit_account(ada, runner, &form).await.unwrap();
    app.store.close().await;

    let service = installation.restored().await;
    assert_ne!(verdict_on(&service, secret, "projects:read").await, Verdict::Valid);
    let operator = Caller::operator();
    let page = service.account(&operator, gone).await.unwrap();
    assert!(page.members.is_empty() && page.grants.is_empty() && page.row.account.is_disabled);
    let members = service.account(&operator, ops).await.unwrap().members;
    assert_eq!(
        members.iter().map(|one| (one.account.id, one.is_steward)).collect::<Vec<_>>(),
        [(ines.id(), false)]
    );
    assert!(service.account(&operator, runner).await.unwrap().row.account.stewards.is_none());
    let stewards = service.account(&operator, build).await.unwrap().members;
    assert!(stewards.iter().all(|one| one.is_steward), "whoever did not end is as before");
    service.stop().await;
}
