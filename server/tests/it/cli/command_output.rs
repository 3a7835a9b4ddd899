//! Commands whose output cannot be written: nothing is changed, and no secret is lost.

use crate::{
    cli::commands::{PASSWORD, add, said},
    cli::token_commands::{create, json, machine_with},
    support::binary::{Machine, Ran},
};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::{
    fs::{self, File},
    io::{ErrorKind, PipeReader, PipeWriter, Write, pipe},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

const ROTATE: [&str; 2] = ["token", "rotate"];

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// A pipe without a reader.
fn deserted() -> Stdio {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    writer.into()
}

/// A full pipe, so that a writer waits for the reader.
fn crowded() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = pipe().unwrap();
    let flags = fcntl_getfl(&writer).unwrap();
    fcntl_setfl(&writer, flags | OFlags::NONBLOCK).unwrap();
    loop {
        match writer.write(&[b'x'; 512]) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
    }
    fcntl_setfl(&writer, flags).unwrap();
    (reader, writer)
}

/// Runs a command into a full pipe, and closes the reading end once the command has changed something.
fn left_in_between(machine: &Machine, arguments: &[&str], changed: impl Fn() -> bool) -> Ran {
    let (reader, writer) = crowded();
    thread::scope(|scope| {
        let ran = scope.spawn(move || machine.run_into(arguments, "", writer));
        let began = Instant::now();
        while !changed() {
            assert!(began.elapsed() < Duration::from_secs(20), "it changes nothing");
        }
        drop(reader);
        ran.join().unwrap()
    })
}

fn failed<'a>(ran: &'a Ran, sentence: &str) -> &'a str {
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{}", ran.err);
    assert!(ran.err.contains(sentence) && !ran.err.contains("panicked"), "{sentence}: {}", ran.err);
    &ran.err
}

/// The state of the data: the report on the audit log, the people and the tokens.
fn state(machine: &Machine) -> String {
    let lists = [&["audit", "verify"][..], &["person", "list"], &["token", "list"]];
    lists.map(|list| said(&machine.run(list, "")).to_owned()).join("\n")
}

