//! The audit log as it leaves: to a file or the standard output, whole and in order over kills, and proved by whoever
//! received it.

use super::{
    commands::{PASSWORD, add, refused, said},
    token_commands::json,
};
use crate::support::binary::{Machine, Ran};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

fn company() -> Machine {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    machine
}

fn place(machine: &Machine, name: &str) -> PathBuf {
    machine.database().with_file_name(name)
}

fn create(machine: &Machine, name: &str) {
    let token = ["token", "create", "--name", name, "--permission", "projects:read", "--json"];
    json(&machine.run(&token, ""));
}

fn read(machine: &Machine, name: &str) -> String {
    fs::read_to_string(place(machine, name)).unwrap_or_default()
}

/// The file, as soon as it has this.
fn until(machine: &Machine, name: &str, wanted: &str) -> String {
    let began = Instant::now();
    loop {
        let text = read(machine, name);
        if text.contains(wanted) && text.ends_with('\n') {
            return text;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{wanted} does not come: {text}");
        std::thread::yield_now();
    }
}

fn verify(machine: &Machine, more: &[&str], names: &[&str]) -> Ran {
    let files: Vec<String> = names.iter().map(|name| place(machine, name).display().to_string()).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    machine.run(&[&["audit", "verify", "--stream"], more, &files].concat(), "")
}

fn head(ran: &Ran) -> String {
    said(ran).split("Its head is ").nth(1).unwrap().split(": ").next().unwrap().to_owned()
}

/// What the data says is its head.
fn data_head(machine: &Machine) -> String {
    let whole = machine.run(&["audit", "verify"], "");
    said(&whole).split("Its head is ").nth(1).unwrap().split(": keep").next().unwrap().to_owned()
}

#[test]
fn a_file_has_every_line_once_over_kills_and_ends_where_the_log_does() {
    let machine = company();
    let stream = place(&machine, "audit.jsonl").display().to_string();
    let server = machine.serve_with(&["--audit-stream", &stream]);
    create(&machine, "Before");
    until(&machine, "audit.jsonl", "\"Before\"");
    // Killed, with half a line that never came to its end.
    server.stop();
    fs::write(&stream, read(&machine, "audit.jsonl") + "{\"id\":99,\"at\":\"20").unwrap();
    create(&machine, "Meanwhile");
    let server = machine.serve_with(&["--audit-stream", &stream]);
    create(&machine, "After");
    let text = until(&machine, "audit.jsonl", "\"After\"");
    server.terminate();
    for name in ["Before", "Meanwhile", "After"] {
        assert_eq!(text.matches(&format!("\"target_name\":\"{name}\"")).count(), 1, "{text}");
    }
    let proved = verify(&machine, &[], &["audit.jsonl"]);
    assert!(!said(&proved).contains("more than once"), "{}", proved.out);
    assert_eq!(head(&proved), data_head(&machine));
    let of_data = machine.run(&["audit", "verify", "--head", &head(&proved)], "");
    assert!(said(&of_data).starts_with("The audit log is whole"));
}

#[test]
fn a_file_that_was_moved_away_is_begun_anew_on_sighup_and_both_prove_the_log_together() {
    let machine = company();
    let stream = place(&machine, "audit.jsonl").display().to_string();
    let server = machine.serve_with(&["--audit-stream", &stream]);
    create(&machine, "Before");
    until(&machine, "audit.jsonl", "\"Before\"");
    fs::rename(&stream, place(&machine, "audit.1")).unwrap();
    server.signal("-HUP");
    until(&machine, "audit.jsonl", "tokenry-audit-stream");
    create(&machine, "After");
    until(&machine, "audit.jsonl", "\"After\"");
    server.terminate();
    let proved = verify(&machine, &[], &["audit.1", "audit.jsonl"]);
    assert_eq!(head(&proved), data_head(&machine));
}

#[test]
fn the_standard_output_goes_on_where_it_was_and_its_lines_are_proved() {
    let machine = company();
    create(&machine, "First");
    let server = machine.serve_with(&["--audit-stream", "-"]);
    let mut text = server.printed("\"First\"");
    create(&machine, "Second");
    text += &server.printed("\"Second\"");
    server.terminate();
    create(&machine, "Third");
    let server = machine.serve_with(&["--audit-stream", "-"]);
    text += &server.printed("\"Third\"");
    server.terminate();
    for name in ["First", "Second", "Third"] {
        assert_eq!(text.matches(&format!("\"target_name\":\"{name}\"")).count(), 1, "{text}");
    }
    fs::write(place(&machine, "received"), &text).unwrap();
    assert_eq!(head(&verify(&machine, &[], &["received"])), data_head(&machine));
}

#[test]
fn what_was_received_twice_is_proved_and_what_was_changed_or_taken_out_is_named() {
    let machine = company();
    for name in ["One", "Two", "Three"] {
        create(&machine, name);
    }
    let stream = place(&machine, "audit.jsonl").display().to_string();
    let server = machine.serve_with(&["--audit-stream", &stream]);
    let text = until(&machine, "audit.jsonl", "\"Three\"");
    server.terminate();
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    let write = |text: String| fs::write(place(&machine, "received"), text).unwrap();
    let proved = head(&verify(&machine, &[], &["audit.jsonl"]));

    write(joined(&[&lines[..4], &lines[2..]].concat()));
    let twice = verify(&machine, &["--head", &proved], &["received"]);
    assert!(said(&twice).contains(" 2 came more than once."), "{}", twice.out);
    // Of a webhook there is no header; what comes before its first line is not known.
    write(joined(&lines[2..]));
    let later = verify(&machine, &[], &["received"]);
    assert!(said(&later).contains("lines 2 to ") && later.out.contains("that line itself is not proved"));

    let with = |at: usize, line: &str| {
        let mut changed = lines.clone();
        changed[at] = line;
        joined(&changed)
    };
    let last = lines.len() - 1;
    for (text, sentence) in [
        (with(3, &lines[3].replace("\"address\":\"", "\"address\":\"x")), "line 3 was changed."),
        (with(3, "{"), "line 3 was changed."),
        (joined(&[&lines[..3], &lines[4..]].concat()), "line 3 is missing, or stands elsewhere."),
        (joined(&lines[..1]), "have no line of an audit log."),
        (joined(&lines[..3]) + "{\"id\":3", "ends in the middle of a line, after line 2."),
        (with(0, &lines[0].replace("stream-1", "stream-9")), "is not an archive"),
    ] {
        write(text);
        refused(&verify(&machine, &[], &["received"]), sentence);
    }
    // Cut off at its end, a stream is whole by itself: whoever kept a head finds that out.
    write(joined(&lines[..last]));
    assert_ne!(head(&verify(&machine, &[], &["received"])), proved);
    refused(&verify(&machine, &["--head", &proved], &["received"]), "is missing or another one.");
}

#[test]
fn a_file_of_something_else_is_left_as_it_is_and_nothing_is_served() {
    let machine = company();
    fs::write(place(&machine, "mine"), "mine").unwrap();
    let other = company();
    let stream = place(&other, "audit.jsonl").display().to_string();
    let server = other.serve_with(&["--audit-stream", &stream]);
    until(&other, "audit.jsonl", "person.added");
    for (path, sentence) in [
        (place(&machine, "mine").display().to_string(), "is not a stream of this audit log"),
        (stream, "is written by another server"),
        (place(&machine, "none/audit").display().to_string(), "cannot be written to"),
    ] {
        let ran = machine.run(&["serve", "--listen", "127.0.0.1:0", "--audit-stream", &path], "");
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert!(ran.err.contains(sentence), "{}", ran.err);
    }
    server.terminate();
    assert_eq!(read(&machine, "mine"), "mine");
    let path = place(&other, "audit.jsonl").display().to_string();
    let ran = machine.run(&["serve", "--listen", "127.0.0.1:0", "--audit-stream", &path], "");
    assert!(ran.err.contains("is not a stream of this audit log"), "{}", ran.err);
}
