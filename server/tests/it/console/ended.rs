//! A token that an admin disabled or deleted can only be brought back by an admin.

use crate::support::{Answer, Script, TestApp, TestUser, Visitor, form};
use app::{
    domain::{Caller, Created, Overlap, Role, TokenForm, TokenId},
    paths,
};
use axum::http::StatusCode;
use serde_json::json;

const DISABLED: &str = "Disabled by Ada Moreau on 23 Nov 2026. Only an admin can undo that.";
/// The sentence in the token's prompt for the same case as [`DISABLED`].
const HELD: &str = "Disabled by Ada Moreau on 23 Nov 2026. Only an admin can enable it again.";
const DELETED: &str = "Deleted by Ada Moreau on 23 Nov 2026. Only an admin can undo that.";

/// An installation, a member, and a token of the member's.
async fn hers() -> (TestApp, TestUser, Created) {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let form = form("Deploy", &["projects:read", "billing:write"]);
    let created = app.service.create_token(&ines.caller, &form).await.unwrap();
    (app, ines, created)
}

async fn set_disabled(visitor: &Visitor, id: TokenId, is_disabled: bool) -> Answer {
    visitor.post_form(&paths::token_disable(id, is_disabled), &[]).await
}

async fn restore(visitor: &Visitor, id: TokenId, fields: &[(&str, &str)]) -> Answer {
    visitor.post_form(&paths::token_restore(id), fields).await
}

#[tokio::test]
async fn what_an_admin_has_disabled_its_owner_cannot_enable_by_any_door() {
    let (app, ines, created) = hers().await;
    let (asker, owner, id) = (app.asker().await, app.visitor_as(&ines), created.token.id);
    assert_eq!(set_disabled(&app.visitor(), id, true).await.status, StatusCode::SEE_OTHER);
    let version = app.service.token(&ines.caller, id).await.unwrap().version;
    let last = app.last_line().await;
    let refused = set_disabled(&owner, id, false).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.dialog().contains(HELD), "{}", refused.text);
    let seen = format!("{id}.{version}");
    let bulk = owner.post_form(paths::TOKENS_BULK, &[("action", "enable"), ("tokens", &seen)]).await;
    assert!(bulk.text.contains(DISABLED), "{}", bulk.text);
    // It does not become hers by disabling it once more, by a new secret, or by deleting and restoring it.
    set_disabled(&owner, id, true).await;
    let rotated = owner.post_form(&paths::token_rotate(id), &[("overlap_seconds", "0")]).await;
    assert_eq!(rotated.status, StatusCode::CREATED);
    assert_eq!(asker.verdict(&rotated.secret().unwrap()).await, "disabled");
    owner.post_form(&paths::token_delete(id), &[]).await;
    let restored = restore(&owner, id, &[]).await;
    assert_eq!(restored.status, StatusCode::CREATED, "she deleted it herself");
    let secret = restored.secret().unwrap();
    assert_eq!(asker.verdict(&secret).await, "disabled");
    assert_eq!(set_disabled(&owner, id, false).await.status, StatusCode::FORBIDDEN);
    let kinds = app.kinds_after(last).await;
    assert_eq!(
        kinds,
        ["refused", "refused", "token.rotated", "token.deleted", "token.restored", "refused"],
        "each attempt is in the log"
    );

    assert_eq!(set_disabled(&app.visitor(), id, false).await.status, StatusCode::SEE_OTHER);
    assert_eq!(asker.verdict(&secret).await, "valid");
    assert_eq!(set_disabled(&owner, id, true).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        set_disabled(&owner, id, false).await.status,
        StatusCode::SEE_OTHER,
        "what was hers stays hers"
    );
}

#[tokio::test]
async fn a_management_token_of_the_owner_cannot_enable_it_either() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Admin).await;
    let wanted = ["tokenry.tokens:read", "tokenry.tokens:write", "projects:read"];
    let manager = app.service.create_token(&ines.caller, &form("Manager", &wanted)).await.unwrap();
    let managed = app.service.create_token(&ines.caller, &form("Deploy", &["projects:read"])).await.unwrap();
    let id = managed.token.id;
    app.service.set_disabled(&app.admin.caller, id, None, true).await.unwrap();
    let script = Script { visitor: app.stranger(), secret: manager.secret.as_str().to_owned() };
    let read = script.get(&format!("/v1/tokens/{id}")).await.json();
    assert_eq!(read["disabled_by"], json!({ "name": "Ada Moreau", "is_admin": true }));
    // As a member she manages only her own tokens, and her management token can do nothing at all.
    app.service.change_role(&app.admin.caller, ines.id(), "member").await.unwrap();
    let answer = script.send("POST", &format!("/v1/tokens/{id}/enable"), &[], "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(app.service.token(&app.admin.caller, id).await.unwrap().disabled_at.is_some());
}

