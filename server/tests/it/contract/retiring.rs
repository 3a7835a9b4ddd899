use crate::support::TestApp;
use app::{
    domain::{
        Event, EventKind, ExposureReport, OldSecret, Overlap, Presented, Scope, Timestamp, TokenId, Verdict,
    },
    service::{LatestUse, OldSecretEnd, QuietSecret, RotationTakenBack, StoreError, UseCount},
};
use uuid::Uuid;

const HOUR: i64 = 60 * 60 * 1_000;
/// The time at which a test's clock starts, and the hour of that time.
const BEGIN: i64 = 1_795_457_045_000;
const BEGIN_HOUR: i64 = BEGIN / HOUR;

/// A token just rotated with an overlap of a day, and the id of its old secret.
async fn rotated(app: &TestApp, name: &str) -> (TokenId, Uuid) {
    let id = app.create(name).await.token.id;
    let sql = "select id from secret where token_id = $1 and is_current";
    let old = sqlx::query_scalar(sql).bind(id.as_uuid()).fetch_one(&mut app.raw().await).await.unwrap();
    app.service.rotate_token(&app.admin.caller, id, None, Overlap::of_seconds(24 * 3_600)).await.unwrap();
    (id, old)
}

fn uses(secret: Uuid, hour: i64, address: &str, verdict: Verdict, count: u64) -> UseCount {
    UseCount {
        secret,
        hour: Timestamp::from_millis(hour * HOUR),
        verdict,
        permission: "projects:read".into(),
        address: address.into(),
        client: "curl/8".into(),
        count,
    }
}

fn presented(hour: i64, address: &str, count: u64) -> Presented {
    let last_hour = Timestamp::from_millis(hour * HOUR);
    Presented { address: address.into(), client: "curl/8".into(), last_hour, count }
}

async fn old_secret(app: &TestApp, id: TokenId, now: i64, limit: usize) -> Option<OldSecret> {
    app.store.old_secret(id, Scope::Everybody, Timestamp::from_millis(now), limit).await.unwrap()
}

fn event(id: TokenId, at: i64) -> Event {
    Event {
        at: Timestamp::from_millis(at),
        kind: EventKind::OldSecretEnded,
        actor: None,
        token: Some(id),
        person: None,
        address: "127.0.0.1".into(),
        request_id: "test".into(),
        details: "{}".into(),
    }
}

async fn end(app: &TestApp, id: TokenId, scope: Scope, at: i64) -> Result<(), StoreError> {
    let end = OldSecretEnd { id, scope, by: None, at: Timestamp::from_millis(at) };
    app.store.end_old_secret(&end, &event(id, at)).await.map(|_| ())
}

#[tokio::test]
async fn those_who_present_an_old_secret_are_told_apart_the_latest_first() {
    let app = TestApp::new().await;
    let (id, old) = rotated(&app, "Deploy").await;
    let (_, foreign) = rotated(&app, "Billing").await;
    let counts = [
        uses(old, BEGIN_HOUR - 1, "10.0.0.1", Verdict::Valid, 9),
        uses(old, BEGIN_HOUR, "10.0.0.1", Verdict::Valid, 2),
        uses(old, BEGIN_HOUR + 1, "10.0.0.2", Verdict::Valid, 5),
        uses(old, BEGIN_HOUR + 2, "10.0.0.1", Verdict::PermissionMissing, 3),
        uses(old, BEGIN_HOUR + 2, "10.0.0.3", Verdict::Valid, 1),
        uses(foreign, BEGIN_HOUR, "10.0.0.4", Verdict::Valid, 1),
    ];
    app.store.add_uses(&counts, &[]).await.unwrap();
    let found = old_secret(&app, id, BEGIN + HOUR, 20).await.unwrap();
    let wanted = [
        presented(BEGIN_HOUR + 2, "10.0.0.1", 5),
        presented(BEGIN_HOUR + 2, "10.0.0.3", 1),
        presented(BEGIN_HOUR + 1, "10.0.0.2", 5),
    ];
    assert_eq!((found.presented.as_slice(), found.has_more), (wanted.as_slice(), false));
    let found = old_secret(&app, id, BEGIN + HOUR, 2).await.unwrap();
    assert_eq!((found.presented.as_slice(), found.has_more), (&wanted[..2], true));
}

