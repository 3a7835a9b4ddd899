//! Importing keys that were made elsewhere, through the real command line and into a running server.

use crate::{
    cli::commands::{PASSWORD, add, refused, said},
    support::binary::{Machine, Ran},
};
use app::{
    domain::Verdict,
    service::{KeyDigest, Service, SystemClock, VerifyRequest},
};
use server::store::{DatabaseUrl, open};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::sync::Arc;

/// Keys as other systems make them.
const KEYS: [&str; 3] =
    ["sk_live_51Hx9Qf", "0123456789abcdef0123456789abcdef", "AKIA~!@#$%^&*()=+[]{}|;:'<>?/x"];

fn sha256(key: &str) -> String {
    KeyDigest::of(key.as_bytes()).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn machine() -> Machine {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    machine.serve().terminate();
    machine
}

fn import(machine: &Machine, text: &str, more: &[&str]) -> Ran {
    let file = machine.database().with_file_name("keys.csv");
    std::fs::write(&file, text).unwrap();
    machine.run(&[&["token", "import", file.to_str().unwrap()], more].concat(), "")
}

async fn number(machine: &Machine, sql: &'static str) -> i64 {
    let options = SqliteConnectOptions::new().filename(machine.database());
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut raw).await.unwrap()
}

fn three() -> String {
    let [first, second, third] = KEYS.map(sha256);
    format!(
        "\u{feff}name,sha256,permissions,description,expires_at,last_chars\r\n\
         Billing sync,{first},projects:read billing:read,\"Nightly, at two\",2099-01-01T00:00:00Z,x9Qf\r\n\
         Deploy,{},projects:write,,,\r\n\
         Reports , {third} ,projects:read,,,\r\n",
        second.to_uppercase()
    )
}

#[tokio::test]
async fn imported_keys_work_as_they_are() {
    let machine = machine();
    let server = machine.serve();
    server.until_judged(KEYS[0], "401");
    let done = import(&machine, &three(), &["--owner", "ada@example.com"]);
    assert!(
        said(&done)
            .starts_with("All 3 tokens were imported for Ada. Whoever gets at the data can guess short keys")
    );
    for key in KEYS {
        server.until_judged(key, "200");
    }
    let log = server.terminate();
    assert!(KEYS.iter().all(|key| !log.contains(key)));

    let store = open(&DatabaseUrl::sqlite(machine.database())).await.unwrap();
    let service = Service::new(store, Arc::new(SystemClock), Default::default());
    let permissions = ["billing:read".parse().unwrap()];
    for (key, verdict) in [
        (KEYS[0], Verdict::Valid),
        (KEYS[1], Verdict::PermissionMissing),
        ("sk_live_51Hx9Qg", Verdict::Unknown),
    ] {
        let request = VerifyRequest { secret: key, permissions: &permissions, address: None, client: "" };
        assert_eq!(service.verify(&request).await.unwrap().verdict, verdict, "{key}");
    }

    let list = machine.run(&["token", "list"], "");
    let hint = |name: &str| {
        said(&list).lines().find(|line| line.contains(name)).unwrap().split('\t').nth(4).unwrap()
    };
    assert_eq!((hint("Billing sync"), hint("Deploy")), ("…x9Qf", "imported"));
    let noted = "select count(*) from event e join token t on t.id = e.token_id
                  where e.kind = 'token.imported' and e.actor_id is null and e.address = 'command line'
                    and e.person_id = t.owner_id";
    assert_eq!(number(&machine, noted).await, 3);
    assert!(said(&machine.run(&["audit", "verify"], "")).contains("is whole"));
}

#[tokio::test]
async fn a_rehearsal_says_the_same_and_changes_nothing() {
    let machine = machine();
    let rehearsed = import(&machine, &three(), &["--dry-run"]);
    assert!(said(&rehearsed).starts_with("All 3 tokens could be imported for Ada. Nothing was changed."));
    assert_eq!(number(&machine, "select count(*) from token").await, 0);
    said(&import(&machine, &three(), &[]));
    for more in [&["--dry-run"][..], &[]] {
        let again = import(&machine, &three(), more);
        let said = refused(&again, "Nothing was imported.");
        assert_eq!(said.matches("sha256: This key is here already.").count(), 3, "{said}");
        assert_eq!(said.matches("name: A token has this name already").count(), 3, "{said}");
    }
    assert_eq!(number(&machine, "select count(*) from token").await, 3);
}

