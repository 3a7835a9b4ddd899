//! Archives of the audit log: written, cut off, and proved together with the data.

use super::commands::{refused, said, tamper};
use crate::support::binary::{Machine, Ran};
use app::domain::Timestamp;
use server::{demo::furnish, store::DatabaseUrl};
use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

/// A company whose audit log is of the four months up to the middle of June 2025.
async fn company() -> Machine {
    let machine = Machine::new();
    let now = Timestamp::parse("2025-06-15T12:00:00Z").unwrap();
    furnish(&DatabaseUrl::sqlite(machine.database()), now).await.unwrap();
    machine
}

fn place(machine: &Machine, name: &str) -> PathBuf {
    machine.database().with_file_name(name)
}

fn archive(machine: &Machine, day: &str, name: &str) -> Ran {
    machine.run(&["audit", "archive", "--before", day, &place(machine, name).display().to_string()], "")
}

fn verify(machine: &Machine, names: &[&str]) -> Ran {
    let files: Vec<String> = names.iter().map(|name| place(machine, name).display().to_string()).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    machine.run(&[&["audit", "verify"], &files[..]].concat(), "")
}

/// The number of lines that a check has found, and the head.
fn found(ran: &Ran) -> (u64, String) {
    let (lines, rest) =
        said(ran).strip_prefix("The audit log is whole: ").unwrap().split_once(" lines.").unwrap();
    let head = rest.split("Its head is ").nth(1).unwrap().split(": keep it").next().unwrap();
    (lines.parse().unwrap(), head.to_owned())
}