#[tokio::test]
async fn an_old_secret_is_there_for_as_long_as_it_works_and_in_its_scope() {
    let app = TestApp::new().await;
    let (id, old) = rotated(&app, "Deploy").await;
    let latest = LatestUse {
        secret: old,
        token: id,
        at: Timestamp::from_millis(BEGIN + 7),
        address: "10.0.0.1".into(),
        client: "curl/8".into(),
    };
    app.store.add_uses(&[], &[latest]).await.unwrap();
    let found = old_secret(&app, id, BEGIN + HOUR, 20).await.unwrap();
    let day = found.ends_at.as_millis() - found.rotated_at.as_millis();
    assert_eq!((day, found.last_used_at), (24 * HOUR, Some(Timestamp::from_millis(BEGIN + 7))));
    assert!(old_secret(&app, id, found.ends_at.as_millis() - 1, 20).await.is_some());
    assert!(old_secret(&app, id, found.ends_at.as_millis(), 20).await.is_none());
    let elsewhere = Scope::Owner(app::domain::PersonId::from_uuid(Uuid::now_v7()));
    let now = Timestamp::from_millis(BEGIN + HOUR);
    assert!(app.store.old_secret(id, elsewhere, now, 20).await.unwrap().is_none());
    app.service.delete_token(&app.admin.caller, id).await.unwrap();
    assert!(old_secret(&app, id, BEGIN + HOUR, 20).await.is_none());
}

#[tokio::test]
async fn ending_an_old_secret_leaves_the_current_one_and_happens_once() {
    let app = TestApp::new().await;
    let (id, old) = rotated(&app, "Deploy").await;
    let version = app.store.token(id, Scope::Everybody).await.unwrap().version;
    let before = app.fingerprint().await;
    let elsewhere = Scope::Owner(app::domain::PersonId::from_uuid(Uuid::now_v7()));
    for (scope, at) in [(elsewhere, BEGIN + HOUR), (Scope::Everybody, BEGIN + 25 * HOUR)] {
        assert!(matches!(end(&app, id, scope, at).await, Err(StoreError::NotFound)));
    }
    assert_eq!(app.fingerprint().await, before, "out of scope, or over already");

    end(&app, id, Scope::Everybody, BEGIN + HOUR).await.unwrap();
    let token = app.store.token(id, Scope::Everybody).await.unwrap();
    assert_eq!((token.version, token.rotating_until), (version + 1, None));
    let revoked: Vec<Uuid> = sqlx::query_scalar("select id from secret where revoked_at is not null")
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap();
    assert_eq!(revoked, [old]);
    assert!(matches!(end(&app, id, Scope::Everybody, BEGIN + HOUR).await, Err(StoreError::NotFound)));
}

/// A token's secrets in the store, oldest first: the digest, whether it is current, when it ends, when it was revoked.
async fn secrets(app: &TestApp, id: TokenId) -> Vec<(Vec<u8>, bool, Option<i64>, Option<i64>)> {
    let sql = "select digest, is_current, ends_at, revoked_at from secret where token_id = $1 order by id";
    sqlx::query_as(sql).bind(id.as_uuid()).fetch_all(&mut app.raw().await).await.unwrap()
}

async fn take_back(app: &TestApp, id: TokenId, version: i64) -> Result<i64, StoreError> {
    let at = Timestamp::from_millis(BEGIN + HOUR);
    let back = RotationTakenBack { id, scope: Scope::Everybody, version, at };
    let event = Event { kind: EventKind::RotationTakenBack, ..event(id, BEGIN + HOUR) };
    app.store.take_back_rotation(&back, &event).await.map(|token| token.version)
}

