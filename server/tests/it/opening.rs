//! A database that cannot be used is refused with a sentence that says what to do, and left as it is.

use crate::support::House;
use server::store::{OpenError, open_sqlite};
use sqlx::Connection;
use std::{fs, os::unix::fs::PermissionsExt};
use tempfile::TempDir;

async fn refusal(path: &std::path::Path) -> OpenError {
    open_sqlite(path).await.expect_err("it must not open")
}

#[tokio::test]
async fn a_missing_directory_is_named_and_not_made() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("data/tokenry.db");
    let error = refusal(&path).await;
    assert!(matches!(error, OpenError::NoDirectory(_)));
    assert!(error.to_string().contains("mkdir -p"), "{error}");
    assert!(!home.path().join("data").exists());
}

#[tokio::test]
async fn a_directory_is_no_database() {
    let home = TempDir::new().unwrap();
    assert!(matches!(refusal(home.path()).await, OpenError::IsDirectory(_)));
}

#[tokio::test]
async fn a_file_that_is_no_database_keeps_every_byte() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("notes.txt");
    let text =
        "These are my notes, and they are longer than a SQLite header of one hundred bytes. ".repeat(4);
    fs::write(&path, &text).unwrap();
    assert!(matches!(refusal(&path).await, OpenError::NotADatabase(_)));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn somebody_elses_database_gets_none_of_our_tables() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("theirs.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut theirs = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options).await.unwrap();
    sqlx::query("create table recipes (id integer)").execute(&mut theirs).await.unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(refusal(&path).await, OpenError::NotADatabase(_)));
    assert!(fs::read(&path).unwrap() == before);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_as_it_is() {
    let house = House::new().await;
    let mut raw = house.raw().await;
    sqlx::query("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'later', true, x'00', 0)")
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
    house.store.close().await;
    let before = fs::read(house.database()).unwrap();
    let error = refusal(&house.database()).await;
    assert!(matches!(error, OpenError::Newer { found: 9999, .. }), "{error}");
    assert!(error.to_string().contains("newer"));
    assert!(fs::read(house.database()).unwrap() == before);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_named() {
    // Whoever runs as root may write to everything but a file system that is read-only itself.
    let path = std::path::Path::new("/proc/version");
    let error = refusal(path).await;
    assert!(matches!(error, OpenError::ReadOnly(_) | OpenError::Other { .. }), "{error:?}");
    assert!(error.to_string().contains("/proc/version"));
}

#[tokio::test]
async fn the_file_and_its_journals_are_for_their_owner_alone() {
    let house = House::new().await;
    house.create("Billing sync").await;
    let mut seen = 0;
    for entry in fs::read_dir(house.database().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
        seen += 1;
    }
    assert!(seen >= 3, "the database, its log and its index");
}

#[tokio::test]
async fn a_file_that_others_could_read_is_closed_to_them() {
    let house = House::new().await;
    house.store.close().await;
    fs::set_permissions(house.database(), fs::Permissions::from_mode(0o644)).unwrap();
    open_sqlite(&house.database()).await.unwrap();
    assert_eq!(fs::metadata(house.database()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn what_is_acknowledged_goes_through_the_write_ahead_log() {
    // Opening refuses any other setting, `synchronous=FULL` and foreign keys included; this one is in the file.
    let house = House::new().await;
    let mode: String =
        sqlx::query_scalar("pragma journal_mode").fetch_one(&mut house.raw().await).await.unwrap();
    assert_eq!(mode, "wal");
}