#[tokio::test]
async fn an_admin_takes_over_what_its_owner_has_disabled() {
    let (app, ines, created) = hers().await;
    let (owner, admin, id) = (app.visitor_as(&ines), app.visitor(), created.token.id);
    set_disabled(&owner, id, true).await;
    let page = admin.get(&paths::token(id)).await.text;
    assert!(page.contains("Disabled by Ines Okafor on 23 Nov 2026."), "{page}");
    assert!(page.contains("Keep its owner from enabling it"), "{page}");
    let prompt = admin.get(&paths::token_disable(id, true)).await.text;
    assert!(prompt.contains("is disabled already, and its owner can enable it."), "{prompt}");
    assert_eq!(set_disabled(&admin, id, true).await.status, StatusCode::SEE_OTHER);
    assert_eq!(set_disabled(&owner, id, false).await.status, StatusCode::FORBIDDEN);
    let before = app.fingerprint().await;
    assert_eq!(set_disabled(&admin, id, true).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.fingerprint().await, before, "it is so already");
}

#[tokio::test]
async fn who_disabled_it_stands_on_its_row_its_page_and_its_prompt() {
    let (app, ines, created) = hers().await;
    let (owner, id) = (app.visitor_as(&ines), created.token.id);
    set_disabled(&app.visitor(), id, true).await;
    for (path, said) in [
        (paths::TOKENS.to_owned(), "Disabled by Ada Moreau on 23 Nov 2026"),
        (paths::token(id), HELD),
        (paths::token_disable(id, false), HELD),
    ] {
        let page = owner.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains(said), "{path}: {}", page.text);
    }
    assert!(!owner.get(&paths::token_disable(id, false)).await.dialog().contains(">Enable</button>"));
    assert!(app.visitor().get(&paths::token_disable(id, false)).await.dialog().contains(">Enable</button>"));
}