#[tokio::test]
async fn a_rotation_that_is_taken_back_leaves_the_secrets_as_they_were_and_its_own_one_dead() {
    let app = TestApp::new().await;
    let (id, _) = rotated(&app, "Deploy").await;
    let before = secrets(&app, id).await;
    for (overlap, more) in [(0, 1), (3_600, 2)] {
        let made = app
            .service
            .rotate_token(&app.admin.caller, id, None, Overlap::of_seconds(overlap))
            .await
            .unwrap();
        let version = made.token.version;
        assert!(matches!(take_back(&app, id, version - 1).await, Err(StoreError::VersionConflict(_))));
        assert_eq!(take_back(&app, id, version).await.unwrap(), version + 1);
        let after = secrets(&app, id).await;
        assert_eq!(after[..2], before[..]);
        assert_eq!(after.len(), 2 + more);
        assert!(after[2..].iter().all(|(_, is_current, _, revoked)| !is_current && revoked.is_some()));
        assert!(matches!(take_back(&app, id, version).await, Err(StoreError::VersionConflict(_))));
    }
}

#[tokio::test]
async fn what_came_in_another_way_than_by_rotating_is_not_taken_back() {
    let app = TestApp::new().await;
    let id = app.create("Deploy").await.token.id;
    assert!(matches!(take_back(&app, id, 1).await, Err(StoreError::NotFound)), "made");
    app.service.delete_token(&app.admin.caller, id).await.unwrap();
    assert!(matches!(take_back(&app, id, 2).await, Err(StoreError::NotFound)), "deleted");
    app.clock.forward(1_000);
    app.service.restore_token(&app.admin.caller, id, None, None).await.unwrap();
    let version = app.store.token(id, Scope::Everybody).await.unwrap().version;
    let before = secrets(&app, id).await;
    assert!(matches!(take_back(&app, id, version).await, Err(StoreError::NotFound)), "restored");
    assert_eq!(secrets(&app, id).await, before);
}

#[tokio::test]
async fn a_rotation_is_not_taken_back_to_a_secret_that_others_have_found() {
    let app = TestApp::new().await;
    let made = app.create("Deploy").await;
    let id = made.token.id;
    app.clock.forward(1_000);
    app.service.rotate_token(&app.admin.caller, id, None, Overlap::of_seconds(0)).await.unwrap();
    let report = ExposureReport::parse(made.secret.as_str().to_owned(), "", "").unwrap();
    app.service.expose_found(&[report], None, &app.admin.caller.visit).await.unwrap();
    let version = app.store.token(id, Scope::Everybody).await.unwrap().version;
    let before = secrets(&app, id).await;
    assert!(matches!(take_back(&app, id, version).await, Err(StoreError::NotFound)));
    assert_eq!(secrets(&app, id).await, before);
}

#[tokio::test]
async fn recent_uses_are_the_valid_ones_of_all_secrets_and_addresses_are_those_that_are_known() {
    let app = TestApp::new().await;
    let (id, old) = rotated(&app, "Deploy").await;
    let sql = "select id from secret where token_id = $1 and is_current";
    let now: Uuid = sqlx::query_scalar(sql).bind(id.as_uuid()).fetch_one(&mut app.raw().await).await.unwrap();
    let after = Timestamp::from_millis(BEGIN_HOUR * HOUR);
    let recent = async || {
        let recent = app.store.recent_uses(&[id], after).await.unwrap().remove(&id).unwrap_or_default();
        (recent.calls, recent.addresses, recent.has_more)
    };
    assert_eq!(recent().await, (0, 0, false));
    let counts = [
        uses(old, BEGIN_HOUR, "10.0.0.1", Verdict::Valid, 100),
        uses(old, BEGIN_HOUR + 1, "10.0.0.1", Verdict::Valid, 2),
        uses(now, BEGIN_HOUR + 1, "10.0.0.1", Verdict::Valid, 3),
        uses(now, BEGIN_HOUR + 2, "10.0.0.2", Verdict::Valid, 5),
        uses(now, BEGIN_HOUR + 2, "", Verdict::Valid, 7),
        uses(now, BEGIN_HOUR + 2, "10.0.0.3", Verdict::PermissionMissing, 11),
    ];
    app.store.add_uses(&counts, &[]).await.unwrap();
    assert_eq!(recent().await, (17, 2, false));
    app.store.add_uses(&[uses(now, BEGIN_HOUR + 2, "other", Verdict::Valid, 1)], &[]).await.unwrap();
    assert_eq!(recent().await, (18, 2, true));
}

