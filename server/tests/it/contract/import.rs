use crate::support::TestApp;
use app::{
    domain::{
        AllowedAddresses, Description, Event, EventKind, Overlap, SecretHint, Timestamp, TokenDetails,
        TokenId, TokenName, Verdict,
    },
    service::{ImportClash, KeyDigest, NewToken, Revision, StoreError, VerifyRequest},
};
use server::store::open;
use uuid::Uuid;

fn imported(app: &TestApp, name: &str, key: &str) -> (NewToken, Event) {
    let id = TokenId::from_uuid(Uuid::now_v7());
    let event = Event {
        at: Timestamp::from_millis(5),
        kind: EventKind::TokenImported,
        actor: None,
        token: Some(id),
        person: Some(app.admin.id()),
        address: "command line".into(),
        request_id: String::new(),
        details: "{}".into(),
    };
    let details = TokenDetails {
        name: TokenName::parse(name).unwrap(),
        description: Description::default(),
        permissions: ["projects:read"].iter().map(|p| p.parse().unwrap()).collect(),
        expires_at: None,
        allowed_addresses: AllowedAddresses::default(),
        rate_limit: None,
        metadata: app::domain::Metadata::default(),
    };
    let token = NewToken {
        id,
        owner: app.admin.id(),
        parent: None,
        details,
        name_key: name.to_lowercase(),
        digest: KeyDigest::of(key.as_bytes()),
        hint: SecretHint::foreign("").unwrap(),
        at: Timestamp::from_millis(5),
        most: None,
        once: None,
    };
    (token, event)
}

async fn import(app: &TestApp, new: &[(NewToken, Event)], is_rehearsal: bool) -> Vec<(usize, ImportClash)> {
    app.store.import_tokens(new, is_rehearsal).await.unwrap()
}

#[tokio::test]
async fn all_are_recorded_each_with_its_event_and_everybody_learns_of_foreign_secrets() {
    let app = TestApp::new().await;
    let (before, line) = (app.store.changes(Revision::default()).await.unwrap(), app.last_line().await);
    assert!(!before.has_foreign);
    let new = [imported(&app, "Deploy", "a"), imported(&app, "Billing", "b")];
    assert_eq!(import(&app, &new, false).await, []);
    let changes = app.store.changes(before.revision).await.unwrap();
    assert!(changes.has_foreign);
    assert_eq!(changes.secrets, [new[0].0.digest, new[1].0.digest]);
    assert_eq!(app.kinds_after(line).await, ["token.imported", "token.imported"]);
    assert_eq!(
        app.store.secret(&new[1].0.digest, Revision::default()).await.unwrap().map(|s| s.token),
        Some(new[1].0.id)
    );
}

#[tokio::test]
async fn when_one_cannot_be_none_is_and_each_is_named_with_its_reasons() {
    let app = TestApp::new().await;
    import(&app, &[imported(&app, "Deploy", "a")], false).await;
    let before = app.fingerprint().await;
    let new = [
        imported(&app, "Billing", "b"),
        imported(&app, "deploy", "c"),
        imported(&app, "Deploy", "a"),
        imported(&app, "Reports", "a"),
    ];
    let clashes =
        [(1, ImportClash::Name), (2, ImportClash::Name), (2, ImportClash::Digest), (3, ImportClash::Digest)];
    for is_rehearsal in [true, false] {
        assert_eq!(import(&app, &new, is_rehearsal).await, clashes);
        assert_eq!(app.fingerprint().await, before);
    }
    assert_eq!(import(&app, &new[..1], true).await, [], "a rehearsal");
    assert_eq!(app.fingerprint().await, before);
    // Two rows of one import must not have the same name either.
    let twice = [imported(&app, "Billing", "b"), imported(&app, "Billing", "c")];
    assert!(matches!(app.store.import_tokens(&twice, false).await, Err(StoreError::NameTaken)));
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_key_that_was_revoked_is_never_imported_again() {
    let app = TestApp::new().await;
    let (rotated, deleted) = (imported(&app, "Deploy", "a"), imported(&app, "Billing", "b"));
    import(&app, &[rotated.clone(), deleted.clone()], false).await;
    let ada = &app.admin.caller;
    app.service.rotate_token(ada, rotated.0.id, None, Overlap::of_seconds(0)).await.unwrap();
    app.service.delete_token(ada, deleted.0.id).await.unwrap();
    // It makes no difference whether the token could still be restored.
    app.clock.forward(1_000 * 24 * 60 * 60 * 1_000);
    let before = app.fingerprint().await;
    let again = [imported(&app, "Other", "a"), imported(&app, "Another", "b")];
    let clashes = [(0, ImportClash::Digest), (1, ImportClash::Digest)];
    for is_rehearsal in [true, false] {
        assert_eq!(import(&app, &again, is_rehearsal).await, clashes);
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_key_that_a_node_did_not_know_a_moment_ago_is_ended_there() {
    let app = TestApp::new().await;
    let verdict = async |secret| {
        let request = VerifyRequest { secret, permissions: &[], address: None, client: "" };
        app.service.verify(&request).await.unwrap().verdict
    };
    let other = open(&app.database()).await.unwrap();
    for (place, key) in ["first-key-made-elsewhere", "second-key-made-elsewhere"].into_iter().enumerate() {
        assert!([Verdict::Malformed, Verdict::Unknown].contains(&verdict(key).await));
        let name = format!("Deploy {place}");
        other.import_tokens(&[imported(&app, &name, key)], false).await.unwrap();
        assert_eq!(app.stranger().revoke(key).await.status, 200);
        assert_eq!(verdict(key).await, Verdict::Revoked);
    }
}
