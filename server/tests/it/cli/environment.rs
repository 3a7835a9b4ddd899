//! Environment variables, as compose files and service managers set them.

use crate::{
    cli::commands::{PASSWORD, add, said},
    support::binary::Machine,
};
use std::{collections::BTreeSet, fs};

/// Every variable that a command reads, according to its help.
fn variables(machine: &Machine) -> Vec<String> {
    let helps: [&[&str]; 6] = [
        &["serve", "--help"],
        &["person", "add", "--help"],
        &["person", "reset-password", "--help"],
        &["token", "create", "--help"],
        &["token", "list", "--help"],
        &["audit", "verify", "--help"],
    ];
    let mut names: BTreeSet<String> = BTreeSet::from(["TOKENRY_LOG".to_owned()]);
    for help in helps {
        let ran = machine.run_bare(help);
        names.extend(
            said(&ran).split("[env: ").skip(1).map(|rest| rest.split(['=', ']']).next().unwrap().to_owned()),
        );
    }
    assert!(names.len() >= 12, "{names:?}");
    names.into_iter().collect()
}

#[test]
fn an_empty_variable_is_an_unset_one() {
    for empty in ["", " \t"] {
        let machine = Machine::new();
        let names = variables(&machine);
        let all: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), empty)).collect();
        let server = machine.serve_among(&all, &[]);
        assert!(server.code.is_some(), "the link for setting up is in the log");
        assert!(server.ask("GET", "/healthz", "", "").starts_with("HTTP/1.1 200"));
        let log = server.terminate();
        assert!(log.contains(" INFO ") && !log.contains("TRACE"), "{log}");
        let list = machine.run_among(&all, &["token", "list", "--json"]);
        assert!(said(&list).contains("\"items\": []"), "{}", list.out);

        // An empty variable does not override the file.
        let home = machine.database().with_file_name("other.db");
        let file = machine.database().with_file_name("tokenry.toml");
        let text = format!(
            "database = \"sqlite:{}\"\npublic_url = \"https://tokens.example.com\"\n",
            home.display()
        );
        fs::write(&file, text).unwrap();
        fs::copy(machine.database(), &home).unwrap();
        fs::remove_file(machine.database()).unwrap();
        let arguments = ["token", "list", "--json", "--config", file.to_str().unwrap()];
        let list = machine.run_elsewhere(&all, &arguments);
        assert!(said(&list).contains("\"items\": []"), "{}", list.out);
    }
}

#[test]
fn a_log_that_is_no_terminal_has_no_colours() {
    let machine = Machine::new();
    let log = machine.serve().terminate();
    assert!(log.contains("Tokenry is ready") && !log.contains('\u{1b}'), "{log}");
}

#[test]
fn a_printed_link_begins_as_the_servers_own_do() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    let file = machine.database().with_file_name("tokenry.toml");
    let link = |variables: &[(&str, &str)], text: &str| {
        fs::write(&file, text).unwrap();
        let reset =
            ["person", "reset-password", "--email", "ada@example.com", "--config", file.to_str().unwrap()];
        said(&machine.run_among(variables, &reset)).split("/password?").next().unwrap().to_owned()
    };
    let public = "public_url = \"https://tokens.example.com\"\n";
    assert_eq!(link(&[], public), "https://tokens.example.com");
    assert_eq!(link(&[("TOKENRY_PUBLIC_URL", "")], public), "https://tokens.example.com");
    assert_eq!(link(&[("TOKENRY_PUBLIC_URL", "https://t.example")], public), "https://t.example");
    assert_eq!(link(&[], "listen = \"127.0.0.1:4000\"\n"), "http://127.0.0.1:4000");
    assert_eq!(
        link(&[("TOKENRY_LISTEN", "127.0.0.1:5000")], "listen = \"127.0.0.1:4000\"\n"),
        "http://127.0.0.1:5000"
    );
    let encrypted = "listen = \"192.0.2.1:443\"\ntls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n";
    assert_eq!(link(&[], encrypted), "https://192.0.2.1:443");
    assert_eq!(link(&[], ""), "http://127.0.0.1:3000");
}

#[test]
fn a_variable_can_be_read_from_a_file_and_help_shows_neither() {
    let machine = Machine::new();
    said(&add(&machine, "Ada", "admin", PASSWORD));
    let file = machine.database().with_file_name("url");
    fs::write(&file, format!("sqlite:{}\n", machine.database().display())).unwrap();
    let named = ("TOKENRY_DATABASE_URL_FILE", file.to_str().unwrap());
    let list = machine.run_elsewhere(&[named], &["person", "list"]);
    assert!(said(&list).contains("Ada@example.com"), "{}", list.out);
    // What the variable itself says goes first.
    let both = [named, ("TOKENRY_DATABASE_URL", "sqlite:absent.db")];
    let list = machine.run_elsewhere(&both, &["person", "list"]);
    assert!(list.err.contains("There is no database at absent.db"), "{}", list.err);
    for variables in [[named], [("TOKENRY_DATABASE_URL", "postgres://a:hush@db/x")]] {
        let help = machine.run_elsewhere(&variables, &["serve", "--help"]);
        assert!(!said(&help).contains("hush") && !help.out.contains("tokenry.db\n"), "{}", help.out);
    }
    let absent = [("TOKENRY_DATABASE_URL_FILE", "absent")];
    let list = machine.run_elsewhere(&absent, &["person", "list"]);
    assert_eq!(list.code, Some(2));
    assert!(list.err.contains("TOKENRY_DATABASE_URL_FILE: absent cannot be read"), "{}", list.err);
}