#[tokio::test]
async fn recent_uses_of_many_are_told_apart_and_those_without_any_are_left_out() {
    let app = TestApp::new().await;
    let ((deploy, first), (billing, second)) =
        (rotated(&app, "Deploy").await, rotated(&app, "Billing").await);
    let ((quiet, _), (other, third)) = (rotated(&app, "Quiet").await, rotated(&app, "Other").await);
    let counts = [
        uses(first, BEGIN_HOUR + 1, "10.0.0.1", Verdict::Valid, 2),
        uses(second, BEGIN_HOUR + 1, "10.0.0.1", Verdict::Valid, 3),
        uses(second, BEGIN_HOUR + 2, "10.0.0.2", Verdict::Valid, 5),
        uses(third, BEGIN_HOUR + 1, "10.0.0.1", Verdict::Valid, 7),
    ];
    app.store.add_uses(&counts, &[]).await.unwrap();
    let after = Timestamp::from_millis(BEGIN_HOUR * HOUR);
    let recent = app.store.recent_uses(&[deploy, quiet, billing], after).await.unwrap();
    let of = |id| recent.get(&id).map(|recent| (recent.calls, recent.addresses));
    assert_eq!((of(deploy), of(billing), of(quiet), of(other)), (Some((2, 1)), Some((8, 2)), None, None));
    assert!(app.store.recent_uses(&[], after).await.unwrap().is_empty());
}

/// A token whose old secret works for a week, or until nobody has presented it for six hours.
async fn quieting(app: &TestApp, name: &str) -> (TokenId, Uuid) {
    let id = app.create(name).await.token.id;
    let sql = "select id from secret where token_id = $1 and is_current";
    let old = sqlx::query_scalar(sql).bind(id.as_uuid()).fetch_one(&mut app.raw().await).await.unwrap();
    let overlap = Overlap { seconds: 7 * 24 * 3_600, quiet_seconds: Some(6 * 3_600) };
    app.service.rotate_token(&app.admin.caller, id, None, overlap).await.unwrap();
    (id, old)
}

async fn quiet(app: &TestApp, now: i64, heard_ms: i64) -> Vec<QuietSecret> {
    app.store.quiet_secrets(Timestamp::from_millis(now), heard_ms, 10).await.unwrap()
}

fn latest(secret: Uuid, token: TokenId, at: i64) -> LatestUse {
    let (address, client) = ("10.0.0.1".into(), "curl/8".into());
    LatestUse { secret, token, at: Timestamp::from_millis(at), address, client }
}

