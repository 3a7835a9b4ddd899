//! A database that cannot be used is refused with a sentence that says what to do, and left as it is.

use crate::support::TestApp;
use app::domain::Scope;
use server::store::{
    DatabaseUrl, OpenError as AnyOpenError, SqliteOpenError as OpenError, open, open_existing,
};
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::SystemTime,
};
use tempfile::TempDir;

async fn refusal(path: &Path) -> OpenError {
    let refused = open(&DatabaseUrl::sqlite(path)).await.map(drop).expect_err("it must not open");
    let AnyOpenError::Sqlite(refused) = refused else { panic!("{refused}") };
    refused
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

/// Everything visible in a directory: each file with its mode, modification time and content.
fn seen(directory: &Path) -> BTreeMap<PathBuf, (u32, SystemTime, Vec<u8>)> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let look = |path: PathBuf| {
        let data = fs::metadata(&path).unwrap();
        let content = fs::read(&path).unwrap();
        (path, (data.permissions().mode(), data.modified().unwrap(), content))
    };
    entries.map(look).collect()
}

/// Another program's database, readable by everybody, with a table of its own.
async fn foreign(path: &Path, journal: SqliteJournalMode) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).journal_mode(journal);
    let mut theirs = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("create table recipes (id integer); insert into recipes values (1)")
        .execute(&mut theirs)
        .await
        .unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    theirs
}

#[tokio::test]
async fn somebody_elses_database_is_not_touched_at_all() {
    for journal in [SqliteJournalMode::Delete, SqliteJournalMode::Wal] {
        let home = TempDir::new().unwrap();
        let path = home.path().join("theirs.db");
        let theirs = foreign(&path, journal).await;
        theirs.close().await.unwrap();
        let before = seen(home.path());
        assert_eq!(before.len(), 1);
        assert!(matches!(refusal(&path).await, OpenError::NotADatabase(_)));
        assert!(matches!(
            open_existing(&DatabaseUrl::sqlite(&path)).await,
            Err(AnyOpenError::Sqlite(OpenError::NotADatabase(_)))
        ));
        assert!(seen(home.path()) == before, "{journal:?}");
    }
}

#[tokio::test]
async fn somebody_elses_database_is_not_touched_while_they_use_it() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("theirs.db");
    foreign(&path, SqliteJournalMode::Wal).await.close().await.unwrap();
    let options = SqliteConnectOptions::new().filename(&path);
    let mut theirs = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("insert into recipes values (2)").execute(&mut theirs).await.unwrap();
    let before = seen(home.path());
    assert_eq!(before.len(), 3, "their write-ahead log is in use");
    assert!(matches!(refusal(&path).await, OpenError::NotADatabase(_)));
    assert!(seen(home.path()) == before);
    let rows: i64 = sqlx::query_scalar("select count(*) from recipes").fetch_one(&mut theirs).await.unwrap();
    assert_eq!(rows, 2);
}

#[tokio::test]
async fn a_database_of_ours_is_known_although_all_of_it_is_still_in_its_journal() {
    let app = TestApp::new().await;
    app.create("Billing sync").await;
    // The state after a crash, before the journal was moved into the file.
    let home = TempDir::new().unwrap();
    let copy = home.path().join("tokenry.db");
    fs::copy(app.place.file(), &copy).unwrap();
    fs::copy(beside(&app.place.file(), "-wal"), beside(&copy, "-wal")).unwrap();
    let store = open(&DatabaseUrl::sqlite(&copy)).await.unwrap();
    assert_eq!(store.count_tokens(Scope::Everybody, 10).await.unwrap(), 1);
}

#[tokio::test]
async fn a_database_of_ours_is_known_although_its_journal_was_moved_into_the_file_only_by_half() {
    let app = TestApp::new().await;
    app.create("Billing sync").await;
    let home = TempDir::new().unwrap();
    let copy = home.path().join("tokenry.db");
    let journal = fs::read(beside(&app.place.file(), "-wal")).unwrap();
    fs::write(beside(&copy, "-wal"), &journal).unwrap();
    // The file has the newest version of its first page, which names pages that are missing.
    fs::write(&copy, newest_first_page(&journal)).unwrap();
    assert!(open_existing(&DatabaseUrl::sqlite(&copy)).await.is_ok());
    let store = open(&DatabaseUrl::sqlite(&copy)).await.unwrap();
    assert_eq!(store.count_tokens(Scope::Everybody, 10).await.unwrap(), 1);
}

/// The newest first page in a write-ahead log (<https://sqlite.org/fileformat2.html#walformat>). The log has a header
/// of 32 bytes, then pages, each behind a header of 24 bytes that begins with its number.
fn newest_first_page(journal: &[u8]) -> Vec<u8> {
    let number = |at: usize| u32::from_be_bytes(journal[at..at + 4].try_into().unwrap());
    let size = number(8) as usize;
    let frames = (32..journal.len()).step_by(24 + size).take_while(|at| at + 24 + size <= journal.len());
    let newest = frames.filter(|at| number(*at) == 1).last().unwrap();
    journal[newest + 24..newest + 24 + size].to_vec()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_as_it_is() {
    let app = TestApp::new().await;
    let mut raw = app.raw().await;
    sqlx::query("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'later', true, x'00', 0)")
        .execute(&mut raw)
        .await
        .unwrap();
    sqlx::query("update compatibility set oldest = 9999").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    app.store.close().await;
    let before = fs::read(app.place.file()).unwrap();
    let error = refusal(&app.place.file()).await;
    assert!(matches!(error, OpenError::Newer { found: 9999, .. }), "{error}");
    assert!(error.to_string().contains("newer"));
    assert!(fs::read(app.place.file()).unwrap() == before);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_named() {
    // Root may write everywhere except to a file system that is read-only itself.
    let path = Path::new("/proc/version");
    let error = refusal(path).await;
    assert!(matches!(error, OpenError::ReadOnly(_) | OpenError::Other { .. }), "{error:?}");
    assert!(error.to_string().contains("/proc/version"));
}

#[tokio::test]
async fn the_file_and_its_journals_are_for_their_owner_alone() {
    let app = TestApp::new().await;
    app.create("Billing sync").await;
    let mut seen = 0;
    for entry in fs::read_dir(app.place.file().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
        seen += 1;
    }
    assert!(seen >= 3, "the database, its log and its index");
}

#[tokio::test]
async fn files_that_others_could_read_are_closed_to_them_by_whoever_opens_them() {
    let app = TestApp::new().await;
    app.create("Billing sync").await;
    let files = ["", "-wal", "-shm"].map(|ending| beside(&app.place.file(), ending));
    let modes = || files.clone().map(|file| fs::metadata(file).unwrap().permissions().mode() & 0o777);
    for is_a_command in [false, true] {
        for file in &files {
            fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        }
        let path = app.place.file();
        let opened = if is_a_command {
            open_existing(&DatabaseUrl::sqlite(&path)).await
        } else {
            open(&DatabaseUrl::sqlite(&path)).await
        };
        assert_eq!(modes(), [0o600; 3]);
        opened.unwrap().close().await;
    }
}

#[tokio::test]
async fn what_is_acknowledged_goes_through_the_write_ahead_log() {
    // Opening refuses any other setting, including that of `synchronous=FULL` and of foreign keys. The journal mode is
    // stored in the file, so another connection can read it.
    let app = TestApp::new().await;
    let mode: String =
        sqlx::query_scalar("pragma journal_mode").fetch_one(&mut app.raw().await).await.unwrap();
    assert_eq!(mode, "wal");
}