#[test]
fn an_output_that_takes_nothing_keeps_every_command_from_changing_anything() {
    let machine = machine_with(&[("Ada", "admin"), ("Ines", "member")]);
    let server = machine.serve();
    let made = json(&create(&machine, &["--json"]));
    let (id, secret) = (made["token"]["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let keys = machine.database().with_file_name("keys.csv");
    fs::write(&keys, format!("name,sha256,permissions\nImported,{},projects:read\n", "ab".repeat(32)))
        .unwrap();
    let email = ["--email", "ines@example.com"];
    let new =
        ["person", "add", "--email", "n@example.com", "--name", "N", "--role", "member", "--password-stdin"];
    let commands: [(&[&str], bool); 8] = [
        (&["token", "create", "--name", "New", "--permission", "projects:read", "--json"], true),
        (&["token", "rotate", id], true),
        (&["token", "revoke", id], false),
        (&["token", "import", keys.to_str().unwrap()], false),
        (&new, false),
        (&["person", "disable", email[0], email[1]], false),
        (&["person", "reset-password", email[0], email[1]], true),
        (&["person", "reset-password", email[0], email[1], "--password-stdin"], false),
    ];
    let before = state(&machine);
    for (command, shows_once) in commands {
        for output in [full(), deserted()] {
            failed(&machine.run_into(command, PASSWORD, output), "Nothing was changed, because");
        }
        if shows_once {
            failed(&machine.run_closed(command), "what is shown once would be lost");
            let nowhere = machine.run_into(command, "", Stdio::null());
            failed(&nowhere, "what is shown once would be lost");
        }
    }
    assert_eq!(state(&machine), before);
    server.until_judged(secret, "200");
    server.terminate();
    // A command that only reads fails as well, and says why.
    failed(
        &machine.run_into(&["token", "list", "--json"], "", full()),
        "The standard output cannot be written to: No space",
    );
    failed(&machine.run_into(&["audit", "verify"], "", deserted()), "cannot be written to");
}

#[test]
fn a_result_in_a_file_stands_there_and_nothing_else() {
    let machine = machine_with(&[("Ada", "admin")]);
    let path = machine.database().with_file_name("token.json");
    fs::write(&path, "before\n").unwrap();
    let arguments = ["token", "create", "--name", "Deploy", "--permission", "projects:read", "--json"];
    let ran = machine.run_into(&arguments, "", File::options().append(true).open(&path).unwrap());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let text = fs::read_to_string(&path).unwrap();
    let made: serde_json::Value = serde_json::from_str(text.strip_prefix("before\n").unwrap()).unwrap();
    assert_eq!(made["token"]["name"], "Deploy");
    // A file that is open for reading only is not an output.
    let read_only = machine.run_into(&["token", "list"], "", File::open(&path).unwrap());
    failed(&read_only, "cannot be written to");
}

#[test]
fn a_token_whose_secret_was_not_written_after_all_is_deleted_again() {
    let machine = machine_with(&[("Ada", "admin")]);
    let tokens = || said(&machine.run(&["token", "list"], "")).to_owned();
    let arguments = ["token", "create", "--name", "Deploy", "--permission", "projects:read"];
    let ran = left_in_between(&machine, &arguments, || !tokens().is_empty());
    failed(&ran, "Broken pipe");
    failed(&ran, "So the token was deleted again.");
    assert_eq!(tokens(), "");
    said(&create(&machine, &[]));
}

#[test]
fn a_rotation_whose_secret_was_not_written_after_all_is_taken_back() {
    let machine = machine_with(&[("Ada", "admin")]);
    let server = machine.serve();
    let made = json(&create(&machine, &["--json"]));
    let (id, first) = (made["token"]["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let second = json(&machine.run(&["token", "rotate", id, "--overlap", "24h", "--json"], ""));
    let second = second["secret"].as_str().unwrap();
    for overlap in [&[][..], &["--overlap", "1h"]] {
        let hint = format!("tkr_…{}", &second[second.len() - 4..]);
        let is_rotated = || !said(&machine.run(&["token", "list"], "")).contains(&hint);
        let arguments = [&ROTATE[..], &[id], overlap].concat();
        let ran = left_in_between(&machine, &arguments, is_rotated);
        failed(&ran, "So the rotation was taken back: the old secret works as before.");
        assert!(!is_rotated());
        // Everything that worked before still works, including the secret in its overlap.
        server.until_judged(second, "200");
        server.until_judged(first, "200");
    }
    let ended = said(&machine.run(&["token", "rotate", id], "")).lines().last().unwrap().to_owned();
    server.until_judged(&ended, "200");
    server.until_judged(second, "401");
    server.until_judged(first, "401");
    server.terminate();
    assert!(said(&machine.run(&["audit", "verify"], "")).contains("is whole"));
}

#[test]
fn what_was_done_is_said_in_the_error_when_the_output_ends_in_between() {
    let machine = machine_with(&[("Ada", "admin"), ("Ines", "member")]);
    let is_disabled = || said(&machine.run(&["person", "list"], "")).contains("disabled");
    let arguments = ["person", "disable", "--email", "ines@example.com"];
    let ran = left_in_between(&machine, &arguments, is_disabled);
    failed(
        &ran,
        "Ines cannot sign in any more. This could not be written to the standard output: Broken pipe",
    );
    assert!(is_disabled());
    said(&add(&machine, "Otto", "member", PASSWORD));
}

#[test]
fn a_log_that_cannot_be_written_ends_nothing() {
    let machine = machine_with(&[("Ada", "admin")]);
    for log in [full(), deserted()] {
        let list = machine.run_logging_into(&["person", "list"], log);
        assert_eq!((list.code, list.out.lines().count()), (Some(0), 1));
    }
}