#[tokio::test]
async fn a_secret_is_quiet_when_nobody_has_presented_it_for_long_enough_since_the_rotation() {
    let app = TestApp::new().await;
    let (id, old) = quieting(&app, "Deploy").await;
    let (other, _) = rotated(&app, "Billing").await;
    let rotated_at = old_secret(&app, id, BEGIN + HOUR, 1).await.unwrap().rotated_at.as_millis();
    assert!(old_secret(&app, other, BEGIN + HOUR, 1).await.unwrap().quiet_ms.is_none());
    let is_quiet = async |now: i64| !quiet(&app, now, i64::MAX).await.is_empty();
    let at = rotated_at + 6 * HOUR;
    assert!(!is_quiet(at - 1).await && is_quiet(at).await);
    let found = quiet(&app, at, i64::MAX).await.remove(0);
    assert_eq!((found.secret, found.token, found.quiet_ms), (old, id, 6 * HOUR));
    assert_eq!(found.name.as_str(), "Deploy");

    // A valid use is known to the second, and counts until that second is over.
    app.store.add_uses(&[], &[latest(old, id, BEGIN + 3 * HOUR)]).await.unwrap();
    assert!(!is_quiet(BEGIN + 9 * HOUR + 999).await && is_quiet(BEGIN + 9 * HOUR + 1_000).await);
    // A refused use is known to the hour, and counts until that hour is over.
    let refused = uses(old, BEGIN_HOUR + 4, "10.0.0.9", Verdict::PermissionMissing, 1);
    app.store.add_uses(&[refused], &[]).await.unwrap();
    let end_of_hour = (BEGIN_HOUR + 5) * HOUR;
    assert!(!is_quiet(end_of_hour + 6 * HOUR - 1).await && is_quiet(end_of_hour + 6 * HOUR).await);
}

#[tokio::test]
async fn silence_counts_only_as_far_as_somebody_listened_and_while_there_is_something_to_end() {
    let app = TestApp::new().await;
    let (id, _) = quieting(&app, "Deploy").await;
    let now = BEGIN + 24 * HOUR;
    assert!(quiet(&app, now, 6 * HOUR - 1).await.is_empty(), "nobody was listening for so long");
    assert_eq!(quiet(&app, now, 6 * HOUR).await.len(), 1);
    assert!(quiet(&app, BEGIN + 8 * 24 * HOUR, i64::MAX).await.is_empty(), "it has ended anyway");
    let (second, _) = quieting(&app, "Billing").await;
    let some = async |limit| {
        let found = app.store.quiet_secrets(Timestamp::from_millis(now), i64::MAX, limit).await.unwrap();
        found.into_iter().map(|secret| secret.token).collect::<Vec<_>>()
    };
    assert_eq!((some(1).await, some(10).await), (vec![id], vec![id, second]), "the first to end first");
    app.service.delete_token(&app.admin.caller, id).await.unwrap();
    end(&app, second, Scope::Everybody, BEGIN + HOUR).await.unwrap();
    assert_eq!(some(10).await, []);
}

#[tokio::test]
async fn a_quiet_secret_is_ended_once_and_not_when_it_was_presented_meanwhile() {
    let app = TestApp::new().await;
    let (id, old) = quieting(&app, "Deploy").await;
    let version = app.store.token(id, Scope::Everybody).await.unwrap().version;
    let at = BEGIN + 24 * HOUR;
    let found = quiet(&app, at, i64::MAX).await.remove(0);
    let ending = async |at: i64| app.store.end_quiet_secret(&found, i64::MAX, &event(id, at)).await;
    app.store.add_uses(&[], &[latest(old, id, at - HOUR)]).await.unwrap();
    let before = app.fingerprint().await;
    assert!(matches!(ending(at).await, Err(StoreError::NotFound)));
    let deaf = app.store.end_quiet_secret(&found, HOUR, &event(id, at + 24 * HOUR)).await;
    assert!(matches!(deaf, Err(StoreError::NotFound)));
    assert_eq!(app.fingerprint().await, before);

    ending(at + 24 * HOUR).await.unwrap();
    let token = app.store.token(id, Scope::Everybody).await.unwrap();
    assert_eq!((token.version, token.rotating_until), (version + 1, None));
    let sql = "select count(*) from secret where revoked_at is not null";
    assert_eq!(app.number(sql).await, 1, "and the current one is not");
    assert!(matches!(ending(at + 24 * HOUR).await, Err(StoreError::NotFound)));
    assert_eq!(app.number("select count(*) from event where kind = 'token.old_secret_ended'").await, 1);
}