#[tokio::test]
async fn more_keys_than_one_person_can_have_wait_for_the_operator_to_allow_them() {
    let machine = machine();
    for more in [&["--tokens-per-person", "2"][..], &["--tokens-per-person", "2", "--dry-run"]] {
        let full = import(&machine, &three(), more);
        refused(&full, "Ada would have more than 2 tokens, which are the most for one person here.");
    }
    let wrong = import(&machine, &three(), &["--tokens-per-person", "none"]);
    refused(&wrong, "“none” cannot be the most tokens of one person.");
    assert_eq!(number(&machine, "select count(*) from token").await, 0);
    said(&import(&machine, &three(), &["--tokens-per-person", "3"]));
    assert_eq!(number(&machine, "select count(*) from token").await, 3);
}

#[tokio::test]
async fn one_row_that_is_wrong_keeps_all_of_them_out_and_is_named_by_its_line() {
    let machine = machine();
    let [first, second, _] = KEYS.map(sha256);
    let text = format!(
        "permissions,sha256,name,last_chars,expires_at\n\
         projects:read,{first},Billing sync,,\n\
         projects:destroy,{second},Deploy,,\n\
         projects:read,{},Reports,,\n\
         projects:read,{},BILLING SYNC,,\n\
         projects:read,{first},Other,,\n\
         projects:read,{},Ended,,2001-01-01T00:00:00Z\n\
         ,{},,toolong,tomorrow\n\
         projects:read,{},Nothing,,\n\
         projects:read,{},Test,,\n",
        KEYS[2],
        sha256("key a"),
        sha256("key b"),
        sha256("key c"),
        sha256(""),
        sha256("test\n"),
    );
    let wrong = import(&machine, &text, &[]);
    let said = refused(&wrong, "Nothing was imported.");
    for sentence in [
        "Line 3: permissions: There is no permission “projects:destroy” in the catalogue.",
        "Line 4: sha256: Write the SHA-256 of the key as 64 hexadecimal digits, and never the key.",
        "Line 5: name: The one on line 2 looks the same.",
        "Line 6: sha256: This is the key on line 2; a key belongs to one token.",
        "Line 7: expires_at: This date has passed.",
        "Line 8: name: Give the token a name",
        "Line 8: permissions: Select at least one permission",
        "Line 8: expires_at: Write",
        "Line 9: sha256: This is the digest of nothing, or of something that anybody would try first",
        "Line 10: sha256: This is the digest of nothing",
        "Line 8: last_chars: The last characters of a key are at most four",
    ] {
        assert!(said.contains(sentence), "{sentence}\n{said}");
    }
    assert_eq!(said.matches("\nLine ").count(), 11, "each fault once: {said}");
    assert!(!said.contains(KEYS[2]), "a key in the wrong column is not repeated");
    assert_eq!(number(&machine, "select count(*) from token").await, 0);
}

#[tokio::test]
async fn a_file_is_read_as_excel_saves_it() {
    let machine = machine();
    let [first, second, _] = KEYS.map(sha256);
    let text = format!(
        "\u{feff}sep=;\r\nName;SHA-256;Permissions;Expires at;;;\r\n\
         Billing sync;{first};projects:read, billing:read;9999-12-31;;;\r\n;;;;;;\r\n\
         Déploy;{second};projects:write;;;;\r\n;;;;;;\r\n;;;;;;\r\n"
    );
    let done = import(&machine, &text, &[]);
    assert!(said(&done).starts_with("All 2 tokens were imported for Ada."), "{}", done.out);
    assert_eq!(number(&machine, "select count(*) from token_permission").await, 3);
    // A fault is named by its line in the file, and only once.
    let wrong = import(&machine, &text.replace(&second, "key"), &["--dry-run"]);
    let told = refused(&wrong, "Line 5: sha256: Write the SHA-256 of the key");
    assert_eq!(told.matches("\nLine ").count(), 1, "{told}");
}

#[test]
fn a_file_that_is_no_such_table_is_refused_as_a_whole() {
    let machine = machine();
    let digest = sha256("a");
    for (text, sentence) in [
        (String::new(), "its first line has to name its columns: name, sha256, permissions, and if you like"),
        (format!("name,sha256\nDeploy,{digest}\n"), "its first line has to name its columns"),
        (format!("name,sha256,permissions,owner\nDeploy,{digest},projects:read,ada\n"), "its first line"),
        (format!("name,sha256,permissions,name\nDeploy,{digest},projects:read,x\n"), "its first line"),
        ("name,sha256,permissions\n".to_owned(), "there is no row below the names of the columns"),
        (format!("name,sha256,permissions\nDeploy,{digest}\n"), "line 2 has fewer fields than it needs"),
    ] {
        refused(&import(&machine, &text, &[]), sentence);
    }
    let nowhere = machine.run(&["token", "import", "/nowhere/keys.csv"], "");
    refused(&nowhere, "/nowhere/keys.csv cannot be imported:");
}
