//! Tokens at the command line, beside a server that runs on the same file.

use crate::{
    cli::commands::{PASSWORD, add, refused, said},
    support::binary::{Machine, Ran},
};
use app::{
    domain::Timestamp,
    service::{Clock, SystemClock},
};
use serde_json::Value;
use server::store::{DatabaseUrl, open_existing};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

pub fn machine_with(people: &[(&str, &str)]) -> Machine {
    let machine = Machine::new();
    for (name, role) in people {
        said(&add(&machine, name, role, PASSWORD));
    }
    // The first start of the server brings the catalogue.
    machine.serve().terminate();
    machine
}

pub fn create(machine: &Machine, more: &[&str]) -> Ran {
    let first = ["token", "create", "--name", "Deploy", "--permission", "projects:read"];
    machine.run(&[&first[..], more].concat(), "")
}

pub fn json(ran: &Ran) -> Value {
    serde_json::from_str(said(ran)).unwrap()
}

#[test]
fn a_token_made_at_the_machine_works_at_once_and_is_gone_when_it_is_revoked() {
    let machine = machine_with(&[("Ada", "admin")]);
    let server = machine.serve();
    let made = json(&create(
        &machine,
        &["billing:read", "--description", "For releases", "--expires", "90d", "--json"],
    ));
    let (token, secret) = (&made["token"], made["secret"].as_str().unwrap());
    let id = token["id"].as_str().unwrap();
    assert_eq!(token["permissions"], serde_json::json!(["billing:read", "projects:read"]));
    assert_eq!((&token["description"], &token["owner"]["name"]), (&"For releases".into(), &"Ada".into()));
    assert!(server.until_judged(secret, "200").contains(&format!("x-auth-token-id: {id}")));

    let rotated = machine.run(&["token", "rotate", id, "--overlap", "24h", "--json"], "");
    let rotated = json(&rotated);
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, secret);
    server.until_judged(new, "200");
    server.until_judged(secret, "200");
    let at_once = machine.run(&["token", "rotate", id], "");
    assert!(said(&at_once).contains("the old one works no more"), "{}", at_once.out);
    let last = said(&at_once).lines().last().unwrap().to_owned();
    server.until_judged(&last, "200");
    server.until_judged(new, "401");

    let list = json(&machine.run(&["token", "list", "--json"], ""));
    assert_eq!((list["items"].as_array().unwrap().len(), &list["next_cursor"]), (1, &Value::Null));
    assert_eq!(list["items"][0]["id"].as_str(), Some(id));
    let revoked = machine.run(&["token", "revoke", id], "");
    assert_eq!(said(&revoked), format!("Deploy ({id}) is revoked: none of its secrets works any more."));
    server.until_judged(&last, "401");
    assert_eq!(said(&machine.run(&["token", "list"], "")), "");
    for gone in [&["token", "revoke", id][..], &["token", "rotate", id], &["token", "revoke", "no-id"]] {
        refused(&machine.run(gone, ""), "Token not found. It may have been deleted.");
    }
    let log = server.terminate();
    assert!(![secret, new, &last].iter().any(|secret| log.contains(secret)));
    assert!(said(&machine.run(&["audit", "verify"], "")).contains("is whole"));
}

#[test]
fn people_read_who_has_which_token_and_the_secret_stands_alone_on_the_last_line() {
    let machine = machine_with(&[("Ada", "admin")]);
    let made = create(&machine, &["--prefix", "acme"]);
    let lines: Vec<&str> = said(&made).lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("Deploy (") && lines[0].contains("belongs to Ada."), "{}", lines[0]);
    assert!(app::domain::Secret::parse(lines[1]).is_some() && lines[1].starts_with("acme_"), "{}", lines[1]);
    assert!(!made.err.contains(lines[1]), "it stands on the standard output alone");
    let list = machine.run(&["token", "list"], "");
    let fields: Vec<&str> = said(&list).split('\t').skip(1).collect();
    let hint = format!("acme_…{}", &lines[1][lines[1].len() - 4..]);
    assert_eq!(fields, ["Deploy", "Ada", "active", &hint, "used never", "ends never"]);
}

#[test]
fn whose_token_it_is_has_to_be_clear() {
    let machine = machine_with(&[("Ada", "admin"), ("Ines", "member"), ("Vera", "viewer")]);
    let owner = |name: &str| create(&machine, &["--owner", &format!("{name}@example.com"), "--json"]);
    assert_eq!(json(&owner("ines"))["token"]["owner"]["name"], "Ines");
    refused(&owner("nobody"), "There is no such person.");
    refused(&owner("vera"), "Viewers have read-only access.");
    said(&machine.run(&["person", "disable", "--email", "ines@example.com"], ""));
    refused(&owner("ines"), "Ines is disabled, and so would the token be.");
    said(&create(&machine, &[]));
    said(&add(&machine, "Otto", "admin", PASSWORD));
    refused(&create(&machine, &[]), "There are several admins. Say whose token it is");
    refused(&create(&Machine::new(), &[]), "There is no database at");
}

#[test]
fn what_cannot_be_made_is_said_in_a_sentence() {
    let machine = machine_with(&[("Ada", "admin"), ("Ines", "member")]);
    refused(&create(&machine, &["--expires", "tomorrow"]), "Write a number of days, hours or minutes");
    refused(&create(&machine, &["projects:destroy"]), "There is no permission “projects:destroy”");
    let for_ines = ["tokenry.tokens:verify", "--owner", "ines@example.com"];
    refused(&create(&machine, &for_ines), "There is no permission “tokenry.tokens:verify”");
    let id = json(&create(&machine, &["tokenry.tokens:verify", "--json"]))["token"]["id"].clone();
    refused(&create(&machine, &[]), "Another token has this name");
    let rotate = ["token", "rotate", id.as_str().unwrap(), "--overlap", "31d"];
    refused(&machine.run(&rotate, ""), "An overlap is 0 to");
}

#[test]
fn the_last_uses_before_the_end_are_written() {
    let machine = machine_with(&[("Ada", "admin")]);
    let secret = json(&create(&machine, &["--json"]))["secret"].as_str().unwrap().to_owned();
    let server = machine.serve();
    server.until_judged(&secret, "200");
    let log = server.terminate();
    assert!(log.contains("Tokenry has stopped"), "{log}");
    let list = json(&machine.run(&["token", "list", "--json"], ""));
    assert_eq!(list["items"][0]["last_used_address"], "127.0.0.1");
}

#[tokio::test]
async fn what_a_command_makes_lasts_as_long_for_the_server_where_the_clock_was_set_back() {
    let machine = machine_with(&[("Ada", "admin")]);
    let store = open_existing(&DatabaseUrl::sqlite(machine.database())).await.unwrap();
    let ahead = SystemClock.now().as_millis() + 30 * DAY_MS;
    store.beat(Timestamp::from_millis(ahead)).await.unwrap();
    store.close().await;
    let made = json(&create(&machine, &["--expires", "2d", "--json"]));
    let (id, old) = (made["token"]["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    assert_eq!(made["token"]["status"], "expiring_soon", "{made}");
    let new = json(&machine.run(&["token", "rotate", id, "--overlap", "24h", "--json"], ""));
    let server = machine.serve();
    for secret in [old, new["secret"].as_str().unwrap()] {
        server.until_judged(secret, "200");
    }
    server.terminate();
}
