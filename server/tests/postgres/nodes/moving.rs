//! An installation moves to another engine, and back.

use crate::{engine::Place, support::binary::Machine};
use app::{
    domain::{SecretPrefix, Timestamp, Verdict, Visit},
    service::{AuditReport, Service, SystemClock, VerifyRequest},
};
use server::{
    demo::furnish,
    store::{CopyError, DatabaseUrl, copy, open},
};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;

/// A small company with tokens, uses and a long audit log, in a file; and the secret of one of its tokens.
async fn company(directory: &TempDir) -> (DatabaseUrl, String) {
    let url = DatabaseUrl::sqlite(directory.path().join("company.db"));
    let example = furnish(&url, Timestamp::parse("2027-01-03T12:00:00Z").unwrap()).await.unwrap();
    (url, example.asked)
}

async fn begun(url: &DatabaseUrl) -> Service {
    let store = open(url).await.unwrap();
    Service::new(store, Arc::new(SystemClock), SecretPrefix::default())
}

async fn verdict(service: &Service, secret: &str) -> Verdict {
    let request = VerifyRequest { secret, permissions: &[], address: None, client: "" };
    service.verify(&request).await.unwrap().verdict
}

#[tokio::test]
async fn an_installation_moves_to_postgresql_and_back_with_every_row_and_a_whole_audit_log() {
    let directory = TempDir::new().unwrap();
    let (file, secret) = company(&directory).await;
    let (place, back) = (Place::empty().await, DatabaseUrl::sqlite(directory.path().join("back.db")));
    let there = copy(&file, &place.url()).await.unwrap();
    let again = copy(&place.url(), &back).await.unwrap();
    assert_eq!(there, again);
    let count = |name: &str| there.iter().find(|(table, _)| *table == name).unwrap().1;
    assert!(count("token") > 100 && count("event") > 250 && count("use_count") > 10_000, "{there:?}");
    for url in [place.url(), back] {
        let service = begun(&url).await;
        assert_eq!(verdict(&service, &secret).await, Verdict::Valid);
        assert!(matches!(service.verify_audit(None).await.unwrap(), AuditReport::Whole { .. }));
        let ada = service.operator_for(Some("ada@pelican.example")).await.unwrap();
        let form = crate::support::form("Made there", &["tracking:read"]);
        let made = service.create_token(&ada, &form).await.unwrap();
        assert_eq!(verdict(&service, made.secret.as_str()).await, Verdict::Valid);
    }
}

#[tokio::test]
async fn nothing_is_copied_over_an_installation_and_a_copy_that_was_cut_short_can_be_begun_again() {
    let directory = TempDir::new().unwrap();
    let (file, secret) = company(&directory).await;
    let place = Place::empty().await;
    for millis in [20, 60, 120] {
        let cut = tokio::time::timeout(Duration::from_millis(millis), copy(&file, &place.url())).await;
        assert!(cut.is_err(), "it was quicker than {millis} ms");
    }
    copy(&file, &place.url()).await.unwrap();
    assert_eq!(verdict(&begun(&place.url()).await, &secret).await, Verdict::Valid);
    let refused = copy(&file, &place.url()).await.unwrap_err();
    assert!(matches!(refused, CopyError::InUse(_)), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_says_what_was_copied_and_what_to_do_next() {
    let (machine, place) = (Machine::new(), Place::empty().await);
    let password = "seventeen violet kettles";
    let ada = ["--email", "ada@example.com", "--name", "Ada", "--role", "admin", "--password-stdin"];
    let added = machine.run(&[&["person", "add"], &ada[..]].concat(), password);
    assert_eq!(added.code, Some(0), "{}", added.err);
    let moved = machine.run(&["migrate-to", &place.address()], "");
    assert_eq!(moved.code, Some(0), "{}", moved.err);
    assert!(
        moved.out.contains(": 2 accounts, 0 tokens, ") && moved.out.contains("Stop the servers"),
        "{}",
        moved.out
    );
    let again = machine.run(&["migrate-to", &place.address()], "");
    assert!(again.code == Some(1) && again.err.contains("Name an empty database"), "{}", again.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_a_file_and_goes_into_an_empty_database_where_what_has_ended_stays_so() {
    let (machine, directory) = (Machine::new(), TempDir::new().unwrap());
    let (company, secret) = company(&directory).await;
    let [place, new] = [Place::empty().await, Place::empty().await];
    copy(&company, &place.url()).await.unwrap();
    let file = |name: &str| directory.path().join(name).display().to_string();
    let (kept, journal) = (file("kept.db"), file("endings"));
    let run = |place: &Place, command: &str| {
        let variables = [("TOKENRY_DATABASE_URL", place.address()), ("TOKENRY_JOURNAL", journal.clone())];
        machine.run_elsewhere(&variables.each_ref().map(|(name, value)| (*name, &**value)), &[command, &kept])
    };
    let DatabaseUrl::Postgres(url) = place.url() else { panic!("{}", place.url()) };
    let service = begun(&DatabaseUrl::Postgres(url.with_journal(Some((&journal).into())))).await;
    let backed_up = run(&place, "backup");
    assert!(
        backed_up.code == Some(0) && backed_up.out.contains("The audit log is whole"),
        "{}",
        backed_up.err
    );
    assert!(!directory.path().join("kept.db.endings").exists());
    service.revoke_secret(&secret, None, &Visit::command_line()).await.unwrap();
    let refused = run(&place, "restore");
    assert!(refused.code == Some(1) && refused.err.contains("Name an empty database"), "{}", refused.err);
    let restored = run(&new, "restore");
    assert_eq!(restored.code, Some(0), "{}", restored.err);
    assert_eq!(verdict(&begun(&new.url()).await, &secret).await, Verdict::Revoked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_is_archived_on_postgresql_and_moves_back_with_its_archive() {
    let directory = TempDir::new().unwrap();
    let now = Timestamp::parse("2025-06-15T12:00:00Z").unwrap();
    let file = DatabaseUrl::sqlite(directory.path().join("company.db"));
    furnish(&file, now).await.unwrap();
    let (machine, place) = (Machine::new(), Place::empty().await);
    let back = DatabaseUrl::sqlite(directory.path().join("back.db"));
    copy(&file, &place.url()).await.unwrap();
    let run = |url: String, arguments: &[&str]| {
        let ran = machine.run_elsewhere(&[("TOKENRY_DATABASE_URL", &url)], arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    let archive = directory.path().join("a.jsonl").display().to_string();
    run(place.address(), &["audit", "archive", "--before", "2025-05-01", &archive]);
    let verify = ["audit", "verify", &archive];
    let there = run(place.address(), &verify);
    assert!(there.contains("is whole") && !there.contains("in archives"), "{there}");
    copy(&place.url(), &back).await.unwrap();
    assert_eq!(run(back.to_string(), &verify), there);
}
