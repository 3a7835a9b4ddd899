//! Backups, taken beside a running server.

use super::{
    commands::{PASSWORD, add, refused, said, tamper},
    token_commands::json,
};
use crate::support::binary::{Machine, Ran};
use std::{os::unix::fs::PermissionsExt, path::PathBuf};

fn place(machine: &Machine, name: &str) -> PathBuf {
    machine.database().with_file_name(name)
}

fn backup(machine: &Machine, name: &str) -> Ran {
    machine.run(&["backup", &place(machine, name).display().to_string()], "")
}

fn list(machine: &Machine, database: &str) -> Ran {
    let url = format!("sqlite:{}", place(machine, database).display());
    machine.run_elsewhere(&[("TOKENRY_DATABASE_URL", &url)], &["token", "list"])
}

#[test]
fn a_backup_beside_a_running_server_has_everything_and_is_for_its_owner_alone() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    let server = machine.serve();
    said(&machine.run(&["token", "create", "--name", "Deploy", "--permission", "projects:read"], ""));
    let done = backup(&machine, "kept.db");
    assert!(said(&done).contains("kept.db. The audit log is whole: "), "{}", done.out);
    said(&machine.run(&["token", "create", "--name", "Later", "--permission", "projects:read"], ""));
    server.terminate();

    let mode = place(&machine, "kept.db").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut files: Vec<_> =
        machine.files().into_iter().map(|file| file.file_name().unwrap().to_owned()).collect();
    files.sort_unstable();
    assert_eq!(files, ["kept.db", "tokenry.db", "tokenry.db.endings"], "nothing is left beside it");
    let then = said(&list(&machine, "kept.db")).to_owned();
    assert!(then.contains("Deploy") && !then.contains("Later"), "{then}");

    // It is a database like any other: a server starts on it.
    std::fs::rename(place(&machine, "kept.db"), machine.database()).unwrap();
    machine.serve().terminate();
    assert_eq!(said(&list(&machine, "tokenry.db")), then);
}

#[test]
fn a_backup_replaces_nothing_and_says_why_it_cannot_be_written() {
    let machine = Machine::new();
    refused(&backup(&machine, "kept.db"), "There is no database at");
    said(&add(&machine, "Ada", "admin", PASSWORD));
    std::fs::write(place(&machine, "kept.db"), "mine").unwrap();
    refused(&backup(&machine, "kept.db"), "kept.db exists already, and was left as it is.");
    refused(&backup(&machine, "tokenry.db"), "tokenry.db exists already");
    assert_eq!(std::fs::read(place(&machine, "kept.db")).unwrap(), b"mine");
    refused(&backup(&machine, "none/kept.db"), "Name a file in a directory that exists");
    let files = machine.files();
    assert_eq!(files.len(), 3, "{files:?}");
}

#[tokio::test]
async fn a_backup_of_a_broken_audit_log_is_kept_and_told() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    said(&add(&machine, "Ines", "member", PASSWORD));
    tamper(&machine, "drop trigger event_is_not_changed; update event set at = 1 where id = 2").await;
    let told = backup(&machine, "kept.db");
    assert!(refused(&told, "The audit log is broken at line 2").contains("kept.db. "), "{}", told.err);
    assert!(place(&machine, "kept.db").exists());
}

#[test]
fn a_backup_is_put_back_while_no_server_runs_and_what_ended_since_stays_so() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    let create = |name: &str| {
        let made =
            machine.run(&["token", "create", "--name", name, "--permission", "projects:read", "--json"], "");
        json(&made)["token"]["id"].as_str().unwrap().to_owned()
    };
    create("Deploy");
    let leaked = create("Leaked");
    said(&backup(&machine, "kept.db"));
    create("Later");
    said(&machine.run(&["token", "revoke", &leaked], ""));
    let kept = place(&machine, "kept.db").display().to_string();
    let restore = |file: &str| machine.run(&["restore", file], "");

    let server = machine.serve();
    refused(&restore(&kept), "tokenry.db is in use. Stop the server, then try again.");
    server.terminate();
    let before = std::fs::read(machine.database()).unwrap();
    refused(&restore("absent.db"), "absent.db cannot be used: There is no database at");
    std::fs::write(place(&machine, "notes.db"), "These are notes. ".repeat(40)).unwrap();
    refused(&restore(&place(&machine, "notes.db").display().to_string()), "is not a Tokenry database");
    assert!(std::fs::read(machine.database()).unwrap() == before, "it is as it was");

    let done = restore(&kept);
    let told = said(&done);
    assert!(
        told.contains("The data that was there is kept as ") && told.contains("tokenry.db.before"),
        "{told}"
    );
    assert!(done.err.contains("Leaked") && !done.err.contains("Deploy"), "{}", done.err);
    let tokens = machine.run(&["token", "list"], "");
    assert!(said(&tokens).contains("Deploy"), "{}", tokens.out);
    assert!(!tokens.out.contains("Leaked") && !tokens.out.contains("Later"), "{}", tokens.out);
    assert!(said(&list(&machine, "tokenry.db.before")).contains("Later"));
    said(&machine.run(&["audit", "verify"], ""));
    machine.serve().terminate();
}