#[tokio::test]
async fn what_the_operator_has_deleted_is_brought_back_by_an_admin() {
    let (app, ines, created) = hers().await;
    app.service.delete_token(&Caller::operator(), created.token.id).await.unwrap();
    let refused = restore(&app.visitor_as(&ines), created.token.id, &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let said = "Deleted by the operator on 23 Nov 2026. Only an admin can undo that.";
    assert!(refused.text.contains(said), "{}", refused.text);
    assert_eq!(restore(&app.visitor(), created.token.id, &[]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn what_an_admin_has_deleted_only_an_admin_brings_back() {
    let (app, ines, created) = hers().await;
    let (owner, id) = (app.visitor_as(&ines), created.token.id);
    app.service.delete_token(&app.admin.caller, id).await.unwrap();
    let list = owner.get(paths::TOKENS_DELETED).await.text;
    assert!(list.contains("by Ada Moreau") && list.contains("Only an admin can restore it"), "{list}");
    assert!(!list.contains(&paths::token_restore(id)), "{list}");
    let before = app.data().await;
    for answer in [owner.get(&paths::token_restore(id)).await, restore(&owner, id, &[]).await] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.text.contains(DELETED), "{}", answer.text);
    }
    assert_eq!(app.data().await, before);
    assert_eq!(restore(&app.visitor(), id, &[]).await.status, StatusCode::CREATED);
    // A token that she deletes herself is hers to restore.
    app.service.delete_token(&ines.caller, id).await.unwrap();
    assert_eq!(restore(&owner, id, &[]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn handed_over_it_stays_disabled_by_whom_it_was() {
    let (app, _, created) = hers().await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let id = created.token.id;
    app.service.set_disabled(&app.admin.caller, id, None, true).await.unwrap();
    app.service.hand_over_token(&app.admin.caller, id, &otto.id().to_string()).await.unwrap();
    let refused = set_disabled(&app.visitor_as(&otto), id, false).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.dialog().contains(HELD), "{}", refused.text);
}

#[tokio::test]
async fn whoever_ended_a_secret_by_presenting_it_may_enable_the_token_again() {
    let (app, ines, created) = hers().await;
    assert_eq!(app.stranger().revoke(created.secret.as_str()).await.status, StatusCode::OK);
    let owner = app.visitor_as(&ines);
    assert_eq!(set_disabled(&owner, created.token.id, false).await.status, StatusCode::SEE_OTHER);
    // A token that an admin had disabled before stays the admin's.
    let form = form("Nightly", &["projects:read"]);
    let other = app.service.create_token(&ines.caller, &form).await.unwrap();
    set_disabled(&app.visitor(), other.token.id, true).await;
    app.stranger().revoke(other.secret.as_str()).await;
    assert_eq!(set_disabled(&owner, other.token.id, false).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_ended_an_old_secret_stands_on_the_page_of_its_token() {
    let (app, ines, created) = hers().await;
    let id = created.token.id;
    app.service.rotate_token(&ines.caller, id, None, Overlap::of_seconds(3_600)).await.unwrap();
    app.service.end_old_secret(&app.admin.caller, id).await.unwrap();
    let page = app.visitor_as(&ines).get(&paths::token(id)).await.text;
    assert!(page.contains("by Ada Moreau"), "{page}");
}

#[tokio::test]
async fn what_comes_back_is_given_as_things_are_given_today() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let (owner, created) = (app.visitor_as(&ines), {
        let form = form("Deploy", &["projects:read", "billing:write"]);
        app.service.create_token(&ines.caller, &form).await.unwrap()
    });
    let id = created.token.id;
    app.service.delete_token(&ines.caller, id).await.unwrap();
    app.run("delete from action where resource = 'billing' and name = 'write'").await;
    app.run("update workspace set lifetime_days_max = 90").await;
    let prompt = owner.get(&paths::token_restore(id)).await.text;
    for said in [
        "It comes back without permissions that can no longer be granted: billing:write.",
        "It can read projects.",
        "Tokens may live at most 90 days here",
        "value=\"2027-02-21\"",
    ] {
        assert!(prompt.contains(said), "{said}: {prompt}");
    }
    assert!(!prompt.contains("may stay as it is"), "{prompt}");
    let before = app.fingerprint().await;
    for (end, said) in [
        (None, "Choose a day."),
        (Some("2027-02-22"), "Tokens may live at most 90 days here"),
        (Some("2026-11-01"), "This date has passed."),
        (Some("soon"), "Write a day, as in 2027-02-21"),
    ] {
        let fields: Vec<_> = end.map(|end| ("expires_at", end)).into_iter().collect();
        let answer = restore(&owner, id, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{end:?}");
        assert!(answer.text.contains(said), "{end:?}: {}", answer.text);
    }
    assert_eq!(app.fingerprint().await, before);
    let answer = restore(&owner, id, &[("expires_at", "2027-02-21")]).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let token = app.service.token(&ines.caller, id).await.unwrap();
    assert_eq!(token.permissions.to_line(), "projects:read");
    assert_eq!(TokenForm::of(&token).expires_at.as_deref(), Some("2027-02-21"));
    let log = app.visitor().get("/settings/audit?kind=token.restored").await.text;
    assert!(log.contains("Without billing:write; expires 21 Feb 2027"), "{log}");
}

#[tokio::test]
async fn tokenrys_own_permissions_do_not_come_back_to_who_may_not_give_them() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Admin).await;
    let wanted = form("Manager", &["tokenry.tokens:write"]);
    let id = app.service.create_token(&ines.caller, &wanted).await.unwrap().token.id;
    app.service.delete_token(&ines.caller, id).await.unwrap();
    app.service.change_role(&app.admin.caller, ines.id(), "member").await.unwrap();
    let prompt = app.visitor_as(&ines).get(&paths::token_restore(id)).await.text;
    assert!(prompt.contains("tokenry.tokens:write. It can do nothing until somebody edits it."), "{prompt}");
    assert_eq!(restore(&app.visitor_as(&ines), id, &[]).await.status, StatusCode::CREATED);
    app.service.change_role(&app.admin.caller, ines.id(), "admin").await.unwrap();
    assert!(app.service.token(&ines.caller, id).await.unwrap().permissions.is_empty());
}

on_sqlite! {
    #[tokio::test]
    async fn what_was_ended_before_it_was_remembered_is_known_from_the_audit_log() {
        let (app, ines, created) = hers().await;
        let id = created.token.id;
        app.service.set_disabled(&app.admin.caller, id, None, true).await.unwrap();
        let own =
            app.service.create_token(&ines.caller, &form("Own", &["projects:read"])).await.unwrap().token.id;
        app.service.set_disabled(&ines.caller, own, None, true).await.unwrap();
        app.run("update token set disabled_by = null, disabled_by_admin = false").await;
        let migration: &'static str = include_str!("../../../migrations/sqlite/0010_ended_by.sql");
        let fill = &migration
            [migration.find("-- Of what was ended before").unwrap()..migration.rfind("-- The mark").unwrap()];
        app.run(fill).await;
        let by = async |id| app.service.token(&app.admin.caller, id).await.unwrap().disabled_by;
        assert_eq!(by(id).await.name.unwrap().as_str(), "Ada Moreau");
        assert!(by(id).await.is_admin && !by(own).await.is_admin);
    }
}
