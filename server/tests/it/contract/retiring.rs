use crate::support::House;
use app::{
    domain::{Event, EventKind, OldSecret, Presented, Scope, Timestamp, TokenId, Verdict},
    service::{LatestUse, OldSecretEnd, RetiringStore, StoreError, TokenStore, UseCount, UseStore},
};
use uuid::Uuid;

const HOUR: i64 = 60 * 60 * 1_000;
/// When the clock of a house begins, and the hour of that.
const BEGIN: i64 = 1_795_457_045_000;
const BEGIN_HOUR: i64 = BEGIN / HOUR;

/// A token that was just rotated for a day, and the id of its old secret.
async fn rotated(house: &House, name: &str) -> (TokenId, Uuid) {
    let id = house.create(name).await.token.id;
    let sql = "select id from secret where token_id = $1 and is_current";
    let old = sqlx::query_scalar(sql).bind(id.as_uuid()).fetch_one(&mut house.raw().await).await.unwrap();
    house.service.rotate_token(&house.admin.caller, id, 24 * 3_600).await.unwrap();
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

async fn old_secret(house: &House, id: TokenId, now: i64, limit: usize) -> Option<OldSecret> {
    house.store.old_secret(id, Scope::Everybody, Timestamp::from_millis(now), limit).await.unwrap()
}

async fn end(house: &House, id: TokenId, scope: Scope, at: i64) -> Result<(), StoreError> {
    let at = Timestamp::from_millis(at);
    let event = Event {
        at,
        kind: EventKind::OldSecretEnded,
        actor: None,
        token: Some(id),
        person: None,
        address: "127.0.0.1".into(),
        request_id: "test".into(),
        details: "{}".into(),
    };
    house.store.end_old_secret(&OldSecretEnd { id, scope, at }, &event).await.map(|_| ())
}

#[tokio::test]
async fn those_who_present_an_old_secret_are_told_apart_the_latest_first() {
    let house = House::new().await;
    let (id, old) = rotated(&house, "Deploy").await;
    let (_, foreign) = rotated(&house, "Billing").await;
    let counts = [
        uses(old, BEGIN_HOUR - 1, "10.0.0.1", Verdict::Valid, 9),
        uses(old, BEGIN_HOUR, "10.0.0.1", Verdict::Valid, 2),
        uses(old, BEGIN_HOUR + 1, "10.0.0.2", Verdict::Valid, 5),
        uses(old, BEGIN_HOUR + 2, "10.0.0.1", Verdict::PermissionMissing, 3),
        uses(old, BEGIN_HOUR + 2, "10.0.0.3", Verdict::Valid, 1),
        uses(foreign, BEGIN_HOUR, "10.0.0.4", Verdict::Valid, 1),
    ];
    house.store.add_uses(&counts, &[]).await.unwrap();
    let found = old_secret(&house, id, BEGIN + HOUR, 20).await.unwrap();
    let wanted = [
        presented(BEGIN_HOUR + 2, "10.0.0.1", 5),
        presented(BEGIN_HOUR + 2, "10.0.0.3", 1),
        presented(BEGIN_HOUR + 1, "10.0.0.2", 5),
    ];
    assert_eq!((found.presented.as_slice(), found.has_more), (wanted.as_slice(), false));
    let found = old_secret(&house, id, BEGIN + HOUR, 2).await.unwrap();
    assert_eq!((found.presented.as_slice(), found.has_more), (&wanted[..2], true));
}

#[tokio::test]
async fn an_old_secret_is_there_for_as_long_as_it_works_and_in_its_scope() {
    let house = House::new().await;
    let (id, old) = rotated(&house, "Deploy").await;
    let latest = LatestUse {
        secret: old,
        token: id,
        at: Timestamp::from_millis(BEGIN + 7),
        address: "10.0.0.1".into(),
        client: "curl/8".into(),
    };
    house.store.add_uses(&[], &[latest]).await.unwrap();
    let found = old_secret(&house, id, BEGIN + HOUR, 20).await.unwrap();
    let day = found.ends_at.as_millis() - found.rotated_at.as_millis();
    assert_eq!((day, found.last_used_at), (24 * HOUR, Some(Timestamp::from_millis(BEGIN + 7))));
    assert!(old_secret(&house, id, found.ends_at.as_millis() - 1, 20).await.is_some());
    assert!(old_secret(&house, id, found.ends_at.as_millis(), 20).await.is_none());
    let elsewhere = Scope::Owner(app::domain::PersonId::from_uuid(Uuid::now_v7()));
    let now = Timestamp::from_millis(BEGIN + HOUR);
    assert!(house.store.old_secret(id, elsewhere, now, 20).await.unwrap().is_none());
    house.service.delete_token(&house.admin.caller, id).await.unwrap();
    assert!(old_secret(&house, id, BEGIN + HOUR, 20).await.is_none());
}

#[tokio::test]
async fn ending_an_old_secret_leaves_the_current_one_and_happens_once() {
    let house = House::new().await;
    let (id, old) = rotated(&house, "Deploy").await;
    let version = house.store.token(id, Scope::Everybody).await.unwrap().version;
    let before = house.fingerprint().await;
    let elsewhere = Scope::Owner(app::domain::PersonId::from_uuid(Uuid::now_v7()));
    for (scope, at) in [(elsewhere, BEGIN + HOUR), (Scope::Everybody, BEGIN + 25 * HOUR)] {
        assert!(matches!(end(&house, id, scope, at).await, Err(StoreError::NotFound)));
    }
    assert_eq!(house.fingerprint().await, before, "out of scope, or over already");

    end(&house, id, Scope::Everybody, BEGIN + HOUR).await.unwrap();
    let token = house.store.token(id, Scope::Everybody).await.unwrap();
    assert_eq!((token.version, token.rotating_until), (version + 1, None));
    let revoked: Vec<Uuid> = sqlx::query_scalar("select id from secret where revoked_at is not null")
        .fetch_all(&mut house.raw().await)
        .await
        .unwrap();
    assert_eq!(revoked, [old]);
    assert!(matches!(end(&house, id, Scope::Everybody, BEGIN + HOUR).await, Err(StoreError::NotFound)));
}

#[tokio::test]
async fn recent_uses_are_the_valid_ones_of_all_secrets_and_addresses_are_those_that_are_known() {
    let house = House::new().await;
    let (id, old) = rotated(&house, "Deploy").await;
    let sql = "select id from secret where token_id = $1 and is_current";
    let now: Uuid =
        sqlx::query_scalar(sql).bind(id.as_uuid()).fetch_one(&mut house.raw().await).await.unwrap();
    let after = Timestamp::from_millis(BEGIN_HOUR * HOUR);
    let recent = async || {
        let recent = house.store.recent_uses(&[id], after).await.unwrap().remove(&id).unwrap_or_default();
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
    house.store.add_uses(&counts, &[]).await.unwrap();
    assert_eq!(recent().await, (17, 2, false));
    house.store.add_uses(&[uses(now, BEGIN_HOUR + 2, "other", Verdict::Valid, 1)], &[]).await.unwrap();
    assert_eq!(recent().await, (18, 2, true));
}

#[tokio::test]
async fn recent_uses_of_many_are_told_apart_and_those_without_any_are_left_out() {
    let house = House::new().await;
    let ((deploy, first), (billing, second)) =
        (rotated(&house, "Deploy").await, rotated(&house, "Billing").await);
    let ((quiet, _), (other, third)) = (rotated(&house, "Quiet").await, rotated(&house, "Other").await);
    let counts = [
        uses(first, BEGIN_HOUR + 1, "10.0.0.1", Verdict::Valid, 2),
        uses(second, BEGIN_HOUR + 1, "10.0.0.1", Verdict::Valid, 3),
        uses(second, BEGIN_HOUR + 2, "10.0.0.2", Verdict::Valid, 5),
        uses(third, BEGIN_HOUR + 1, "10.0.0.1", Verdict::Valid, 7),
    ];
    house.store.add_uses(&counts, &[]).await.unwrap();
    let after = Timestamp::from_millis(BEGIN_HOUR * HOUR);
    let recent = house.store.recent_uses(&[deploy, quiet, billing], after).await.unwrap();
    let of = |id| recent.get(&id).map(|recent| (recent.calls, recent.addresses));
    assert_eq!((of(deploy), of(billing), of(quiet), of(other)), (Some((2, 1)), Some((8, 2)), None, None));
    assert!(house.store.recent_uses(&[], after).await.unwrap().is_empty());
}