fn create(machine: &Machine, name: &str) -> String {
    let token = ["token", "create", "--name", name, "--permission", "tracking:read"];
    let made = machine.run(&[&token[..], &["--owner", "ada@pelican.example", "--json"]].concat(), "");
    super::token_commands::json(&made)["token"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn archives_follow_on_one_another_beside_a_running_server_and_prove_the_whole_log_together() {
    let machine = company().await;
    let server = machine.serve();
    let (lines, head) = found(&verify(&machine, &[]));
    let told = archive(&machine, "2025-04-01", "a.jsonl");
    assert!(said(&told).starts_with("Lines 1 to "), "{}", told.out);
    create(&machine, "In between");
    said(&archive(&machine, "2025-05-01", "b.jsonl"));
    refused(&archive(&machine, "2025-05-01", "c.jsonl"), "There is nothing to archive");
    for name in ["a.jsonl", "b.jsonl"] {
        assert_eq!(place(&machine, name).metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let text = fs::read_to_string(place(&machine, "b.jsonl")).unwrap();
    let days: Vec<&str> =
        text.lines().filter_map(|line| line.split("\"at\":\"").nth(1)).map(|at| &at[..10]).collect();
    assert!(days.iter().all(|day| ("2025-04-01".."2025-05-01").contains(day)), "{days:?}");

    // Both cuts and the token have a line each.
    assert_eq!(found(&verify(&machine, &["a.jsonl", "b.jsonl"])).0, lines + 3);
    let alone = verify(&machine, &[]);
    assert!(
        found(&alone).0 < lines && alone.out.contains("are in archives, which were not"),
        "{}",
        alone.out
    );
    assert!(verify(&machine, &["b.jsonl"]).out.contains("Lines 1 to "));
    refused(&verify(&machine, &["a.jsonl"]), "name the archives between them, too");
    refused(&verify(&machine, &["b.jsonl", "a.jsonl"]), "a.jsonl does not go on where ");
    for names in [&[][..], &["a.jsonl", "b.jsonl"]] {
        let files: Vec<String> =
            names.iter().map(|name| place(&machine, name).display().to_string()).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        found(&machine.run(&[&["audit", "verify", "--head", &head], &files[..]].concat(), ""));
    }
    server.terminate();
    machine.serve().terminate();
}

#[tokio::test]
async fn what_cannot_be_archived_is_said_and_nothing_is_cut() {
    let machine = company().await;
    let before = found(&verify(&machine, &[]));
    fs::write(place(&machine, "mine"), "mine").unwrap();
    let files = machine.files().len();
    for (day, name, sentence) in [
        ("2999-01-01", "a", "Choose a day in the past"),
        ("yesterday", "a", "Write days as 2026-11-23."),
        ("2001-01-01", "a", "There is nothing to archive: no line was written before 2001-01-01."),
        ("2025-05-01", "mine", "mine exists already, and was left as it is. Name another file."),
        ("2025-05-01", "none/a", "Name a file in a directory that exists and has room."),
        // Root, too, can write nothing here.
        ("2025-05-01", "/proc/a", "Name a file in a directory that exists and has room."),
    ] {
        refused(&archive(&machine, day, name), sentence);
    }
    assert_eq!(found(&verify(&machine, &[])), before);
    assert_eq!(fs::read(place(&machine, "mine")).unwrap(), b"mine");
    assert_eq!(machine.files().len(), files, "nothing is left behind");
}

#[tokio::test]
async fn an_archive_that_was_changed_is_found_out_and_the_first_wrong_line_named() {
    let machine = company().await;
    said(&archive(&machine, "2025-05-01", "a"));
    found(&verify(&machine, &["a"]));
    let text = fs::read_to_string(place(&machine, "a")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    let seal = lines.len() - 1;
    let with = |at: usize, line: &str| {
        let mut changed = lines.clone();
        changed[at] = line;
        joined(&changed)
    };
    let named = lines.iter().position(|line| line.contains("\"target_name\":\"")).unwrap();
    let mut swapped = lines.clone();
    swapped.swap(5, 6);
    let wrong = [
        (with(5, &lines[5].replace("\"address\":\"", "\"address\":\"x")), "is broken: line 5 was changed."),
        (with(5, &lines[5].replace("\"kind\":\"", "\"kind\":\"x")), "is broken: line 5 was changed."),
        (with(5, "{"), "is broken: line 5 was changed."),
        (
            with(named, &lines[named].replace("\"target_name\":\"", "\"target_name\":\"x")),
            "its seal does not fit.",
        ),
        (with(0, &lines[0].replace("\"installation\":\"", "\"installation\":\"0")), "its seal does not fit."),
        (with(0, &lines[0].replace("archive-1", "archive-9")), "is not an archive of an audit log."),
        (joined(&[&lines[..5], &lines[6..]].concat()), "is broken: line 5 is missing, or stands elsewhere."),
        (joined(&[&lines[..seal - 1], &lines[seal..]].concat()), "is missing, or stands elsewhere."),
        (joined(&swapped), "is broken: line 5 is missing, or stands elsewhere."),
        (joined(&lines[..8]), "was cut short after line 7: it does not end with its seal."),
        (joined(&lines[..8]) + &lines[8][..9], "was cut short after line 7"),
        (text.clone() + lines[seal] + "\n", "its seal does not fit."),
        (text[..text.len() - 1].to_owned(), "it does not end with its seal."),
        (String::new(), "is not an archive of an audit log."),
    ];
    for (text, sentence) in wrong {
        fs::write(place(&machine, "b"), text).unwrap();
        refused(&verify(&machine, &["b"]), sentence);
    }
    refused(&verify(&machine, &["absent"]), "absent cannot be read: ");
    let other = company().await;
    said(&archive(&other, "2025-04-01", "a"));
    fs::copy(place(&other, "a"), place(&machine, "b")).unwrap();
    refused(&verify(&machine, &["b"]), "is of another installation than the data.");
    refused(&verify(&machine, &["a", "b"]), "is of another installation than ");
}

#[tokio::test]
async fn a_command_that_stopped_between_the_file_and_the_cut_is_given_again() {
    let machine = company().await;
    let before = found(&verify(&machine, &[]));
    tamper(
        &machine,
        "create trigger full before update on audit_head begin select raise(abort, 'full'); end",
    )
    .await;
    refused(&archive(&machine, "2025-05-01", "a"), "and were not cut off: ");
    assert_eq!(found(&verify(&machine, &[])), before);
    refused(&verify(&machine, &["a"]), "or were never cut off.");
    tamper(&machine, "drop trigger full").await;
    let written = fs::read(place(&machine, "a")).unwrap();
    refused(&archive(&machine, "2025-06-01", "a"), "exists already");
    said(&archive(&machine, "2025-05-01", "a"));
    assert!(fs::read(place(&machine, "a")).unwrap() == written);
    assert_eq!(found(&verify(&machine, &["a"])).0, before.0 + 1);
}

#[tokio::test]
async fn after_a_cut_nothing_is_taken_for_lost_and_what_was_revoked_stays_so_when_older_data_is_put_back() {
    let machine = company().await;
    let leaked = create(&machine, "Leaked");
    let kept = place(&machine, "kept.db").display().to_string();
    said(&machine.run(&["backup", &kept], ""));
    let tokens = || said(&machine.run(&["token", "list"], "")).to_owned();
    let before = tokens();
    // Everything that has ended so far is in lines that are cut off.
    said(&archive(&machine, "2026-01-01", "a"));
    let log = machine.serve().terminate();
    assert!(!log.contains("is older than what has ended"), "{log}");
    assert_eq!(tokens(), before);

    said(&machine.run(&["token", "revoke", &leaked], ""));
    let restored = machine.run(&["restore", &kept], "");
    said(&restored);
    assert!(restored.err.contains("Leaked"), "{}", restored.err);
    assert_eq!(tokens().lines().count(), before.lines().count() - 1);
    assert!(!tokens().contains("Leaked"));
    refused(&verify(&machine, &["a"]), "lines that were archived are in the data again");
    // A backup from after the cut is recognised, too.
    said(&archive(&machine, "2026-01-01", "b"));
    let kept = place(&machine, "later.db").display().to_string();
    said(&machine.run(&["backup", &kept], ""));
    let restored = machine.run(&["restore", &kept], "");
    said(&restored);
    assert!(!restored.err.contains("is older than what has ended"), "{}", restored.err);
    found(&verify(&machine, &["b"]));
}

#[tokio::test]
async fn a_log_that_was_cut_moves_to_another_database_with_its_archives() {
    let machine = company().await;
    said(&archive(&machine, "2025-05-01", "a"));
    let url = format!("sqlite:{}", place(&machine, "new.db").display());
    assert!(said(&machine.run(&["migrate-to", &url], "")).contains("are in archives"));
    let file = place(&machine, "a").display().to_string();
    let there = machine.run_elsewhere(&[("TOKENRY_DATABASE_URL", &url)], &["audit", "verify", &file]);
    assert_eq!(found(&there), found(&verify(&machine, &["a"])));
}
